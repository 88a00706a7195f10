"""People of another organisation, in a channel that is shared with it: they may ask, and see no more than the card.

Every intent, every command and every road is tried by one of them on a board of which they may know nothing.
"""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

import dialogs
from bot import wire
from bot.board import Board
from bot.events import Quoted
from bot.items import Item, Priority
from bot.ledger import Post, Prompt, Received, Taken
from bot.messages import Listing, Message, plain
from bot.people import Grant, Role
from bot.ports import Query, Store
from dialogs.help import ShowHelp
from dialogs.intents import AnswerQuestion, EditItem, LogItem, Prioritise, SetOutcome, ShowItem
from dialogs.standup import ScheduleStandup
from tests.dialogs.home_stage import opens
from tests.dialogs.test_tenants import forged
from tests.dialogs.world import Texts, World
from tests.engine.house import TENANT, House, opened

ROUTES = dialogs.routes()
SECRET = Texts("merger plan", "nobody may know of the merger", "Stranger")
CANARIES = ("merger plan", "nobody may know")
OPEN = "Only people of this workspace can do that."


class Shared(World):
    """The world on the board of this house's channel `ops`."""

    def fill(self, store: Store) -> None:
        """Add every row, under the house's tenant; nothing of it is to be sent."""
        super().fill(_Here(store))  # type: ignore[arg-type]  # only `add` is used


class _Here:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, row: Any) -> None:
        row = replace(row, tenant=TENANT) if hasattr(row, "tenant") else row
        self._store.add(replace(row, number=500) if isinstance(row, Board) else row)


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """A board full of other people's items, in a channel that eve of another organisation is in."""
    async with opened(sqlite_url) as house:
        house._ids = itertools.count(1_000)  # no id is the number of an item
        await house.bot.database.write(Shared(SECRET).fill, None)
        yield house
        assert await house.rows(Received, state=Taken.FAILED) == []


def theirs(store: Store) -> list[Any]:
    """The items, questions and roles that are none of eve's."""
    items = [item for item in store.find(Item, Query(order=("id",), limit=500)) if len(item.id) < 8]
    prompts = [prompt for prompt in store.find(Prompt, Query(order=("id",), limit=500)) if prompt.id.startswith("q")]
    assert len(items) > 20
    assert prompts
    return [*items, *prompts, *store.find(Grant, Query(order=("id",)))]


def leaked(house: House, *answers: Any) -> list[str]:
    """What eve was shown of the others' items, in answers, forms and posts."""
    shown = [*map(str, answers), *(str(answer) for _, answer in house.platform.answers)]
    shown += [str(each.message) for each in house.platform.posts]
    return [canary for canary in CANARIES if any(canary in each for each in shown)]


@pytest.mark.parametrize("intent", list(forged()), ids=lambda packed: str(packed).partition(" ")[0])
async def test_no_control_shows_or_changes_another_item(intent: str, house: House) -> None:
    before = await house.look(theirs)
    event = replace(house.press(LogItem("x"), "eve", outsider=True, trigger="t"), intent=intent)
    answer = await house.bot.ask(event)
    await house.bot.settle()
    assert leaked(house, answer) == []
    assert await house.look(theirs) == before


@pytest.mark.parametrize("command", ROUTES.commands, ids=lambda command: command.name)
@pytest.mark.parametrize("how", ["command", "mention"])
async def test_no_command_shows_or_changes_another_item(how: str, command: Any, house: House) -> None:
    before = await house.look(theirs)
    said = command.example.removeprefix("/bmm ").replace("42", "OPS-1").replace("printer", "merger") or command.name
    await house.bot.keep(house.event(how, "eve", text=said, outsider=True))
    await house.bot.settle()
    assert leaked(house) == []
    assert await house.look(theirs) == before


@pytest.mark.parametrize("how", sorted(ROUTES.roads))
async def test_no_road_shows_or_changes_another_item(how: Any, house: House) -> None:
    before = await house.look(theirs)
    quoted = Quoted("m7", "look at OPS-1", "ben")
    for text in ("inbox_tray", "OPS-1", "merger"):
        event = house.event(how, "eve", text=text, message="m7", quoted=quoted, outsider=True, named=True)
        await house.bot.keep(replace(event, intent="place.joined" if how == "told" else ""))
        await house.bot.settle()
    assert leaked(house) == []
    assert await house.look(theirs) == before


async def test_the_same_by_somebody_of_the_workspace_shows_it(house: House) -> None:
    """What the tests above look for is there to be found."""
    assert leaked(house, await house.ask(ShowItem("OPS-1"), "ben")) == list(CANARIES)


