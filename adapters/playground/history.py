"""Fills an empty playground with a month of believable history: the made-up team says it all again, on the days it did.

Everything goes through the front door of the core, on a clock that stands where the script says, so that the board, the
history of every item and the chat agree.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.month import MONTH
from adapters.playground.outbound import PlaygroundPlatform
from adapters.playground.parse import referring, words
from adapters.playground.team import PLATFORM, TENANT, account, place
from bot.bot import Bot
from bot.chatlog import Said
from bot.events import Event
from bot.ledger import Due, Prompt
from bot.meetings import AgendaEntry, Meeting, MeetingState
from bot.ports import Answer, Database, Query, Store
from bot.routes import Routes
from bot.votes import Ballot, BallotState, Round

_LINE = re.compile(r"(\d+) (\d\d):(\d\d) (\w+): (.*?)(?: \|\| (.*?) \|\| (\w+))?")
_VOTES = (("3", "5", "3"), ("2", "8", "3"), ("5", "5", "5"), ("1", "2", "2"))
_ZONE = ZoneInfo("Europe/London")  # of the one who made the board


@dataclass(frozen=True)
class Line:
    """One thing that somebody said, and what they answer to the questions that follow, by hole."""

    at: datetime
    channel: str
    who: str
    text: str
    answers: dict[str, str]


class Past:
    """A clock that stands where it is put; waiting moves it on."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._ticks = itertools.count()

    def now(self) -> datetime:
        """Where it stands."""
        return self._at

    async def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self._at += timedelta(seconds=seconds)

    def put(self, at: datetime) -> None:
        """Forward to an instant, never back."""
        self._at = max(self._at, at)

    def new_id(self) -> str:
        """Ids that sort by this clock."""
        return f"{int(self._at.timestamp() * 1_000_000):014x}{next(self._ticks) % 0xFFFFFF:06x}"


class Quiet(PlaygroundPlatform):
    """The playground without the private answers, which nobody would read a month later."""

    async def answer(self, event: Event, answer: Answer) -> None:
        """Say nothing."""


def lines(today: datetime) -> list[Line]:
    """The script in the order of time, its business days counted back from `today`."""
    return sorted(_lines(today.astimezone(_ZONE).date()), key=lambda line: line.at)


def _lines(today: date) -> Iterator[Line]:
    past = [day for back in range(1, 50) if (day := today - timedelta(days=back)).isoweekday() <= 5]
    for channel, script in MONTH.items():
        for text in script.strip().splitlines():
            found = _LINE.fullmatch(text)
            if found is None:
                raise ValueError(text)
            days, hour, minute, who, said, outcome, priority = found.groups()
            at = datetime.combine(past[int(days) - 1], time(int(hour), int(minute)), _ZONE).astimezone(UTC)
            answers = {"outcome": outcome, "priority": priority} if outcome else {}
            yield Line(at, channel, who, said, answers)


async def fill_in(routes: Routes, database: Database, now: datetime) -> None:
    """Play the month up to `now`. For an empty database only."""
    await _Telling(routes, database, lines(now)).tell(now)


