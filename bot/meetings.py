"""The refinement meeting (BMM): its timeboxed phases, its agenda, the way through it, and its minutes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.board import rank
from bot.items import Item, Kind, Lane, missing_things
from bot.votes import TOO_BIG, UNSURE

AGENDA_LANES = (Lane.BACKLOG, Lane.IDEAS)
TRIAGE_MINUTES, DEEP_DIVE_MINUTES, EXTENSION = 2, 8, timedelta(minutes=5)


class Phase(StrEnum):
    """The parts of a meeting, in their order (product row M2)."""

    KICKOFF, TRIAGE, DEEP_DIVE, WRAP_UP = "kick-off", "triage", "deep dive", "wrap-up"


class MeetingState(StrEnum):
    """Whether a meeting runs."""

    RUNNING, ENDED = "running", "ended"


class EntryState(StrEnum):
    """Where an entry of the agenda stands. LATER is the parking lot; UNREACHED ones come first next time."""

    WAITING, CURRENT, DONE, LATER, UNREACHED = "waiting", "current", "done", "later", "unreached"


_SHARES = {Phase.KICKOFF: 5, Phase.TRIAGE: 20, Phase.DEEP_DIVE: 25, Phase.WRAP_UP: 10}


@dataclass(frozen=True)
class Meeting:
    """One refinement meeting in a channel. `current` is an agenda entry's id or ""; `extended`: this phase was."""

    id: str
    board: str
    platform: str
    tenant: str
    channel: str
    facilitator: str
    started_by: str
    started_at: datetime
    minutes: int
    phase: Phase
    phase_started_at: datetime
    phase_ends_at: datetime
    state: MeetingState = MeetingState.RUNNING
    current: str = ""
    extended: bool = False
    goal: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True)
class AgendaEntry:
    """An item on the agenda. `position` counts from 1 within its phase; `decision` is a catalogue key or ""."""

    id: str
    board: str
    meeting: str
    item: str
    phase: Phase
    position: int
    state: EntryState = EntryState.WAITING
    decision: str = ""
    note: str = ""


@dataclass(frozen=True)
class Presence:
    """That somebody takes part in a meeting: spoke, pressed or voted in it. The id is `meeting:person`."""

    id: str
    board: str
    meeting: str
    person: str


def phases(minutes: int) -> tuple[tuple[Phase, int], ...]:
    """The whole minutes of each phase, in the proportion 5 · 20 · 25 · 10 (M2). ValueError outside 10 to 180."""
    if not 10 <= minutes <= 180:
        raise ValueError("a meeting takes 10 to 180 minutes")
    whole = {phase: minutes * share // 60 for phase, share in _SHARES.items()}
    left = minutes - sum(whole.values())
    for phase in sorted(_SHARES, key=lambda phase: -(minutes * _SHARES[phase] % 60))[:left]:
        whole[phase] += 1
    return tuple(whole.items())


def begin(meeting: Meeting, phase: Phase, now: datetime) -> Meeting:
    """The meeting at the start of a phase, which may be extended once (M9)."""
    ends = now + timedelta(minutes=dict(phases(meeting.minutes))[phase])
    return replace(meeting, phase=phase, phase_started_at=now, phase_ends_at=ends, extended=False)


def extend(meeting: Meeting, now: datetime) -> Meeting | None:
    """The phase five minutes longer, from its end or from now if that has passed; None the second time (M9)."""
    ends = max(meeting.phase_ends_at, now) + EXTENSION
    return None if meeting.extended else replace(meeting, phase_ends_at=ends, extended=True)


def size(item: Item) -> float:
    """How much talk an item needs, 0 upwards: its estimate, each missing thing, long texts, project work (M2)."""
    points = {"½": 0.5, "XS": 1, "S": 2, "M": 3, "L": 5, "XL": 8, "XXL": 13, "": 5, UNSURE: 20}
    number = float(item.estimate) if item.estimate.isdecimal() else points.get(item.estimate, 5)
    unclear = 5 * len(missing_things(item)) + len(item.title + item.request) // 200
    return number + unclear + (float(TOO_BIG) if item.kind is Kind.PROJECT else 0)


def agenda(
    candidates: Iterable[Item], carried_over: Collection[str], last_meeting_at: datetime | None, minutes: int
) -> tuple[tuple[str, Phase, int], ...]:
    """The agenda as (item id, phase, position from 1), an item at most once; only BACKLOG and IDEAS (product row M2).

    Triage: what was never triaged or came since the last meeting ended, small and clear first, large and unclear last.
    Deep dive: the top 2 to 4 of the rest in the board's order. In both, what was left unreached (`carried_over`, item
    ids) goes first, and what does not fit at 2 and 8 minutes an item stays for the next time.
    """
    items = {item.id: item for item in candidates if item.lane in AGENDA_LANES}.values()
    fresh = {i.id for i in items if not i.triaged_at or (last_meeting_at and i.created_at > last_meeting_at)}
    news, known = [i for i in items if i.id in fresh], [i for i in items if i.id not in fresh]
    news.sort(key=lambda item: (item.id not in carried_over, size(item), rank(item), item.number))
    known.sort(key=lambda item: (item.id not in carried_over, rank(item), item.number))
    time = dict(phases(minutes))
    dives = min(max(time[Phase.DEEP_DIVE] // DEEP_DIVE_MINUTES, 2), 4)
    chosen = ((Phase.TRIAGE, news[: max(time[Phase.TRIAGE] // TRIAGE_MINUTES, 1)]), (Phase.DEEP_DIVE, known[:dives]))
    return tuple((item.id, phase, place) for phase, some in chosen for place, item in enumerate(some, 1))


def in_order(entries: Iterable[AgendaEntry]) -> list[AgendaEntry]:
    """The agenda from its first phase to its last, by position within a phase."""
    return sorted(entries, key=lambda entry: (list(Phase).index(entry.phase), entry.position, entry.id))


def next_entry(entries: Iterable[AgendaEntry], current: str) -> AgendaEntry | None:
    """The next waiting entry after `current` (an id; "" or an unknown one: from the start), across phases (M4)."""
    ordered = in_order(entries)
    start = next((place + 1 for place, entry in enumerate(ordered) if entry.id == current), 0)
    return next((entry for entry in ordered[start:] if entry.state is EntryState.WAITING), None)


def previous_entry(entries: Iterable[AgendaEntry], current: str) -> AgendaEntry | None:
    """The entry before `current`, whatever became of it; before none ("" or an unknown id) stands the last (M4)."""
    ordered = in_order(entries)
    end = next((place for place, entry in enumerate(ordered) if entry.id == current), len(ordered))
    return ordered[end - 1] if end else None


def closed(entries: Iterable[AgendaEntry]) -> tuple[AgendaEntry, ...]:
    """The agenda at the end: what waits, or is talked about without a decision, is unreached and comes first next."""
    left = (EntryState.WAITING, EntryState.CURRENT)
    ends = {True: EntryState.DONE, False: EntryState.UNREACHED}
    return tuple(replace(e, state=ends[bool(e.decision)]) if e.state in left else e for e in in_order(entries))