async def test_an_outsider_asks_answers_and_says_how_urgent_their_own_ask_is(house: House) -> None:
    await house.said("the shared lift is stuck", "eve", outsider=True)
    item = next(each for each in await house.rows(Item) if each.title == "The shared lift is stuck")
    (asked,) = await house.rows(Prompt, item=item.id)
    reply = house.event("reply", "eve", thread=asked.thread, text="it goes up and down", outsider=True)
    assert await house.bot.keep(reply)
    await house.bot.settle()
    await house.ask(Prioritise(item.id, Priority.HIGH), "eve", outsider=True)
    after = await house.row(Item, id=item.id)
    assert (after.outcome, after.priority) == ("it goes up and down", Priority.HIGH)
    assert leaked(house) == []


async def test_what_they_may_not_is_refused_with_what_they_can_do(house: House) -> None:
    answer = await house.ask(ShowItem("OPS-1"), "eve", outsider=True)
    assert isinstance(answer, Message)
    assert plain(answer.summary) == f"{OPEN} You can ask here at any time: mention me with what you need."
    answer = await house.ask(EditItem("OPS-1"), "eve", outsider=True)
    assert isinstance(answer, Message)
    assert plain(answer.summary).startswith(OPEN)


@pytest.mark.parametrize("words", ["hello", "thanks", "help", "asdfgh"])
async def test_hello_help_thanks_and_nonsense_get_a_useful_answer(words: str, house: House) -> None:
    await house.said(words, "eve", outsider=True)
    ((_, answer),) = house.platform.answers
    assert isinstance(answer, Message)
    assert OPEN not in plain(answer.summary)
    assert "ShowBacklog" not in str(answer)
    assert isinstance(await house.ask(ShowHelp(), "eve", outsider=True), Message)


async def test_help_shows_them_only_what_they_may(house: House) -> None:
    answer = await house.ask(ShowHelp(), "eve", outsider=True)
    assert isinstance(answer, Message)
    lists = [block for block in answer.blocks if isinstance(block, Listing)]
    names = [plain(row.words).split()[0] for block in lists for row in block.rows]
    assert names == ["add", "prioritise", "outcome"]


async def test_what_they_say_under_anothers_question_is_left_alone(house: House) -> None:
    await house.said("the badge printer jams", "ada")
    (asked,) = await house.rows(Prompt, item=(await house.row(Item, number=501)).id)
    rows = len(await house.rows(Received))
    told = len(house.platform.answers)
    assert not await house.bot.keep(house.event("reply", "eve", thread=asked.thread, text="me too", outsider=True))
    assert (len(await house.rows(Received)), len(house.platform.answers)) == (rows, told)
    await house.ask(AnswerQuestion(asked.id, "me too"), "eve", outsider=True)
    await house.ask(SetOutcome(asked.item, "me too"), "eve", outsider=True)
    assert (await house.row(Item, id=asked.item)).outcome == ""


async def test_an_outsider_who_speaks_first_has_a_board_made_and_does_not_run_it(sqlite_url: str) -> None:
    async with opened(sqlite_url) as house:
        await house.said("the shared lift is stuck", "eve", outsider=True)
        assert len(await house.rows(Board)) == 1
        assert await house.rows(Grant) == []
        refused = await house.ask(ScheduleStandup("09:00"), "eve", outsider=True)
        assert isinstance(refused, Message)
        assert await house.rows(Grant) == []
        await house.ask(ScheduleStandup("09:00"), "ben")
        (grant,) = await house.rows(Grant)
        assert grant.role is Role.ADMIN
        assert (await house.row(Board)).standup_at is not None
        await house.ask(ScheduleStandup("10:00"), "chloe")
        assert await house.rows(Grant) == [grant]


async def test_an_outsider_sees_no_page_of_their_own(house: House) -> None:
    await opens(house, "eve", outsider=True)
    ((_, answer),) = house.platform.answers
    assert isinstance(answer, Message)
    assert plain(answer.summary).startswith(OPEN)
    assert all(post.kind != "home" for post in await house.rows(Post))


def test_what_is_open_to_them_is_written_down_here() -> None:
    """Whoever opens one more intent to people from outside says so here as well."""
    opened_up = {wire.name_of(kind): route.outside for kind, route in ROUTES.handlers.items() if route.outside != "no"}
    tidings = {wire.name_of(kind) for kind, route in ROUTES.handlers.items() if route.told}
    assert {name for name, how in opened_up.items() if how == "own"} == {
        "question.answer", "question.skip", "item.outcome", "item.prioritise",
    }  # fmt: skip
    assert {name for name, how in opened_up.items() if how == "yes"} - tidings == {
        "item.log", "item.log_said", "message.edited", "message.deleted", "turn.undo", "keys.said", "keys.linked",
        "help.show", "talk.puzzled", "talk.greet", "talk.thank",
    }  # fmt: skip
