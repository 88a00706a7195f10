"""A platform in memory: it keeps what is posted, says what it was asked to do, and fails in every named way."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.events import Account, Event, Place, Quoted
from bot.messages import Message, plain
from bot.ports import Answer, CannotLook, Clock, Pace, PostGone, Profile, Sending, Title

FAST = Pace(place=0, burst=1000, edit=0)


@dataclass(frozen=True)
class Accepted:
    """The platform takes the post, and then this is what the caller sees."""

    error: BaseException


@dataclass
class Standing:
    """A message that stands there."""

    ref: str
    mark: str
    place: Place
    message: Message

    @property
    def text(self) -> str:
        """Its one sentence."""
        return plain(self.message.summary)


@dataclass
class MemoryPlatform:
    """What was shown to whom. `failures` are what the next sends and edits come to, None for success."""

    clock: Clock
    name: str = "memory"
    pace: Pace = FAST
    looks: bool = True
    posts: list[Standing] = field(default_factory=list)
    sent: list[tuple[datetime, Sending]] = field(default_factory=list)
    edited: list[tuple[datetime, str, Sending]] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    answers: list[tuple[Event, Answer]] = field(default_factory=list)
    failures: deque[BaseException | Accepted | None] = field(default_factory=deque)
    by_channel: dict[str, BaseException] = field(default_factory=dict)
    answering: BaseException | None = None
    profiles: dict[str, Profile | BaseException] = field(default_factory=dict)
    while_answering: Callable[[], Awaitable[object]] | None = None
    titles: dict[str, Title | BaseException] = field(default_factory=dict)
    quoted: dict[str, Quoted] = field(default_factory=dict)
    quoting: BaseException | None = None
    while_sending: Callable[[Sending], Awaitable[None]] | None = None

    async def send(self, sending: Sending) -> str:
        """Post."""
        self.sent.append((self.clock.now(), sending))
        if self.while_sending is not None:
            await self.while_sending(sending)
        failure = self._failure(sending)
        if isinstance(failure, BaseException):
            raise failure
        ref = f"m{len(self.posts) + 1}"
        self.posts.append(Standing(ref, sending.mark, sending.place, sending.message))
        if isinstance(failure, Accepted):
            raise failure.error
        return ref

    async def edit(self, ref: str, sending: Sending) -> None:
        """Edit."""
        self.edited.append((self.clock.now(), ref, sending))
        if self.while_sending is not None:
            await self.while_sending(sending)
        failure = self._failure(sending)
        if isinstance(failure, BaseException):
            raise failure
        found = next((each for each in self.posts if each.ref == ref), None)
        if found is None:
            raise PostGone(ref)
        found.message = sending.message
        if isinstance(failure, Accepted):
            raise failure.error

    async def find(self, sending: Sending) -> str | None:
        """Look for the mark."""
        self.looked.append(sending.mark)
        if not self.looks:
            raise CannotLook("no scope")
        return next((each.ref for each in self.posts if each.mark == sending.mark), None)

    async def answer(self, event: Event, answer: Answer) -> None:
        """Remember it."""
        if self.while_answering is not None:
            await self.while_answering()
        if self.answering is not None:
            raise self.answering
        self.answers.append((event, answer))

    async def profile(self, account: Account) -> Profile:
        """A name made of the id."""
        told = self.profiles.get(account.user, Profile(account.user.title(), "Europe/London"))
        if isinstance(told, BaseException):
            raise told
        return told

    async def title(self, place: Place) -> Title:
        """The channel's id, unless something else is told."""
        told = self.titles.get(place.channel, Title(place.channel))
        if isinstance(told, BaseException):
            raise told
        return told

    async def quote(self, event: Event) -> Quoted | None:
        """What was set down as the message."""
        if self.quoting is not None:
            raise self.quoting
        return self.quoted.get(event.message)

    def address(self, place: Place, ref: str) -> str:
        """A link of no consequence."""
        return f"https://memory.test/{place.channel}/{ref}"

    def texts(self, channel: str = "") -> list[str]:
        """The sentences that stand in a channel, in order."""
        return [each.text for each in self.posts if channel in ("", each.place.channel)]

    def told(self) -> list[str]:
        """The private words, in order."""
        return [plain(answer.summary) for _, answer in self.answers if isinstance(answer, Message)]

    def _failure(self, sending: Sending) -> BaseException | Accepted | None:
        if sending.place.channel in self.by_channel:
            return self.by_channel[sending.place.channel]
        return self.failures.popleft() if self.failures else None
