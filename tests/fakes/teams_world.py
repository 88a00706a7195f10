"""What the fake Teams is made of: people, teams with channels, group chats, personal chats, and what stands in them."""

import asyncio
import base64
import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.teams_dialogs import Dialog
from tests.fakes.teams_issuer import APP, TENANT
from tests.fakes.teams_journal import Deed, Entry, Journal

Payload = dict[str, Any]
Kind = Literal["channel", "groupChat", "personal"]

TARGETED = 24 * 3600.0  # seconds for which a targeted message is seen


class Refusal(Exception):
    """What the Connector answers instead: a status, and an error with a code."""

    def __init__(self, status: int, code: str, message: str = "", after: float = 0.0) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.message, self.after = status, code, message or code, after


@dataclass
class Member:
    """Somebody. The id is the one of activities, `29:…`; `object_id` is the directory's; `zone` an IANA name."""

    id: str
    name: str
    object_id: str
    tenant: str
    zone: str
    role: Literal["user", "guest"] = "user"

    @property
    def email(self) -> str:
        """An address by the name."""
        return f"{self.name.casefold().replace(' ', '.')}@example.com"


@dataclass
class Team:
    """A team. `bot` tells whether ours is installed in it."""

    id: str
    name: str
    group: str
    members: set[str]
    bot: bool = True
    archived: bool = False


@dataclass
class Said:
    """A message as it stands. `author` is a person's or the bot's id; `thread` the id of the root, empty for a root.

    A targeted one is seen by `to` alone, `until` then. Text of people holds mentions as `<@id>`; the bot's words are
    in `activity`.
    """

    id: str
    author: str
    activity: Payload
    text: str = ""
    thread: str = ""
    to: str = ""
    until: float = 0.0
    edited: bool = False
    deleted: bool = False

    @property
    def card(self) -> Payload:
        """The card of the bot's message, or nothing."""
        cards = [each["content"] for each in self.activity.get("attachments", []) if "card" in each["contentType"]]
        return cards[0] if cards else {}


@dataclass
class Conversation:
    """A channel, a group chat or somebody's own chat. `bot` tells whether ours is in it."""

    id: str
    kind: Kind
    name: str = ""
    team: str = ""
    sort: Literal["standard", "private", "shared"] = "standard"
    members: set[str] = field(default_factory=set)
    bot: bool = True
    deleted: bool = False
    messages: list[Said] = field(default_factory=list)

    def said(self, id: str) -> Said:
        """A message that stands here, or stood. Raises Refusal."""
        for each in reversed(self.messages):
            if each.id == id:
                return each
        raise Refusal(404, "ActivityNotFound", "The activity does not exist in the conversation")


