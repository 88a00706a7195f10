"""A board on which everything has happened, with texts of choice: what there is to draw."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.board import Board, BoardLink, Channel, rank, searchable
from bot.events import Account, Event, Place, Quoted
from bot.items import Change, Item, Kind, Lane, Priority
from bot.ledger import Post, Prompt, Received, Standing, Taken
from bot.look import Look
from bot.meetings import AgendaEntry, EntryState, Meeting, MeetingState, Phase, Presence
from bot.minutes import write_minutes
from bot.people import Grant, Human, Identity, Role
from bot.ports import Store
from bot.standup import Found, Part, walk
from bot.views import QuestionCard, UnsurePost
from bot.votes import DECKS, Ballot, BallotState, Purpose, Round, Vote, reveal
from bot.wire import adapter, pack
from dialogs.attendance import MeetingCard
from dialogs.boards import ChooseBoard
from dialogs.finding import BacklogPage, BoardGlance
from dialogs.finding import Found as Searched
from dialogs.help import HelpCard
from dialogs.history import ItemPast
from dialogs.home import Home, HomePart
from dialogs.home import Part as HomeList
from dialogs.intents import EditItem, LogTo, Prioritise, SetOutcome
from dialogs.item import ItemCard, ItemNews
from dialogs.keys import KeyLine
from dialogs.minutes import MinutesCard
from dialogs.places import PlaceBack
from dialogs.reports import DueFailed, PlaceLost
from dialogs.shortcuts import LogMessage, LogThis
from dialogs.standup import StandupCard, StandupMissed
from dialogs.vote import BallotCard
from dialogs.welcome import FirstContact

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
PLACE = Place("playground", "playground:play", "ops")
THREAD = replace(PLACE, thread="t1")
PEOPLE = ("ben", "chloe", "esi")


@dataclass(frozen=True)
class Texts:
    """What people wrote: a title, something long, a name, an estimate's reason."""

    title: str
    long: str
    name: str


SHORT = Texts("x", "y", "B")
LONG = Texts("word " * 500 + "end", "line of a log\n" * 3000, "Maximiliana Alexandra " * 10)
AWKWARD = Texts(
    "<!channel> *b* _i_ ~s~ `c` :tada: {key} **x** </b><script>alert(1)</script> & \u202eevil <@U1BEN>",
    "> quote\n* list\n```\n<https://evil.example|good.example>\n{nothing} \\ 😀\n\n\n\t.",
    "*Ben* <@U1> `{name}`",
)


