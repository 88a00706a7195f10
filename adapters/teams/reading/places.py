"""Where something happened in Teams: a place of the core's, and a link to a message."""

from urllib.parse import quote

from adapters.teams.reading.activity import Activity
from bot.cleaning import clean
from bot.events import Account, Place

PLATFORM = "teams"


def tenant(id: str) -> str:
    """The core's name of a tenant."""
    return f"{PLATFORM}:{id}"


def account(told: Activity, user: str = "") -> Account:
    """Whoever did it, or the person with this id."""
    return Account(PLATFORM, tenant(told.tenant_id), user or told.sender.id)


def place(told: Activity, thread: str = "") -> Place:
    """Where an activity happened; in a channel in the thread that hangs on `thread`, unless that is empty."""
    whose = tenant(told.tenant_id)
    if told.kind == "personal":
        return Place(PLATFORM, whose, told.sender.id, kind="personal")
    if told.kind == "group":
        name = name_of(told, told.channel)
        return Place(PLATFORM, whose, told.channel, thread or None, kind="group", name=name, private=True, flat=True)
    return channel(told, told.channel, thread)


def channel(told: Activity, id: str, thread: str = "") -> Place:
    """A channel of the activity's team. Where its kind is not told it has no name yet: both are asked for together."""
    found = told.channel_data.channel
    kind = (found.type or found.membership_type).casefold() if found.id == id else ""
    name = name_of(told, id) if kind else ""
    return Place(PLATFORM, tenant(told.tenant_id), id, thread or None, name=name, private=kind == "private")


def name_of(told: Activity, id: str) -> str:
    """What a conversation is called as far as an activity tells; the channel that every team has is called as that."""
    channel, team = told.channel_data.channel, told.channel_data.team
    named = (channel.name if channel.id == id else "") or (team.name if id == team.id else "")
    return clean(named or ("" if told.kind == "channel" else told.conversation.name)).strip()


def is_shared(told: Activity) -> bool:
    """Whether Teams says that people of other organisations may be in this channel."""
    return _kind(told) == "shared"


def _kind(told: Activity) -> str:
    channel = told.channel_data.channel
    return (channel.type or channel.membership_type).casefold()


def address(tenant: str, channel: str, message: str, thread: str = "") -> str:
    """A link to a message of a channel or group chat; empty where Teams has none.

    See learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams.
    """
    if not channel.startswith("19:") or not message:
        return ""
    where = f"https://teams.microsoft.com/l/message/{quote(channel, safe='')}/{quote(message, safe='')}"
    if channel.endswith(("@thread.v2", "@unq.gbl.spaces")):
        return f"{where}?context=%7B%22contextType%22%3A%22chat%22%7D"
    return f"{where}?tenantId={tenant.removeprefix(PLATFORM + ':')}&parentMessageId={quote(thread or message, safe='')}"
