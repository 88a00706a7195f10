"""Roads with conditions: what is heeded is kept, what is not leaves no row; tidings, outsiders, and who may what."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.board import Board
from bot.effects import Effects, Notice
from bot.events import Event, Place, Quoted
from bot.ledger import Received, Taken
from bot.messages import Message, Words, plain
from bot.people import Human
from bot.ports import CannotLook, Profile, Store, Throttled
from bot.turn import Turn
from bot.wire import named
from tests.engine.house import TENANT, House, opened
from tests.engine.tiny import Say, Tiny, all_notes


@named("tiny.heard")
@dataclass(frozen=True)
class Heard:
    """Take note of a reaction."""


@named("tiny.news")
@dataclass(frozen=True)
class News:
    """What only a platform tells."""


@named("tiny.tick")
@dataclass(frozen=True)
class Tock:
    """What only the clock does."""


@named("tiny.own")
@dataclass(frozen=True)
class Mine:
    """What somebody from outside may only with a thing of their own."""

    item: str = ""


@named("tiny.look")
@dataclass(frozen=True)
class LookAround:
    """What can be done where there is no board yet."""


@pytest.fixture
async def house(database_url: str, tiny: Tiny) -> Any:
    """The tiny dialog with roads; a reaction is heeded where its emoji is a star."""
    routes = tiny.routes()
    boards: list[str] = []

    @routes.handles(Heard)
    def heard(_intent: Heard, turn: Turn) -> Effects:
        quoted = turn.event.quoted
        tiny._note(f"{quoted.text} by {turn.human(quoted.author).name}" if quoted else "unreadable", turn)
        return iter(())

    @routes.handles(News, told=True)
    def news(_intent: News, turn: Turn) -> Effects:
        tiny._note("news", turn)
        return iter(())

    @routes.handles(Tock, clock=True)
    def tock(_intent: Tock, turn: Turn) -> Effects:
        tiny._note("tock", turn)
        return iter(())

    @routes.handles(Mine, outside="own")
    def mine(_intent: Mine, turn: Turn) -> Effects:
        tiny._note("mine", turn)
        return iter(())

    @routes.handles(LookAround, anywhere=True, outside="yes")
    def look_around(_intent: LookAround, turn: Turn) -> Effects:
        boards.append(turn.board.id)
        yield Notice(Words("nothing yet" if not turn.board.id else "a board"))

    def heeds(event: Event, _store: Store) -> bool:
        return event.text == "star"

    routes.road("reaction", lambda _event: Heard(), heeds)
    routes.road("opened", lambda _event: LookAround(), lambda _event, _store: True)
    routes.road("told", lambda _event: None, lambda _event, _store: True, begins=True)
    async with opened(database_url, routes) as house:
        yield house


async def notes(house: House) -> list[str]:
    return list(await house.look(all_notes))


async def test_what_a_road_does_not_heed_leaves_no_row_and_makes_no_board(house: House) -> None:
    assert not await house.bot.keep(house.event("reaction", text="thumbsup"))
    assert (await house.rows(Received), await house.rows(Board)) == ([], [])


async def test_a_heeded_reaction_is_handled_with_the_message_that_the_platform_quotes(house: House) -> None:
    await house.said("hello")
    house.platform.quoted["m7"] = Quoted("m7", "the lift is stuck", "ben")
    assert await house.bot.keep(house.event("reaction", text="star", message="m7"))
    await house.bot.settle()
    assert await notes(house) == ["hello", "the lift is stuck by Ben"]


async def test_a_message_that_may_not_be_read_is_handled_without_it(house: House) -> None:
    await house.said("hello")
    house.platform.quoting = CannotLook("no scope")
    await house.bot.keep(house.event("reaction", text="star", message="m7"))
    await house.bot.settle()
    assert await notes(house) == ["hello", "unreadable"]


async def test_what_comes_by_a_road_that_begins_nothing_makes_no_board(house: House) -> None:
    await house.bot.keep(house.event("reaction", text="star", message="m7", channel="unheard"))
    await house.bot.settle()
    assert await house.rows(Board) == []
    assert [each.state for each in await house.rows(Received)] == [Taken.DONE]


async def test_what_can_be_done_anywhere_can_be_done_before_there_is_a_board(house: House) -> None:
    home = Place("memory", TENANT, "ada", kind="home")
    await house.bot.keep(replace(house.event("opened"), place=home))
    await house.bot.settle()
    assert (house.platform.told(), await house.rows(Board)) == (["nothing yet"], [])


async def test_tidings_are_believed_of_the_platform_and_of_no_control(house: House) -> None:
    await house.said("hello")
    await house.ask(News())
    await house.ask(Tock())
    assert await notes(house) == ["hello"]
    await house.bot.keep(house.event("told", intent="tiny.news"))
    await house.bot.settle()
    assert await notes(house) == ["hello", "news"]


@pytest.mark.parametrize("by_event", [True, False], ids=["as the event says", "as the platform says"])
async def test_people_of_another_organisation_may_only_what_is_open_to_them(house: House, by_event: bool) -> None:
    await house.said("hello")
    if not by_event:
        house.platform.profiles["eve"] = Profile("Eve", "UTC", outsider=True)
    answers = [await house.ask(intent, user="eve", outsider=by_event) for intent in (Say("x"), Mine(), LookAround())]
    assert await notes(house) == ["hello"]
    told = [plain(answer.summary) for answer in answers if isinstance(answer, Message)]
    assert ["Only people of this workspace" in each for each in told] == [True, True, False]
    if not by_event:
        assert (await house.row(Human, name="Eve")).outsider


async def test_somebody_who_joins_the_organisation_is_no_outsider_any_more(house: House) -> None:
    house.platform.profiles["eve"] = Profile("Eve", "UTC", outsider=True)
    await house.said("hello")
    await house.ask(Say("no"), user="eve")
    await house.restart()
    house.platform.profiles["eve"] = Profile("Eve", "UTC")
    await house.ask(Say("yes"), user="eve")
    assert await notes(house) == ["hello", "yes"]


async def test_somebody_of_whom_nothing_is_known_is_an_outsider_where_the_platform_has_not_told(house: House) -> None:
    await house.said("hello")
    house.platform.profiles["eve"] = Throttled(60)
    await house.ask(Say("secret"), user="eve", unproven=True)
    assert await notes(house) == ["hello"]
    await house.ask(Say("proven"), user="eve")
    del house.platform.profiles["eve"]
    await house.ask(Say("told"), user="eve", unproven=True)
    house.platform.profiles["eve"] = Throttled(60)
    await house.restart()
    await house.ask(Say("known"), user="eve", unproven=True)
    assert await notes(house) == ["hello", "proven", "told", "known"]
