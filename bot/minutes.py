"""The minutes of a refinement meeting: what was decided, what is ready, what is missing, as facts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.board import rank
from bot.items import OPEN_LANES, Item, Kind, Lane, Priority, actionable, missing_things
from bot.meetings import AGENDA_LANES, AgendaEntry, EntryState, Meeting, closed
from bot.votes import Count, Purpose, Round


@dataclass(frozen=True)
class Decided:
    """What was decided about an item, with the count of its last vote; `decision` is a catalogue key."""

    key: str
    title: str
    decision: str
    estimate: str
    priority: Priority | None
    counts: tuple[Count, ...]


@dataclass(frozen=True)
class StillMissing:
    """The fields that still keep an item from being actionable."""

    key: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class OpenQuestion:
    """A question that the meeting leaves open, and the person id to whom it was put, or ""."""

    key: str
    text: str
    person: str


@dataclass(frozen=True)
class Standing:
    """An item as it stands at the end of the meeting."""

    key: str
    title: str
    priority: Priority | None
    lane: Lane


@dataclass(frozen=True)
class Minutes:
    """The facts of a meeting that is over (product row M10); the id is the meeting's, `duration` is in minutes.

    `reached` and `unreached` count items. The last three are its outputs: project priorities in the board's order,
    what of the systems work is in progress, in testing or done since last time, and escalations short of EMERGENCY.
    """

    id: str
    board: str
    meeting: str
    held_at: datetime
    started_by: str
    duration: int
    decided: tuple[Decided, ...]
    ready: tuple[str, ...]
    missing: tuple[StillMissing, ...]
    questions: tuple[OpenQuestion, ...]
    parked: tuple[str, ...]
    later: tuple[str, ...]
    to_pm: tuple[str, ...]
    discarded: tuple[str, ...]
    reached: int
    unreached: int
    next_on: date | None
    projects: tuple[Standing, ...]
    progress: tuple[Standing, ...]
    escalations: tuple[Standing, ...]


def ready(item: Item, held_back: Collection[str] = ()) -> bool:
    """Whether an item may be planned: in BACKLOG, actionable, estimated and not held back.

    `held_back` are the ids of items with an open question or dependency, or too many sub-tasks.
    """
    return item.lane is Lane.BACKLOG and actionable(item) and item.estimate != "" and item.id not in held_back


def write_minutes(
    meeting: Meeting, entries: Iterable[AgendaEntry], items: Iterable[Item], rounds: Iterable[Round], now: datetime,
    *, since: datetime | None = None, held_back: Collection[str] = (), questions: tuple[OpenQuestion, ...] = (),
    next_on: date | None = None,
) -> Minutes:  # fmt: skip
    """The minutes of `meeting`, which ended at `now` (product row M10).

    `items` are those of the agenda, as they are now, and of the limited queries for the three outputs; `rounds` those
    of this meeting; `since` is when the last meeting ended.
    """
    known, ordered, counts = {item.id: item for item in items}, closed(entries), _counts(rounds)
    reached = [e for e in ordered if e.state is not EntryState.UNREACHED]
    talked = [known[e.item] for e in reached if e.item in known]
    projects, progress, escalations = _outputs(sorted(known.values(), key=rank), since)
    return Minutes(
        meeting.id, meeting.board, meeting.id, meeting.started_at, meeting.started_by,
        duration=max(round((now - meeting.started_at) / timedelta(minutes=1)), 1),
        decided=tuple(_decided(e, known[e.item], counts) for e in reached if e.decision and e.item in known),
        ready=tuple(item.key for item in talked if ready(item, held_back)),
        missing=tuple(
            StillMissing(i.key, missing_things(i)) for i in talked if i.lane in AGENDA_LANES and not actionable(i)
        ),
        questions=questions,
        parked=tuple(item.key for item in talked if item.lane is Lane.ICE_BOX),
        later=tuple(known[e.item].key for e in reached if e.state is EntryState.LATER and e.item in known),
        to_pm=tuple(item.key for item in talked if item.lane is Lane.WITH_PM),
        discarded=tuple(item.key for item in talked if item.lane is Lane.DISCARDED),
        reached=len(reached), unreached=len(ordered) - len(reached), next_on=next_on,
        projects=projects, progress=progress, escalations=escalations,
    )  # fmt: skip


def _counts(rounds: Iterable[Round]) -> dict[str, tuple[Count, ...]]:
    """By item, the counts of its last round, an estimate before any other vote."""
    ordered = sorted(rounds, key=lambda each: (each.purpose is Purpose.ESTIMATE, each.revealed_at))
    return {each.subject: each.counts for each in ordered}


def _decided(entry: AgendaEntry, item: Item, counts: dict[str, tuple[Count, ...]]) -> Decided:
    return Decided(item.key, item.title, entry.decision, item.estimate, item.priority, counts.get(item.id, ()))


def _outputs(items: list[Item], since: datetime | None) -> tuple[tuple[Standing, ...], ...]:
    """Project priorities, progress of systems work, non-emergency escalations; no item in two of them (M10)."""
    projects, progress, escalations = [], [], []
    for item in items:
        standing = Standing(item.key, item.title, item.priority, item.lane)
        if item.kind is Kind.PROJECT or item.lane is Lane.PROPOSED_PROJECT:
            projects += [standing] if item.lane not in (Lane.DONE, Lane.DISCARDED) else []
        elif item.kind is Kind.ESCALATION:
            escalations += [standing] if item.lane in OPEN_LANES and item.lane is not Lane.EMERGENCY else []
        elif item.lane in (Lane.IN_PROGRESS, Lane.TESTING_QA) or (
            item.lane is Lane.DONE and (since is None or (item.done_at is not None and item.done_at > since))
        ):
            progress.append(standing)
    return tuple(projects), tuple(progress), tuple(escalations)