class World:
    """One tenant, and who comes from others. `now` is in Unix seconds; `listening` is the consent to hear all words."""

    def __init__(self, app: str = APP, tenant: str = TENANT, *, now: Callable[[], float]) -> None:
        self.app, self.tenant, self.now = app, tenant, now
        self.bot = f"28:{app}"
        self.listening = True
        self.targets = True  # whether clients here show targeted messages
        self.people: dict[str, Member] = {}
        self.teams: dict[str, Team] = {}
        self.conversations: dict[str, Conversation] = {}
        self.dialogs: dict[str, Dialog] = {}  # the one that stands open, by person
        self.views: dict[tuple[str, str], Payload] = {}  # a card as one person alone sees it, by person and message
        self.words: list[tuple[str, str, Said]] = []  # what rode on the answer of a click: person, conversation, words
        self.journal = Journal()
        self.wrong: list[str] = []
        self.service = ""
        self._last = 0
        self._changed = asyncio.Event()

    # --- setting the scene

    def person(self, name: str, zone: str = "Europe/Berlin", **more: Any) -> Member:
        """Somebody, with ids made from the name."""
        made = Member(f"29:1{_token(name)}", name, str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), self.tenant, zone)
        for field_, value in more.items():
            setattr(made, field_, value)
        return self.people.setdefault(made.id, made)

    def team(self, name: str, members: set[str], *, bot: bool = True) -> Team:
        """A team with its General channel, whose id is the team's own."""
        id = f"19:{_digest(f'team {name}')}@thread.tacv2"
        group = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        self.teams[id] = Team(id, name, group, members, bot)
        self.conversations[id] = Conversation(id, "channel", "General", id, members=members, bot=bot)
        return self.teams[id]

    def channel(self, name: str, team: Team, **more: Any) -> Conversation:
        """A channel of a team: `sort`, and other `members` than the team's or another `bot` where it has its own."""
        id = f"19:{_digest(f'{team.id} {name}')}@thread.tacv2"
        whole: dict[str, Any] = {"members": team.members, "bot": team.bot} | more
        return self._add(Conversation(id, "channel", name, team.id, **whole))

    def group(self, name: str, members: set[str], *, bot: bool = True) -> Conversation:
        """A group chat."""
        return self._add(
            Conversation(f"19:{_digest(f'group {name}')}@thread.v2", "groupChat", name, members=members, bot=bot)
        )

    def chat(self, person: str) -> Conversation:
        """Somebody's own chat with the bot."""
        id = f"a:1{_token(f'chat {person}')}"
        return self.conversations.get(id) or self._add(Conversation(id, "personal", members={person}))

    def _add(self, made: Conversation) -> Conversation:
        return self.conversations.setdefault(made.id, made)

    def stamp(self) -> str:
        """The id of a new activity: milliseconds of the clock, later than those before."""
        self._last = max(self._last + 1, int(self.now() * 1000))
        return str(self._last)

    # --- what is there

    def found(self, id: str) -> tuple[Conversation, str]:
        """A conversation and the root that its id names, if any. Raises Refusal."""
        trunk, _, rest = id.partition(";messageid=")
        there = self.conversations.get(trunk)
        if there is None or there.deleted:
            raise Refusal(404, "ConversationNotFound", "Conversation not found.")
        if rest:
            there.said(rest)
        return there, rest

    def seen(self, person: str = "") -> Iterator[tuple[Conversation, Said]]:
        """What stands before everybody, and what is targeted at one person or, where none is named, at anybody."""
        now = self.now()
        for conversation in self.conversations.values():
            for said in conversation.messages:
                shown = not said.to or (said.until > now and person in ("", said.to))
                if shown and not said.deleted:
                    yield conversation, said

    def posts(self, conversation: str) -> list[Said]:
        """The bot's messages that everybody sees in a conversation, its threads among them."""
        return [
            each for there, each in self.seen() if there.id == conversation and self.bot == each.author and not each.to
        ]

    def private(self, person: str) -> list[Said]:
        """What the bot told this person alone, in order: targeted, on the answer to a click, or in their own chat."""
        told = [said for to, _, said in self.words if to == person]
        own = [
            said for there, said in self.seen(person) if said.author == self.bot and person in (said.to, _whose(there))
        ]
        return sorted([*told, *own], key=lambda each: each.id)

    # --- what happens

    def problems(self, _attachment: Payload, _there: Conversation) -> list[str]:
        """What Teams would find wrong with a card."""
        return []

    def hear(self, person: str, conversation: str, text: str) -> None:
        """Somebody is told something on the answer to their click."""
        said = Said(self.stamp(), self.bot, {"text": text}, text, to=person)
        self.words.append((person, conversation, said))
        self.note("message", conversation, person, said.id, said.activity)

    def note(self, deed: Deed, conversation: str, user: str, ref: str, payload: Payload, thread: str = "") -> None:
        """Write down what came to be seen."""
        self.journal.entries.append(Entry(self.now(), deed, conversation, user, ref, thread, payload))
        self.changed()

    async def until(self, true: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until something is true of what is seen. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    def changed(self) -> None:
        """Somebody saw something new."""
        self._changed.set()


def _whose(conversation: Conversation) -> str:
    return next(iter(conversation.members)) if conversation.kind == "personal" else ""


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _token(name: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha512(name.encode()).digest()[:48]).decode()