class World:
    """Rows for one board. `whose(n)` says who is behind the n-th deed."""

    def __init__(self, texts: Texts, whose: Any = lambda n: PEOPLE[n % 3]) -> None:
        self.texts = texts
        self._whose = whose
        self._deeds = itertools.count()
        self.board = Board("b1", texts.name, "OPS", "Europe/London")
        self.items = list(self._items())
        self.ballots = list(self._ballots())
        self.meeting = Meeting(
            "m1", "b1", "playground", PLACE.tenant, "ops", "ben", "ben", NOW - timedelta(minutes=9), 60, Phase.TRIAGE,
            NOW, NOW + timedelta(minutes=20), current="e0",
        )  # fmt: skip
        self.views: list[Any] = []

    def somebody(self) -> str:
        """Who is behind the next deed."""
        return str(self._whose(next(self._deeds)))

    def _items(self) -> Iterator[Item]:
        texts = self.texts
        for number, (lane, full) in enumerate(itertools.product(Lane, (False, True)), 1):
            item = Item(f"i{number}", "b1", number, f"OPS-{number}", texts.title, texts.long, self.somebody(),
                        NOW - timedelta(minutes=number), NOW - timedelta(days=number), lane)  # fmt: skip
            if full:
                item = replace(
                    item, outcome=texts.long, priority=list(Priority)[number % 5], confirmed=True,
                    due=date(2026, 11, 24), kind=Kind.PROJECT, estimate="½", owner=self.somebody(),
                    blocked_by=texts.long, source="t", origin="playground:play:hall:m1",
                    permalink="https://chat.example/m1",
                    blocked_on=self.somebody(), tickets=("INC1",) * 3, links=("https://example.com/" + "a" * 300,),
                )  # fmt: skip
            yield replace(item, rank=rank(item), search=searchable(item.key, item.title, item.request))

    def _ballots(self) -> Iterator[tuple[Ballot, list[Vote], list[Round]]]:
        """One of each purpose and state, with two rounds."""
        decks = {Purpose.ESTIMATE: "modified-fibonacci", Purpose.PRIORITY: "priority", Purpose.QUESTION: "yes-no"}
        for purpose, state in itertools.product(Purpose, BallotState):
            cards = DECKS[decks[purpose]]
            subject = "" if purpose is Purpose.QUESTION else "i5"
            ballot = Ballot(f"v{purpose}{state}", "b1", subject, "", purpose, self.texts.long, decks[purpose], cards,
                            "ben", NOW)  # fmt: skip
            rounds, votes = [], []
            for number in (1, 2):
                votes = [
                    Vote(f"{ballot.id}:{number}:{n}", "b1", ballot.id, number, self.somebody() + str(n), card,
                         self.texts.long, NOW)
                    for n, card in enumerate((cards[0], cards[-1], cards[1], cards[1]))
                ]  # fmt: skip
                _, facts = reveal(replace(ballot, round=number), votes, "ben", NOW)
                rounds.append(facts)
            yield replace(ballot, round=2, state=state, decision=cards[0]), votes, rounds

    # --- into a store

    def fill(self, store: Store) -> None:
        """Add every row, and gather every view that can be drawn."""
        for who in (*PEOPLE, "ada"):
            store.add(Human(who, PLACE.tenant, f"{who} {self.texts.name}"))
        for row in (self.board, BoardLink("l1", "b1", PLACE.tenant), Grant("g1", "b1", "ada", Role.ADMIN)):
            store.add(row)
        store.add(Channel("c1", "b1", PLACE.tenant, "playground", "ops", self.texts.name, NOW))
        for item in self.items:
            store.add(item)
        self._fill_history(store)
        self._fill_meetings(store)
        self._fill_days(store)
        self._fill_questions(store)
        self.views += [view for item in self.items for view in (ItemCard(item.id), ItemNews(item.id))]
        self.views += [Searched(tuple(item.id for item in self.items), self.texts.title[:80]), ItemPast("i2")]
        self.views += [BacklogPage(1), BacklogPage(9), BoardGlance(), HelpCard(), HelpCard("move"), FirstContact("b1")]
        self._fill_pages(store)
        self._fill_messages(store)

    def _fill_pages(self, store: Store) -> None:
        store.add(Presence("m1:ben", "b1", "m1", "ben"))
        self.views += [KeyLine(item.id) for item in self.items] + [PlaceBack("c1")]
        for person in ("ada", "ben"):
            self.views += [Home(person), *(HomePart(person, part, page) for part in HomeList for page in (1, 2))]

    def _fill_messages(self, store: Store) -> None:
        said = Quoted("s1", self.texts.long, "ben", "https://chat.example/s1", ("https://chat.example/f1",))
        actor = Account("playground", PLACE.tenant, "reader")
        event = Event("said1", "control", NOW, THREAD, actor, intent=pack(LogThis()), message="s1", quoted=said)
        store.add(Identity("playground|playground:play|reader", PLACE.tenant, "ada"))
        store.add(Received("said1", PLACE.tenant, adapter(Event).dump_json(event).decode(), NOW, Taken.DONE))

    def _fill_history(self, store: Store) -> None:
        for n, field in enumerate(("created", "title", "owner", "priority", "due", "tickets", "lane")):
            after = {"owner": f'"{self.somebody()}"', "tickets": '["INC1"]'}.get(field, '"after"')
            who = self.items[1].requester if field == "created" else self.somebody()
            store.add(Change(f"h{n}", "b1", "t", "i2", who, NOW, field, '""', after, self.texts.long))

    def _fill_meetings(self, store: Store) -> None:
        for ballot, votes, rounds in self.ballots:
            for row in (ballot, *votes, *rounds):
                store.add(row)
            self.views.append(BallotCard(ballot.id))
        states = (EntryState.CURRENT, EntryState.WAITING, EntryState.DONE, EntryState.LATER)
        for name in ("m1", "m2", "m3", "m4"):
            entries = [
                AgendaEntry(f"{name}e{n}", "b1", name, item.id, (Phase.TRIAGE, Phase.DEEP_DIVE)[n % 2], n,
                            states[min(n, 3)], "triage.accepted" if n > 1 else "", self.texts.long)
                for n, item in enumerate(self.items[:20])
            ]  # fmt: skip
            meeting = replace(self.meeting, id=name, current=f"{name}e0" if name == "m1" else "")
            meeting = replace(meeting, phase={"m2": Phase.KICKOFF, "m3": Phase.WRAP_UP}.get(name, Phase.TRIAGE))
            if name == "m4":
                meeting = replace(meeting, state=MeetingState.ENDED, ended_at=NOW)
                rounds = [each for _, _, some in self.ballots for each in some]
                store.add(meeting)
                store.add(write_minutes(meeting, entries, self.items, rounds, NOW))
                self.views.append(MinutesCard(name))
            else:
                store.add(meeting)
            for entry in entries:
                store.add(entry)
            self.views.append(MeetingCard(name))
        open_one = replace(self.ballots[0][0], id="vm", meeting="m1", subject=self.items[0].id, round=1)
        store.add(replace(open_one, state=BallotState.OPEN))

    def _fill_days(self, store: Store) -> None:
        day = NOW.date()
        found = {part: Found(tuple(self.items), 999) for part in Part}
        full, quiet = walk("b1", day, NOW, ZONE, found), walk("b1", day, NOW, ZONE, {})
        store.add(full)
        store.add(replace(quiet, id="quiet"))
        self.views += [
            StandupCard(full.id),
            StandupCard("quiet"),
            StandupMissed("b1", day, NOW),
            DueFailed("b1", "AB12CD34"),
        ]

    def _fill_questions(self, store: Store) -> None:
        asked = (("i5", SetOutcome("i5"), "outcome"), ("i7", Prioritise("i7"), "priority"))
        for n, (item, intent, hole) in enumerate(asked):
            prompt = Prompt(
                f"q{n}", "b1", item, self.somebody(), pack(intent), hole, "playground", PLACE.tenant, "ops", "t1",
                NOW, NOW + timedelta(days=3), offer=self.texts.long, offered_by=self.somebody(),
            )  # fmt: skip
            store.add(prompt)
            store.add(replace(prompt, id=f"{prompt.id}-closed", open=False))
            self.views += [QuestionCard(prompt.id), QuestionCard(f"{prompt.id}-closed")]
        for n, standing in enumerate((Standing.UNSURE, Standing.LIVE)):
            store.add(Post(f"p{n}", "b1", PLACE.tenant, "playground", "ops", "channel", "", pack(FirstContact("b1")),
                           f"p{n}", NOW, standing=standing, ref="r"))  # fmt: skip
            self.views += [UnsurePost(f"p{n}"), PlaceLost(f"p{n}")]
        paused = Channel("c2", "b1", PLACE.tenant, "playground", "away", self.texts.name, NOW, "place: closed")
        store.add(paused)
        self.views += [PlaceLost(channel="c1"), PlaceLost(channel="c2")]

    # --- out of it

    def look(self, store: Store, place: Place = THREAD, viewer: str = "") -> Look:
        """A look at the board."""
        return Look(store, self.board, NOW, place, viewer, lambda _place, ref: f"https://chat.example/{ref}")

    def editing(self) -> list[Any]:
        """The intents of forms that show what people wrote, or the boards there are."""
        forms = [EditItem(item.id) for item in self.items]
        return [*forms, LogMessage("said1"), LogTo(), LogTo(self.texts.long), ChooseBoard("help.show")]