class _Telling:
    def __init__(self, routes: Routes, database: Database, script: list[Line]) -> None:
        self._database = database
        self._script = script
        self._clock = Past(script[0].at)
        platform = Quiet(database, self._clock, self._clock.new_id)
        self._bot = Bot(database, routes, {PLATFORM: platform}, self._clock, self._clock.new_id)
        self._meetings = itertools.count()

    async def tell(self, now: datetime) -> None:
        for line in self._script:
            await self._until(line.at)
            await self._line(line)
        await self._until(now)
        await self._bot.courier.stop()

    async def _line(self, line: Line) -> None:
        if line.text.startswith("/meeting"):
            await self._meet(line)
        elif line.text.startswith("/"):
            await self._do(line, line.text.removeprefix("/"))
        else:
            await self._ask(line)

    async def _until(self, at: datetime) -> None:
        """Everything that falls due before `at`, at its time."""
        while due := await self._one_due(at):
            self._clock.put(due.at)
            await self._bot.settle()
        self._clock.put(at)

    async def _one_due(self, before: datetime) -> Due | None:
        query = Query({"done": False}, {"at": before}, order=("at",), limit=1)
        return next(iter(await self._database.read(lambda store: store.find(Due, query), None)), None)

    async def _ask(self, line: Line) -> None:
        ask = await self._say(line, line.text)
        for _ in line.answers:
            asked = await self._one(Prompt, channel=line.channel, thread=ask, open=True)
            if asked is None:
                return
            await self._clock.sleep(45)
            await self._say(line, f"@bmm {line.answers[asked.hole]}", ask)

    async def _say(self, line: Line, text: str, thread: str = "") -> str:
        said = Said(self._clock.new_id(), TENANT, line.channel, self._clock.now(), line.who, thread, text=text)
        await self._database.write(lambda store: store.add(said), TENANT)
        event = words(said, True)
        if event is not None:
            await self._bot.keep(event)
        await self._bot.settle()
        return said.id

    async def _do(self, line: Line, text: str = "", intent: str = "") -> None:
        where = place(line.channel)
        event = Event(
            f"playground:{self._clock.new_id()}",
            "control" if intent else "command",
            self._clock.now(),
            where,
            account(line.who),
            referring(text),
            intent,
        )
        await self._bot.keep(event)
        await self._bot.settle()

    # --- a meeting

    async def _meet(self, line: Line) -> None:
        await self._do(line, "start 60")
        for _ in range(30):
            meeting = await self._one(Meeting, state=MeetingState.RUNNING)
            if meeting is None:
                return
            await self._clock.sleep(150)
            await self._step(line, meeting)

    async def _step(self, line: Line, meeting: Meeting) -> None:
        entry = await self._one(AgendaEntry, id=meeting.current) if meeting.current else None
        names = f'"meeting":"{meeting.id}","after":"{meeting.current or meeting.phase}"'
        if entry is None:
            await self._do(line, intent=f"meeting.next {{{names}}}")
        elif entry.phase == "deep dive":
            await self._do(line, intent=f'meeting.vote {{{names},"purpose":"estimate"}}')
            await self._vote(line)
            await self._do(line, intent=f"meeting.next {{{names}}}")
        else:
            await self._do(line, intent=f'meeting.decide {{{names},"outcome":"accept"}}')

    async def _vote(self, line: Line) -> None:
        cards = _VOTES[next(self._meetings) % len(_VOTES)]
        for people in (cards, ("3", "3", "5")):
            ballot = await self._one(Ballot, state=BallotState.OPEN)
            if ballot is None:
                return
            names = f'"ballot":"{ballot.id}","round":{ballot.round}'
            for who, card in zip(("ben", "dmitri", line.who), people, strict=True):
                await self._do(replace(line, who=who), intent=f'ballot.vote {{{names},"choice":"{card}"}}')
            ballot = await self._one(Ballot, id=ballot.id)
            if ballot is not None and ballot.state is BallotState.OPEN:
                await self._do(line, intent=f"ballot.reveal {{{names}}}")
            if not await self._agreed(line, names):
                return

    async def _agreed(self, line: Line, names: str) -> bool:
        """Take what the round proposes; True where it has to be voted again."""
        facts = await self._one(Round, ballot=names.split('"')[3])
        if facts is None:
            return False
        if facts.card:
            await self._do(line, intent=f'ballot.take {{{names},"card":"{facts.card}"}}')
            return False
        await self._do(line, intent=f"ballot.again {{{names}}}")
        return True

    async def _one(self, kind: type[Any], **where: Any) -> Any:
        def look(store: Store) -> Any:
            return next(iter(store.find(kind, Query(where, order=("-id",), limit=1))), None)

        return await self._database.read(look, TENANT)
