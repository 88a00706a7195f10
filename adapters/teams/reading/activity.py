"""What Teams sends, as it comes: an activity with the fields that are read here, each of the shape it should have.

Shapes: learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations, …/bots/how-to/conversations/
subscribe-to-conversation-events and …/task-modules-and-cards; the Bot Framework's Activity schema.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

ROOT = ";messageid="  # between a channel's id and the message on which a thread hangs

_CHANNELS = ("@thread.tacv2", "@thread.skype")  # how the ids of channels end
_SHARED = "19:"  # how the ids of conversations begin that are not with a bot alone
_ANYWHERE = "composeExtension/"  # how invokes are named that may come from nowhere in particular
_TEXT = 256 * 1024  # characters: as many as a request may have bytes


class Malformed(ValueError):
    """This is not what Teams sends."""


def listed(value: Any) -> Any:
    """An empty list for nothing: for fields that hold several."""
    return [] if value is None else value


def whole(value: Any) -> Any:
    """Text without the halves of signs that some clients leave where they cut it."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


Id = Annotated[str, Field(max_length=400, pattern=r"^[\x21-\x7e]*$")]
Text = Annotated[str, BeforeValidator(whole), Field(max_length=_TEXT)]


class Part(BaseModel):
    """A part of an activity; what is not known is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class Somebody(Part):
    """A person or a bot: `id` is good for this bot alone, `aad_object_id` is the directory's."""

    id: Id = ""
    name: Text = ""
    aad_object_id: Id = ""
    role: str = ""
    is_targeted: bool = False


class Thing(Part):
    """A team, channel or tenant."""

    id: Id = ""
    name: Text = ""
    type: str = ""
    membership_type: str = ""


class Conversation(Part):
    """Where it happened."""

    id: Id = ""
    conversation_type: str = ""
    tenant_id: Id = ""
    is_group: bool = False
    name: Text = ""


class Settings(Part):
    """What whoever installed the bot has chosen."""

    selected_channel: Thing = Thing()


class ChannelData(Part):
    """What Teams adds to the Bot Framework's schema."""

    event_type: str = ""
    tenant: Thing = Thing()
    team: Thing = Thing()
    channel: Thing = Thing()
    settings: Settings = Settings()


class Attachment(Part):
    """What hangs on a message; its text is HTML where `content_type` says so."""

    content_type: str = ""
    content: Any = None
    content_url: Text = ""
    name: Text = ""


class Entity(Part):
    """A mention of somebody, by the `text` that stands for it, or what a client tells of itself; no others are read."""

    type: str = ""
    mentioned: Somebody = Somebody()
    text: Text = ""
    timezone: str = ""


class Activity(Part):
    """One activity."""

    type: Annotated[str, Field(min_length=1, max_length=100)]
    id: Id = ""
    name: str = ""
    action: str = ""
    timestamp: datetime | None = None
    local_timezone: str = ""
    service_url: Text = ""
    sender: Somebody = Field(Somebody(), alias="from")
    recipient: Somebody = Somebody()
    conversation: Conversation = Conversation()
    channel_data: ChannelData = ChannelData()
    text: Text = ""
    reply_to_id: Id = ""
    value: Any = None
    entities: Annotated[tuple[Entity, ...], BeforeValidator(listed)] = ()
    attachments: Annotated[tuple[Attachment, ...], BeforeValidator(listed)] = ()
    members_added: Annotated[tuple[Somebody, ...], BeforeValidator(listed)] = ()
    members_removed: Annotated[tuple[Somebody, ...], BeforeValidator(listed)] = ()

    @property
    def tenant_id(self) -> str:
        """Whose it is: of a channel that is shared with others the conversation names its host."""
        return (self.conversation.tenant_id or self.channel_data.tenant.id).casefold()

    @property
    def channel(self) -> str:
        """The conversation without its thread."""
        return self.conversation.id.partition(ROOT)[0]

    @property
    def root(self) -> str:
        """The message on which the thread hangs, or an empty text."""
        return self.conversation.id.partition(ROOT)[2]

    @property
    def kind(self) -> str:
        """`channel`, `group` or `personal`; old clients leave the type out, and then the id tells."""
        told = {"channel": "channel", "groupChat": "group", "personal": "personal"}
        found = told.get(self.conversation.conversation_type)
        if self.channel_data.team.id or self.channel.endswith(_CHANNELS):
            guess = "channel"
        else:
            guess = "group" if self.conversation.is_group or self.channel.startswith(_SHARED) else "personal"
        return found or guess

    @property
    def chat(self) -> str:
        """The conversation where it is somebody's with the bot alone, else an empty text; others see any `19:…`.

        See learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations: such a chat is named `a:…`.
        """
        return "" if self.kind != "personal" or self.channel.startswith(_SHARED) else self.channel

    @property
    def zone(self) -> str:
        """The time zone of whoever did this, as far as their client tells."""
        clients = (each.timezone for each in self.entities if each.type == "clientInfo")
        return self.local_timezone or next(clients, "")

    @property
    def html(self) -> str:
        """The message as HTML, where Teams gives it."""
        found = (each.content for each in self.attachments if each.content_type == "text/html")
        return next((content for content in found if isinstance(content, str)), "")


def without_nulls(thing: Any) -> Any:
    """A part of JSON without what is null, which is as good as absent; what people press and fill in stays as it is."""
    if isinstance(thing, dict):
        kept = {name: value for name, value in thing.items() if value is not None}
        return {name: value if name == "value" else without_nulls(value) for name, value in kept.items()}
    return [without_nulls(each) for each in thing] if isinstance(thing, list) else thing


def activity(payload: Any) -> Activity:
    """The activity in a payload. Raises Malformed."""
    try:
        found = Activity.model_validate(without_nulls(payload))
    except (ValidationError, RecursionError) as error:
        where = (
            error.errors(include_url=False, include_input=False)[0]["loc"] if isinstance(error, ValidationError) else ()
        )
        raise Malformed(".".join(map(str, where)) or "unreadable") from None
    if not found.conversation.id and not found.name.startswith(_ANYWHERE):
        raise Malformed("conversation")
    return found
