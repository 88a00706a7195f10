"""One door, one transaction: what two turns at once must not do to each other, where they truly run at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.util import await_only

from bot.items import Item, Lane, Priority
from bot.ledger import Prompt, Received, Taken
from bot.meetings import Meeting
from bot.messages import Message, plain
from bot.people import Human, Identity
from bot.votes import Ballot, BallotState, Purpose, Round, Vote
from dialogs.agenda import NextEntry, VoteOnEntry
from dialogs.intents import LogItem, MoveItem, Prioritise, SetOutcome, TakeItem, UndoTurn
from dialogs.meeting import StartMeeting
from dialogs.vote import CastVote, RevealRound, VoteAgain
from tests.engine.house import House, opened
from tests.engine.tiny import Say, ShowCards, Tiny, TouchCards, all_notes

PEOPLE = ("ada", "ben", "chloe", "dmitri")


def words(answer: Any) -> str:
    assert isinstance(answer, Message), answer
    return plain(answer.summary)


@pytest.fixture
async def full(postgres_url: str) -> AsyncIterator[House]:
    """The whole bot in three replicas on PostgreSQL."""
    async with opened(postgres_url) as house:
        house.replica()
        house.replica()
        yield house


async def at_once(house: House, *presses: tuple[Any, str]) -> list[Any]:
    """Everybody presses at the same moment, each on another replica."""
    asked = [
        house.bots[number % len(house.bots)].ask(house.press(intent, user))
        for number, (intent, user) in enumerate(presses)
    ]
    return await asyncio.gather(*asked)


# --- the board's lock


async def test_four_last_voters_reveal_exactly_once(full: House) -> None:
    await full.ask(LogItem("the printer on floor 3 jams every morning"))
    await full.ask(StartMeeting(30))
    for user in PEOPLE:
        await full.said("hello there, what of the printer then?", user=user)
    meeting = await full.row(Meeting)
    if not meeting.current:
        await full.ask(NextEntry(meeting.id, meeting.phase.value))
        meeting = await full.row(Meeting)
    await full.ask(VoteOnEntry(meeting.id, meeting.current, Purpose.ESTIMATE))
    (ballot,) = await full.rows(Ballot)
    for number in range(1, 26):
        await at_once(full, *((CastVote(ballot.id, number, ballot.cards[1]), user) for user in PEOPLE))
        ballot = await full.row(Ballot)
        facts = await full.rows(Round, number=number)
        assert (ballot.state, [each.voters for each in facts]) == (BallotState.REVEALED, [4])
        answer = await full.bot.ask(full.press(VoteAgain(ballot.id, number)))
        assert answer is None
    assert len(await full.rows(Vote)) == 100


async def test_the_wip_limit_holds_however_many_pull_at_once(full: House) -> None:
    for round_ in range(6):
        channel = f"team{round_}"
        for number in range(5):
            await full.bot.ask(full.press(LogItem(f"task {number} of {round_}"), channel=channel))
        board = max(await full.rows(Item), key=lambda each: each.id).board
        items = await full.rows(Item, board=board)
        for item in items:
            ready = replace(item, outcome="it works", priority=Priority.HIGH, owner=item.requester)
            await full.put(item, **{name: getattr(ready, name) for name in ("outcome", "priority", "owner")})
        moves = [
            full.bots[number % 3].ask(full.press(MoveItem(item.id, Lane.IN_PROGRESS), channel=channel))
            for number, item in enumerate(items)
        ]
        await asyncio.gather(*moves)
        assert len(await full.rows(Item, board=board, lane=Lane.IN_PROGRESS)) == 3


async def test_items_logged_at_once_have_numbers_of_their_own(full: House) -> None:
    await full.ask(LogItem("the first"))
    asks = [(LogItem(f"ask {number}"), PEOPLE[number % 4]) for number in range(40)]
    await at_once(full, *asks)
    assert sorted(item.number for item in await full.rows(Item)) == list(range(1, 42))


async def test_the_first_words_of_a_channel_said_at_once_make_one_board(full: House) -> None:
    from bot.board import Board, Channel

    for round_ in range(5):
        asked = [
            full.bots[number % 3].ask(full.press(LogItem(f"ask {number}"), user, f"new{round_}"))
            for number, user in enumerate(PEOPLE)
        ]
        await asyncio.gather(*asked)
    assert (len(await full.rows(Board)), len(await full.rows(Channel)), len(await full.rows(Item))) == (5, 5, 20)


async def test_somebody_who_speaks_in_many_channels_at_once_is_one_person(full: House) -> None:
    said = [full.bots[number % 3].ask(full.press(LogItem("x"), "ada", f"c{number}")) for number in range(9)]
    await asyncio.gather(*said)
    assert (len(await full.rows(Human)), len(await full.rows(Identity))) == (1, 1)


async def test_one_event_that_two_replicas_handle_at_once_is_done_once(full: House) -> None:
    for number in range(10):
        event = full.press(LogItem(f"ask {number}"))
        answers = await asyncio.gather(*(bot.ask(event) for bot in full.bots))
        assert len({repr(answer) for answer in answers}) == 1
    assert len(await full.rows(Item)) == 10


async def test_crossed_shows_do_not_deadlock_even_while_couriers_mark_them(postgres_house: House, tiny: Tiny) -> None:
    house, names = postgres_house, tuple("abcdefgh")
    await house.ask(ShowCards(names))
    bots = [house.bot, house.replica(), house.replica()]
    for _ in range(20):
        turns = [
            bot.ask(house.press(TouchCards(names if number % 2 else names[::-1])))
            for number, bot in enumerate([*bots, *bots])
        ]
        await asyncio.gather(*turns, *(bot.courier.work() for bot in bots))
    assert {each.state for each in await house.rows(Received)} == {Taken.DONE}
    assert len(tiny.taken) == 121  # and none was taken twice
    for bot in bots:
        await bot.courier.drain()
    assert all(text.endswith("at 121") for text in house.platform.texts())


async def test_an_answer_given_twice_at_once_is_taken_once(postgres_house: House) -> None:
    house = postgres_house
    other = house.replica()
    for number in range(5):
        channel = f"dm-{number}"
        await house.bot.keep(house.event("direct", channel=channel, intent="tiny.ask"))
        await house.bot.settle()
        said = [house.event("direct", channel=channel, text=f"{each}") for each in ("one", "two")]
        await asyncio.gather(house.bot.keep(said[0]), other.keep(said[1]))
        await asyncio.gather(house.bot.intake.drain(), other.intake.drain())
    assert [each.open for each in await house.rows(Prompt)] == [False] * 5


# --- conflicts


async def test_a_turn_that_met_a_faster_one_is_taken_again(house: House, tiny: Tiny) -> None:
    tiny.conflicts = 4
    assert words(await house.ask(Say("x"))) == "noted x"
    assert (len(tiny.taken), await house.look(lambda store: list(all_notes(store)))) == (5, ["x"])


async def test_a_turn_that_always_meets_a_faster_one_fails_with_its_event_kept(house: House, tiny: Tiny) -> None:
    tiny.conflicts = 1000
    assert "reference" in words(await house.ask(Say("x")))
    assert (await house.row(Received)).state is Taken.FAILED


async def test_reading_sees_one_instant(full: House) -> None:
    """A drawing must not meet half of what a turn wrote."""
    await full.ask(LogItem("one"))
    item = await full.row(Item)
    began, went_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def change() -> None:
        await began.wait()
        await full.put(item, title="changed")
        went_on.set()

    def look(store: Any) -> list[int]:
        first = store.count(Item, {"title": "One"})
        loop.call_soon(began.set)
        await_only(went_on.wait())
        return [first, store.count(Item, {"title": "One"}), store.count(Item, {"title": "changed"})]

    changing = loop.create_task(change())
    assert await full.bots[1].database.read(look, None) == [1, 1, 0]
    await changing


# --- what a click says is the client's word


async def test_a_stale_click_moves_nothing_and_is_told_so(database_url: str) -> None:
    async with opened(database_url) as house:
        for number in range(3):
            await house.ask(LogItem(f"ask number {number}"))
        await house.ask(StartMeeting(30))
        meeting = await house.row(Meeting)
        stood = meeting.current or meeting.phase.value
        await house.ask(NextEntry(meeting.id, stood))
        now = await house.row(Meeting)
        answer = await house.ask(NextEntry(meeting.id, stood))
        assert "moved on" in words(answer)
        assert await house.row(Meeting) == now


async def test_a_click_on_a_round_that_is_over_is_refused(database_url: str) -> None:
    from dialogs.vote import CallVote

    async with opened(database_url) as house:
        await house.ask(CallVote("tea or coffee for everybody"))
        ballot = await house.row(Ballot)
        await house.ask(CastVote(ballot.id, 1, ballot.cards[0]))
        await house.ask(RevealRound(ballot.id, 1))
        answer = await house.ask(CastVote(ballot.id, 1, ballot.cards[1]), user="ben")
        assert isinstance(answer, Message)
        assert [each.choice for each in await house.rows(Vote)] == [ballot.cards[0]]


async def test_undo_is_refused_when_somebody_changed_the_same_since(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.ask(LogItem("the printer jams"))
        item = await house.row(Item)
        await house.ask(Prioritise(item.id, Priority.LOW))
        (turn,) = {each.turn for each in await changes(house, item) if each.field == "priority"}
        await house.ask(Prioritise(item.id, Priority.HIGH), user="ben")
        answer = await house.ask(UndoTurn(turn))
        assert "changed" in words(answer)
        assert (await house.row(Item)).priority is Priority.HIGH


async def test_undo_is_a_new_turn_that_puts_every_field_back(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.ask(LogItem("the printer jams"))
        item = await house.row(Item)
        await house.ask(Prioritise(item.id, Priority.LOW))
        await house.ask(SetOutcome(item.id, "it prints"))
        (turn,) = {each.turn for each in await changes(house, item) if each.field == "priority"}
        await house.ask(UndoTurn(turn))
        after = await house.row(Item)
        assert (after.priority, after.outcome) == (item.priority, "it prints")
        assert Counter(each.field for each in await changes(house, item))["priority"] == 2


async def changes(house: House, item: Item) -> list[Any]:
    from bot.items import Change

    return await house.rows(Change, subject=item.id)


async def test_every_change_is_in_the_history_with_who_and_when_and_by_which_turn(database_url: str) -> None:
    async with opened(database_url) as house:
        await house.ask(LogItem("the printer jams"))
        item = await house.row(Item)
        await house.ask(TakeItem(item.id), user="ben")
        (taken,) = [each for each in await changes(house, item) if each.field == "owner"]
        ben = await house.row(Human, name="Ben")
        assert (taken.who, taken.after, taken.at) == (ben.id, f'"{ben.id}"', house.clock.now())


async def test_a_click_in_a_new_channel_on_another_boards_item_gives_no_rights_there(database_url: str) -> None:
    from bot.people import Grant, Role

    async with opened(database_url) as house:
        await house.ask(LogItem("the printer jams"), user="ada", channel="ops")
        item = await house.row(Item)
        await house.ask(TakeItem(item.id), user="ben", channel="elsewhere")
        ada = await house.row(Human, name="Ada")
        admins = await house.rows(Grant, board=item.board, role=Role.ADMIN)
        assert [each.person for each in admins] == [ada.id]
