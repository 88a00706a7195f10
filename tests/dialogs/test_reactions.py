"""An emoji on a message makes it an item of its author, once; a board chooses which emoji, or none."""

import asyncio

import pytest

from bot.board import Board
from bot.events import Quoted
from bot.items import Item, Lane
from bot.ledger import Received
from bot.people import Human
from bot.ports import CannotLook
from dialogs.intents import UndoTurn
from dialogs.reactions import LogReacted
from tests.dialogs.messages import LIFT, buttons, cards, logs, react, words
from tests.engine.house import TENANT, House, opened


@pytest.fixture
def quoting(house: House) -> House:
    """A message of Ben's that may be read."""
    house.platform.quoted["m7"] = LIFT
    return house


async def test_a_reaction_logs_the_message_for_its_author_in_its_thread(quoting: House) -> None:
    house = quoting
    assert await react(house)
    item = await house.row(Item)
    assert ((await house.row(Human, id=item.requester)).name, item.request) == ("Ben", LIFT.text)
    assert (item.origin, item.permalink, item.links) == (f"{TENANT}:ops:m7", LIFT.link, LIFT.files)
    assert await cards(house, item) == [("ops", "m7")]
    assert house.platform.told() == ["OPS-1 logged: The lift is stuck"]


async def test_who_reacted_can_undo_it(quoting: House) -> None:
    await react(quoting)
    ((_, told),) = quoting.platform.answers
    undo = buttons(told)["Undo"]
    assert isinstance(undo, UndoTurn)
    await quoting.ask(undo)
    assert (await quoting.row(Item)).lane is Lane.DISCARDED


@pytest.mark.parametrize("user", ["ada", "chloe"])
async def test_a_second_reaction_finds_the_same_item(quoting: House, user: str) -> None:
    await react(quoting)
    await react(quoting, user=user)
    assert len(await quoting.rows(Item)) == 1
    assert quoting.platform.told()[-1] == "That is OPS-1 already: The lift is stuck. It is in BACKLOG."


async def test_what_was_logged_from_the_menu_is_found_by_a_reaction(quoting: House) -> None:
    await logs(quoting)
    await react(quoting)
    assert len(await quoting.rows(Item)) == 1
    assert "OPS-1 already" in quoting.platform.told()[-1]


@pytest.mark.parametrize("emoji", ["inbox_tray", "inbox_tray::skin-tone-2", "INBOX_TRAY"])
async def test_the_tone_of_a_skin_makes_no_difference(quoting: House, emoji: str) -> None:
    assert await react(quoting, emoji)
    assert len(await quoting.rows(Item)) == 1


async def test_other_emoji_and_our_own_messages_leave_no_row(quoting: House) -> None:
    house = quoting
    await house.said("the first ask of this channel")
    kept = len(await house.rows(Received))
    ours = house.platform.posts[-1].ref
    assert not await react(house, "thumbsup")
    assert not await react(house, message=ours)
    assert not await react(house, channel="dm-ada")
    assert len(await house.rows(Received)) == kept


async def test_a_message_that_may_not_be_read_is_not_logged_and_the_other_ways_are_named(house: House) -> None:
    await house.said("the first ask of this channel")
    house.platform.quoting = CannotLook("no scope")
    await react(house)
    assert len(await house.rows(Item)) == 1
    assert "Use “Log to backlog” in the menu of the message, or mention me" in house.platform.told()[-1]


async def test_a_message_of_a_bot_is_of_who_reacted(quoting: House) -> None:
    quoting.platform.quoted["m8"] = Quoted("m8", "disk of db1 is full")
    await react(quoting, message="m8")
    assert (await quoting.row(Item)).requester == (await quoting.row(Human, name="Ada")).id


async def test_a_message_in_a_thread_has_its_card_there(quoting: House) -> None:
    quoting.platform.quoted["m8"] = Quoted("m8", "and the stairs are slippery", "ben", thread="m1")
    await react(quoting, message="m8")
    assert await cards(quoting, await quoting.row(Item)) == [("ops", "m1")]


async def test_a_control_that_claims_to_be_a_reaction_logs_nothing(quoting: House) -> None:
    assert "older card" in words(await quoting.ask(LogReacted(f"{TENANT}:ops:m7")))
    assert await quoting.rows(Item) == []


# --- which emoji


async def typed(house: House, text: str, user: str = "ada") -> str:
    """What a command is answered."""
    answer = await house.bot.ask(house.command(text, user))
    await house.bot.settle()
    return words(answer)


async def test_the_board_says_which_emoji_it_is_and_an_admin_chooses_another(quoting: House) -> None:
    house = quoting
    assert "marks with :inbox_tray: becomes an item" in await typed(house, "reaction")
    assert "marks with :eyes: becomes an item" in await typed(house, "reaction :eyes:")
    assert not await react(house, "inbox_tray")
    assert await react(house, "eyes")


async def test_off_switches_it_off_and_undo_on_again(quoting: House) -> None:
    house = quoting
    await typed(house, "reaction :eyes:")
    answer = await house.bot.ask(house.command("reaction off"))
    assert words(answer).startswith("No emoji makes an item")
    assert not await react(house, "eyes")
    assert "marks with :eyes:" in words(await house.ask(buttons(answer)["Undo"]))
    assert await react(house, "eyes")


async def test_the_thumb_is_known_by_both_of_its_names(quoting: House) -> None:
    await typed(quoting, "reaction :thumbsup:")
    assert await react(quoting, "+1::skin-tone-5")


async def test_only_an_admin_chooses_and_everybody_may_ask(quoting: House) -> None:
    await typed(quoting, "reaction")
    assert "Only a board admin can do that; here that is Ada" in await typed(quoting, "reaction :eyes:", "ben")
    assert ":inbox_tray:" in await typed(quoting, "reaction", "ben")


@pytest.mark.parametrize("said", ["📥", ":", "a:b"])
async def test_what_is_no_name_of_an_emoji_is_not_taken(quoting: House, said: str) -> None:
    await typed(quoting, "reaction")
    assert "no emoji that I know how to look for" in await typed(quoting, f"reaction {said}")
    assert (await quoting.row(Board)).reaction == "inbox_tray"


async def test_reactions_of_many_at_once_make_one_item(postgres_url: str) -> None:
    async with opened(postgres_url) as house:
        house.platform.quoted["m7"] = LIFT
        bots = [house.bot, house.replica(), house.replica()]
        await house.said("the first ask of this channel")
        for number, user in enumerate(("ada", "ben", "chloe", "dmitri", "esi", "farid")):
            await bots[number % 3].keep(house.event("reaction", user, text="inbox_tray", message="m7"))
        await asyncio.gather(*(bot.settle() for bot in bots))
        assert len(await house.rows(Item, origin=f"{TENANT}:ops:m7")) == 1
        assert sum("OPS-2 already" in told for told in house.platform.told()) == 5
