"""How a running meeting looks: the agenda, the item in hand with its vote, the time, and the facilitator's controls."""

from collections.abc import Iterator

from bot.items import Item, missing_things
from bot.look import Look
from bot.meetings import AgendaEntry, EntryState, Meeting, MeetingState, Phase, in_order, phases
from bot.messages import (
    Block,
    Button,
    Choice,
    Controls,
    Divider,
    Facts,
    Heading,
    Listing,
    Message,
    Person,
    Quote,
    Row,
    Text,
    Words,
)  # fmt: skip
from bot.ports import Query
from bot.routes import Routes
from bot.triage import Outcome
from bot.votes import Ballot, BallotState, Purpose
from bot.words import say
from dialogs.agenda import AssignEntry, DecideEntry, DiscardEntry, LaterEntry, NextEntry, PreviousEntry, VoteOnEntry
from dialogs.attendance import MeetingCard, expected
from dialogs.ballot_card import ballot_blocks
from dialogs.item import headline
from dialogs.meeting import WARNING, EndMeeting, ExtendPhase, HandOver, entries_of, stands_at
from dialogs.minutes import MinutesCard

routes = Routes()

SEEN_BY = 60  # people for whom a platform draws a card apart


@routes.draws(MeetingCard)
def draw_meeting(view: MeetingCard, look: Look) -> Message:
    """The one live card."""
    meeting = look.must(Meeting, view.meeting)
    who = look.person(meeting.facilitator)
    if meeting.state is MeetingState.ENDED:
        link = look.link_to(MinutesCard(meeting.id), say("meeting.minutes_link").template)
        over = say("meeting.over_link", link=link) if link else say("meeting.over")
        return Message(over, (Text(over, "quiet"),))
    title = say(f"meeting.title_{meeting.phase.name.lower()}", board=look.board.name)
    entries = in_order(entries_of(meeting, look.store))
    current = next((entry for entry in entries if entry.id == meeting.current), None)
    ballot = _ballot(meeting, current, look) if current else None
    body = _item(meeting, current, entries, ballot, look) if current else _overview(meeting, entries, look)
    controls = Controls(tuple(_controls(meeting, current, voting=_is_undecided(ballot))))
    return Message(
        say("meeting.summary", title=title, who=who),
        (Heading(title), Text(_time(meeting, look)), *body, Divider(), controls),
        _voters(meeting, look) if ballot is not None and ballot.state is BallotState.OPEN else (),
    )


def _voters(meeting: Meeting, look: Look) -> tuple[Person, ...]:
    """Everybody who takes part sees what they chose themselves; who has voted is not told by this."""
    return look.viewers(sorted(expected(look.store, meeting.board, meeting.id))[:SEEN_BY])


def _time(meeting: Meeting, look: Look) -> Words:
    ends = look.when(meeting.phase_ends_at, "time")
    left = meeting.phase_ends_at - look.now
    key = "meeting.overrun" if left.total_seconds() <= 0 else "meeting.ends_soon" if left <= WARNING else "meeting.ends"
    who, starter = look.person(meeting.facilitator), look.person(meeting.started_by)
    by = say("meeting.by_one" if who == starter else "meeting.by_two", who=who, starter=starter)
    return say(key, ends=ends, by=by)


def _overview(meeting: Meeting, entries: list[AgendaEntry], look: Look) -> Iterator[Block]:
    if not entries:
        yield Text(say("meeting.empty"))
        return
    if meeting.phase is Phase.WRAP_UP:
        reached = sum(1 for entry in entries if entry.state in (EntryState.DONE, EntryState.LATER))
        yield Text(say("meeting.wrap_up", reached=reached, all=len(entries)))
        return
    minutes = dict(phases(meeting.minutes))
    for phase in (Phase.TRIAGE, Phase.DEEP_DIVE):
        rows = tuple(Row(headline(look.item(entry.item))) for entry in entries if entry.phase is phase)
        title = say(f"meeting.part_{phase.name.lower()}", minutes=minutes[phase])
        yield (
            Listing(title, rows[:12], say("meeting.folded", count=len(rows) - 12) if len(rows) > 12 else None)
            if rows
            else Text(say(f"meeting.none_{phase.name.lower()}"), "quiet")
        )


