"""What the core asks of the world: a platform that shows, a database that keeps, a clock, new ids."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from bot.events import Account, Event, Place, Quoted
from bot.messages import Form, Message, Words

T = TypeVar("T")

# --- time and ids


class Clock(Protocol):
    """Aware UTC instants, and waiting for them."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


Ids = Callable[[], str]  # a new opaque id at each call, later ones sort later

# --- a platform


@dataclass(frozen=True)
class Errors:
    """The answer to a form that stays open: what is wrong, by field."""

    fields: Mapping[str, Words]


@dataclass(frozen=True)
class Refused(Message):
    """Private words that refuse a whole form, which may stay open with what was typed into it."""


Answer = Form | Errors | Message  # what rides back to one person: a form to open, errors of one, or private words


@dataclass(frozen=True)
class Profile:
    """What a platform tells of somebody. `zone` is an IANA name or empty; an `outsider` is of another organisation.

    It is `unsure` where the platform could not tell just now whose they are: it is asked again at their next word.
    """

    name: str
    zone: str = ""
    bot: bool = False
    outsider: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Title:
    """What a platform tells of a channel: its name, whether it is `private`, and whether the bot is in it (`there`)."""

    name: str
    private: bool = False
    there: bool = True


@dataclass(frozen=True)
class Sending:
    """A drawn post on its way. `mark` is the post's own id, left on the message so that it can be found again.

    It was not posted before `since`, None where that is not known.
    """

    mark: str
    place: Place
    message: Message
    since: datetime | None = None


@dataclass(frozen=True)
class Pace:
    """How fast a platform may be written to, in seconds between messages.

    `place` between new posts of one channel, with `burst` of them at once; `edit` between two edits of one post. Of new
    posts a channel takes at most `hourly`, 0 for as many as the pace allows. Where the platform asks for a rest, it
    `rests` for the whole tenant or for one place.
    """

    place: float = 1.0
    burst: int = 3
    edit: float = 1.5
    hourly: int = 0
    rests: Literal["tenant", "place"] = "tenant"


class SendError(Exception):
    """The platform did not take what was sent."""


class Throttled(SendError):
    """Too fast: nothing was posted; send again after `after` seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class Unsure(SendError):
    """No answer came: it may have been posted, or not."""


class Invalid(SendError):
    """The platform says that this message is malformed; sending it again would not help."""


class PlaceGone(SendError):
    """The channel is archived, deleted, or the bot is no longer in it."""


class TenantGone(SendError):
    """The token was revoked or the app uninstalled."""


class PostGone(SendError):
    """The message to edit was deleted by a person, or may no longer be edited."""


class CannotLook(SendError):
    """This platform does not let the bot read back what stands in a channel."""


class Platform(Protocol):
    """One chat platform, as the core sees it."""

    name: str
    pace: Pace

    async def send(self, sending: Sending) -> str:
        """Post, and return the platform's reference of the message. Raises SendError."""
        ...

    async def edit(self, ref: str, sending: Sending) -> None:
        """Put `sending.message` where `ref` stands. May be repeated freely. Raises SendError."""
        ...

    async def find(self, sending: Sending) -> str | None:
        """The reference of a message that carries this mark, or None where there is none. Raises CannotLook."""
        ...

    async def answer(self, event: Event, answer: Answer) -> None:
        """Answer `event` by the road it came: private words, a form, a home drawn, a link unfurled.

        A failure is logged by the caller and loses nothing.
        """
        ...

    async def quote(self, event: Event) -> Quoted | None:
        """The message that `event` is about, or None where there is none. Raises CannotLook, SendError."""
        ...

    async def profile(self, account: Account) -> Profile:
        """What is known of somebody there. Raises SendError."""
        ...

    async def title(self, place: Place) -> Title:
        """What a channel is called, and what else is told of it. Raises SendError."""
        ...

    def address(self, place: Place, ref: str) -> str:
        """A link to the message `ref`, or an empty text."""
        ...


# --- secrets


class Seal(Protocol):
    """Closes and opens what must not rest in clear. `about` says whose it is and what for, and binds it to that."""

    def close(self, text: str, about: str) -> str:
        """The sealed text."""
        ...

    def open(self, sealed: str, about: str) -> str:
        """The text that was sealed. Raises Unsealable where the key or `about` is another."""
        ...


class Unsealable(Exception):
    """This was sealed with a key that is not known any more, or for something else."""


# --- a database


class Conflict(Exception):
    """Another turn was faster: this one is taken again from the beginning."""


class Unavailable(Exception):
    """The database does not answer: nothing was kept."""


@dataclass(frozen=True)
class Query:
    """Rows of one kind: equal to (a tuple: one of) `where`, less than `before`, more than `after`, in `order`.

    `-name` descends.
    """

    where: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    order: Sequence[str] = ()
    limit: int = 200


class Store(Protocol):
    """The rows that one tenant may see, inside one transaction. Plain calls: a turn never waits for the world."""

    def get(self, kind: type[T], id: str, *, lock: bool = False) -> T | None:
        """The row with this id, or None; `lock` holds it until the transaction ends."""
        ...

    def find(self, kind: type[T], query: Query) -> list[T]:
        """The rows that match, at most `query.limit`."""
        ...

    def count(self, kind: type, where: Mapping[str, Any], limit: int = 1000) -> int:
        """How many rows match, counted up to `limit`."""
        ...

    def behind(self, kind: type[T], limit: int, now: datetime) -> list[T]:
        """The posts of which less is shown than wanted and which may be tried now, answers before clocks."""
        ...

    def search(
        self, kind: type[T], column: str, words: Sequence[str], where: Mapping[str, Any], order: str, limit: int
    ) -> list[T]:
        """The rows whose normalised `column` holds all of `words`."""
        ...

    def add(self, row: object) -> None:
        """Insert. Raises Conflict where a unique value is taken."""
        ...

    def add_new(self, row: object) -> bool:
        """Insert, or leave what stands where a unique value is taken; True where it was inserted."""
        ...

    def put(self, row: object) -> None:
        """Update every field of the row with this id. Raises Conflict where it is gone."""
        ...

    def change(self, kind: type, where: Mapping[str, Any], **values: Any) -> int:
        """Update some fields of every row that matches; an `int` in `values` named `add_x` is added to x."""
        ...

    def remove(self, kind: type, where: Mapping[str, Any]) -> int:
        """Delete the rows that match, and say how many."""
        ...


class Database(Protocol):
    """Where everything is kept, the same for SQLite and PostgreSQL."""

    async def write(self, work: Callable[[Store], T], tenant: str | None) -> T:
        """Run `work` in one transaction and commit it. Raises Conflict, Unavailable, and what `work` raises."""
        ...

    async def read(self, work: Callable[[Store], T], tenant: str | None) -> T:
        """Run `work` on a consistent view of what is committed. Raises Unavailable."""
        ...

    async def keep(self, rows: Iterable[object]) -> list[bool]:
        """Insert rows durably, many callers in one commit; False for one whose key stands already."""
        ...

    async def close(self) -> None:
        """Finish what runs and let go."""
        ...