def _item(
    meeting: Meeting, entry: AgendaEntry, entries: list[AgendaEntry], ballot: Ballot | None, look: Look
) -> Iterator[Block]:
    item = look.item(entry.item)
    here = [each.id for each in entries if each.phase is entry.phase]
    yield Text(say("meeting.position", at=here.index(entry.id) + 1, of=len(here)), "quiet")
    yield Heading(headline(item))
    if item.request.strip().casefold() != item.title.casefold():
        yield Quote(item.request)
    yield Facts(tuple(_facts(item, look)))
    if missing_things(item):
        names = tuple(part for name in missing_things(item) for part in (Words(", "), say(f"things.{name}")))[1:]
        yield Text(say("item.not_actionable", things=names), "warning")
    if entry.decision:
        yield Text(say("meeting.decided", decision=say(entry.decision)))
    yield Controls(tuple(_decisions(meeting, voting=_is_undecided(ballot))))
    if ballot is not None:
        yield Divider()
        yield Heading(say(f"votes.of_{ballot.purpose}"))
        yield from ballot_blocks(ballot, look)


def _facts(item: Item, look: Look) -> Iterator[tuple[Words, Words]]:
    yield say("item.requester"), say("item.value", value=look.person(item.requester))
    if item.outcome:
        yield say("item.outcome"), say("item.value", value=item.outcome)
    if item.priority:
        yield (
            say("item.priority"),
            say("item.confirmed" if item.confirmed else "item.unconfirmed", priority=item.priority),
        )
    if item.due:
        yield say("item.due"), say("item.value", value=item.due)
    if item.estimate:
        yield say("item.estimate"), say("item.value", value=item.estimate)
    if item.tickets:
        yield say("item.tickets"), say("item.value", value=", ".join(item.tickets))


def _ballot(meeting: Meeting, entry: AgendaEntry, look: Look) -> Ballot | None:
    where = {"board": meeting.board, "meeting": meeting.id, "subject": entry.item}
    found = look.store.find(Ballot, Query(where, order=("-opened_at", "-id"), limit=5))
    return next((ballot for ballot in found if ballot.state is not BallotState.CLOSED), None)


def _is_undecided(ballot: Ballot | None) -> bool:
    return ballot is not None and ballot.state in (BallotState.OPEN, BallotState.REVEALED)


def _decisions(meeting: Meeting, *, voting: bool) -> Iterator[Choice]:
    """What can become of the item in hand; one vote is called at a time."""
    here = stands_at(meeting)
    plain = tuple(Button(say(f"meeting.do_{each}"), DecideEntry(meeting.id, here, each)) for each in _PLAIN)
    reasons = (
        Button(say("meeting.do_assign"), AssignEntry(meeting.id, here)),
        Button(say("meeting.do_discard"), DiscardEntry(meeting.id, here)),
    )
    yield Choice(say("meeting.decide"), (*plain, *reasons))
    if not voting:
        ways = tuple(Button(say(f"meeting.vote_{each}"), VoteOnEntry(meeting.id, here, each)) for each in _VOTES)
        yield Choice(say("meeting.vote"), ways)


def _controls(meeting: Meeting, entry: AgendaEntry | None, *, voting: bool) -> Iterator[Button | Choice]:
    """How the meeting goes on; while a vote waits for its decision, that is what comes first."""
    here = stands_at(meeting)
    last = entry is None and meeting.phase is Phase.WRAP_UP
    if last:
        yield Button(say("meeting.end"), EndMeeting(meeting.id), "primary")
    else:
        on = say("meeting.next" if entry else "meeting.begin")
        yield Button(on, NextEntry(meeting.id, here), "plain" if voting else "primary")
    if entry is not None:
        yield Button(say("meeting.later"), LaterEntry(meeting.id, here))
    yield Choice(say("meeting.more"), tuple(_more(meeting, entry, here, last=last)))


_PLAIN = (Outcome.ACCEPT, Outcome.PARK, Outcome.TO_PM, Outcome.EMERGENCY)
_VOTES = (Purpose.ESTIMATE, Purpose.PRIORITY)


def _more(meeting: Meeting, entry: AgendaEntry | None, here: str, *, last: bool) -> Iterator[Button]:
    if entry is not None:
        yield Button(say("meeting.back"), PreviousEntry(meeting.id, here))
    if not meeting.extended:
        yield Button(say("meeting.extend"), ExtendPhase(meeting.id, meeting.phase))
    yield Button(say("meeting.hand_over"), HandOver(meeting.id))
    if not last:
        yield Button(say("meeting.end"), EndMeeting(meeting.id))
