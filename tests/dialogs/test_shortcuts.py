"""Logging from a platform's menus: any message, for whoever wrote it; anything, from anywhere."""

from dataclasses import replace
from datetime import date

import pytest

from bot.board import Board, Channel
from bot.events import Quoted
from bot.items import Item, Lane, Priority
from bot.ledger import Post
from bot.messages import Facts, Form, Link, Message, Words, plain
from bot.people import Grant, Human, Role
from bot.ports import Errors, PlaceGone, Profile
from bot.wire import pack
from dialogs.intents import (
    LogItem,
    LogSaid,
    LogTo,
    MoveItem,
    Prioritise,
    SetOutcome,
    ShowHistory,
    ShowItem,
    UndoTurn,
)  # fmt: skip
from dialogs.item import ItemCard
from dialogs.shortcuts import LogMessage, LogThis
from dialogs.welcome import FirstContact
from tests.dialogs.messages import (
    LIFT,
    asked,
    buttons,
    cards,
    fields,
    form,
    found,
    logs,
    menu,
    react,
    shortcut,
    shown,
    submit,
    words,
)  # fmt: skip
from tests.engine.house import TENANT, House


async def name_of(house: House, person: str) -> str:
    return (await house.row(Human, id=person)).name


def is_asked_in(row: tuple[Words, Words]) -> bool:
    """Whether a fact leads to the message that an item came from."""
    return plain(row[1]).endswith("· see the message")


async def two_boards(house: House) -> tuple[Board, Board]:
    """The boards of #ops and #desk."""
    for channel in ("ops", "desk"):
        await house.said("the first ask of this channel", channel=channel)
    desk, ops = sorted(await house.rows(Board), key=lambda board: board.name)
    return ops, desk


# --- a message


async def test_a_message_is_logged_for_its_author_with_its_link_and_files(house: House) -> None:
    await house.said("hello there everybody")
    event = shortcut(house)
    opened = await form(house, event)
    assert [(each.name, each.initial) for each in opened.fields] == [("ask", LIFT.text), ("requester", "<@ben>")]
    answer = await submit(house, opened, event)
    item = await found(house, event.origin)
    assert words(answer) == f"{item.key} logged: The lift is stuck"
    assert (await name_of(house, item.requester), item.request, item.due) == ("Ben", LIFT.text, date(2026, 11, 27))
    assert (item.permalink, item.links) == (LIFT.link, LIFT.files)
    assert await cards(house, item) == [("ops", "m7")]


async def test_what_the_form_says_counts_and_history_tells_of_it(house: House) -> None:
    event = shortcut(house)
    await submit(house, await form(house, event), event, ask="repair the lift", requester="<@chloe>")
    item = await found(house, event.origin)
    assert (item.title, await name_of(house, item.requester)) == ("Repair the lift", "Chloe")
    past = await house.ask(ShowHistory(item.id))
    assert isinstance(past, Message)
    assert "Ada logged it for Chloe (“put in other words”)" in str([plain(row.words) for row in past.blocks[1].rows])  # type: ignore[union-attr]


async def test_a_message_is_logged_before_anything_is_set_up(house: House) -> None:
    item = await logs(house)
    assert item.key == "OPS-1"
    assert (await house.row(Grant, role=Role.ADMIN)).person == (await house.row(Human, name="Ada")).id
    assert await cards(house, item) == [("ops", "m7")]


async def test_where_the_bot_cannot_post_the_card_comes_to_who_logged_it(house: House) -> None:
    house.platform.by_channel["ops"] = PlaceGone("not_in_channel")
    item = await logs(house)
    assert await cards(house, item) == [("ada", "")]
    (card,) = [each.message for each in house.platform.posts if item.key in each.text and each.place.channel == "ada"]
    (told,) = [row for block in card.blocks if isinstance(block, Facts) for row in block.rows if is_asked_in(row)]
    assert told[1].values["message"] == Link("see the message", LIFT.link)


async def test_where_the_bot_was_removed_the_card_comes_to_who_logged_it(house: House) -> None:
    await house.said("the first ask of this channel")
    await house.put(await house.row(Channel), paused="place: gone")
    assert await cards(house, await logs(house)) == [("ada", "")]


async def test_in_a_channel_without_a_board_the_card_comes_to_the_chat_and_the_item_to_the_only_board(
    house: House,
) -> None:
    await house.said("the first ask of this channel")
    item = await logs(house, channel="lobby")
    assert (item.key, await cards(house, item)) == ("OPS-2", [("ada", "")])
    assert [each.channel for each in await house.rows(Channel)] == ["ops"]


async def test_on_our_own_card_it_says_which_item_that_is(house: House) -> None:
    item = await logs(house)
    (card,) = await house.rows(Post, view=pack(ItemCard(item.id)))
    answer = await asked(house, shortcut(house, replace(LIFT, message=card.ref, thread="m7", author="")))
    assert words(answer) == f"That is {item.key} already: {item.title}. It is in BACKLOG."
    assert buttons(answer) == {"Show it": ShowItem(item.id)}


async def test_our_other_messages_are_no_asks(house: House) -> None:
    await house.said("the first ask of this channel")
    (hello,) = await house.rows(Post, view=pack(FirstContact((await house.row(Board)).id)))
    answer = await asked(house, shortcut(house, replace(LIFT, message=hello.ref, author="")))
    assert words(answer) == "That message is mine, and no ask. Use this on what somebody wrote."
    assert len(await house.rows(Item)) == 1


async def test_the_card_says_where_it_was_asked_except_in_that_thread(house: House) -> None:
    item = await logs(house)

    def told(message: Message) -> bool:
        return any(is_asked_in(row) for block in message.blocks if isinstance(block, Facts) for row in block.rows)

    assert not told(shown(house, "ops"))
    said = house.event("direct", "ben", "dm-ben", text="order more paper", link="https://memory.test/dm-ben/m9")
    await house.bot.keep(said)
    await house.bot.settle()
    assert (await found(house, said.origin)).permalink
    assert not told(shown(house, "dm-ben"))
    elsewhere = await house.ask(ShowItem(item.id), user="chloe")
    inside = await house.ask(ShowItem(item.id), user="chloe", thread="m7")
    assert isinstance(elsewhere, Message)
    assert isinstance(inside, Message)
    assert (told(elsewhere), told(inside)) == (True, False)


async def test_a_message_in_a_thread_has_its_card_in_that_thread_without_a_link(house: House) -> None:
    await house.said("the first ask of this channel")
    item = await logs(house, replace(LIFT, thread="m1"))
    assert await cards(house, item) == [("ops", "m1")]
    assert "see the message" not in str(shown(house, "ops"))


async def test_where_boards_are_several_the_form_asks_which_and_a_new_one_can_be_had(house: House) -> None:
    ops, desk = await two_boards(house)
    event = shortcut(house, channel="lobby")
    opened = await form(house, event)
    options = {each.value: plain(each.label) for each in fields(opened)["board"].options}
    assert options == {ops.id: "ops", desk.id: "desk", "new": "A new board for this channel"}
    assert await house.rows(Channel, channel="lobby") == []
    await submit(house, opened, event, board=desk.id)
    item = await found(house, event.origin)
    assert (item.board, await cards(house, item)) == (desk.id, [("ada", "")])
    other = shortcut(house, replace(LIFT, message="m8"), channel="lobby")
    await submit(house, await form(house, other), other, board="new")
    made = await found(house, other.origin)
    assert (await house.row(Board, id=made.board)).name == "lobby"
    assert len(await house.rows(Board)) == 3


async def test_undo_takes_it_back_where_no_board_is_fed_and_makes_none(house: House) -> None:
    _, desk = await two_boards(house)
    event = shortcut(house, channel="lobby")
    answer = await submit(house, await form(house, event), event, board=desk.id)
    assert "is off the board" in words(await house.ask(buttons(answer)["Undo"], channel="lobby"))
    assert (await found(house, event.origin)).lane is Lane.DISCARDED
    assert len(await house.rows(Board)) == 2


async def test_a_board_that_is_not_there_is_not_chosen(house: House) -> None:
    await two_boards(house)
    event = shortcut(house, channel="lobby")
    opened = await form(house, event)
    assert "not there any more" in str(await submit(house, opened, event, board="b999"))
    assert len(await house.rows(Board)) == 2
    assert await house.rows(Item, origin=event.origin) == []


async def test_a_message_is_an_item_once(house: House) -> None:
    first, second = shortcut(house), shortcut(house, user="chloe")
    mine, hers = await form(house, first), await form(house, second)
    await submit(house, mine, first)
    item = await found(house, first.origin)
    told = await submit(house, hers, second)
    assert words(told) == f"That is {item.key} already: {item.title}. It is in BACKLOG."
    again = await asked(house, shortcut(house, user="esi"))
    assert words(again) == words(told)
    assert isinstance(await house.ask(buttons(again)["Show it"], user="esi"), Message)
    assert len(await house.rows(Item)) == 1


async def test_a_message_that_was_said_to_the_bot_is_known_by_every_road(house: House) -> None:
    await house.said("the lift is stuck again", user="ben", message="m7")
    assert "OPS-1 already" in words(await asked(house, shortcut(house)))
    await react(house)
    assert "OPS-1 already" in house.platform.told()[-1]


async def test_an_item_that_was_undone_can_be_brought_back_by_the_same_road(house: House) -> None:
    event = shortcut(house)
    answer = await submit(house, await form(house, event), event)
    await house.ask(buttons(answer)["Undo"])
    told = await asked(house, shortcut(house, user="esi"))
    assert "It is in DISCARDED" in words(told)
    await house.ask(buttons(told)["Bring it back"], user="esi")
    assert (await found(house, event.origin)).lane is Lane.BACKLOG


@pytest.mark.parametrize("user", ["ada", "ben"], ids=["who logged it", "who asked"])
async def test_who_logged_and_who_asked_can_undo_it_and_nobody_else(house: House, user: str) -> None:
    item = await logs(house)
    undo = menu(shown(house, "ops"), "More")["Undo: this was not an ask"]
    assert "Only the one who asked can undo" in words(await house.ask(undo, user="chloe"))
    assert "is off the board" in words(await house.ask(undo, user=user))
    assert (await house.row(Item, id=item.id)).lane is Lane.DISCARDED


async def test_a_question_is_asked_only_of_an_asker_who_is_here(house: House) -> None:
    await logs(house)
    assert "What will be true" not in str(shown(house, "ops"))
    await logs(house, replace(LIFT, message="m8"), user="ben")
    assert "How urgent is it?" in str(shown(house, "ops"))


async def test_a_message_of_a_bot_is_of_who_logs_it(house: House) -> None:
    item = await logs(house, replace(LIFT, author=""))
    assert await name_of(house, item.requester) == "Ada"


async def test_a_message_that_no_form_holds_is_kept_whole(house: House) -> None:
    long = "the lift is stuck. " + "line of a log; " * 2000 + "the very end"
    event = shortcut(house, replace(LIFT, text=long))
    opened = await form(house, event)
    assert "ask" not in fields(opened)
    assert opened.note is not None
    assert "kept whole" in plain(opened.note)
    await submit(house, opened, event)
    assert (await found(house, event.origin)).request == long


async def test_a_file_without_words_is_logged_too(house: House) -> None:
    item = await logs(house, replace(LIFT, text=""))
    assert (item.title, item.links) == ("A message without words", LIFT.files)


async def test_a_message_with_nothing_to_read_needs_words(house: House) -> None:
    event = shortcut(house, Quoted("m7", "", "ben"))
    opened = await form(house, event)
    told = await submit(house, opened, event)
    assert isinstance(told, Errors)
    assert set(told.fields) == {"ask"}
    await submit(house, opened, event, ask="mend what the picture shows")
    assert (await found(house, event.origin)).title == "Mend what the picture shows"


async def test_nobody_else_can_log_or_read_a_message_by_the_key_of_its_shortcut(house: House) -> None:
    event = shortcut(house)
    await form(house, event)
    for user in ("chloe", "eve"):
        told = await house.ask(LogMessage(event.key), user=user)
        assert words(told).startswith("That is not there any more")
    assert await house.rows(Item) == []


async def test_a_shortcut_of_another_workspace_is_not_found(house: House) -> None:
    event = shortcut(house, tenant="memory:t2")
    await form(house, event)
    await house.said("the first ask of this channel")
    assert words(await house.ask(LogMessage(event.key))).startswith("That is not there any more")


async def test_a_pressed_button_that_claims_to_be_a_shortcut_opens_nothing(house: House) -> None:
    await house.said("the first ask of this channel")
    assert "older card" in words(await house.ask(LogThis()))


# --- anything, from anywhere


async def test_the_global_shortcut_logs_to_the_only_board(house: House) -> None:
    await house.said("the first ask of this channel")
    event = house.press(LogTo(), channel="dm-ada", trigger="t")
    opened = await form(house, event)
    assert list(fields(opened)) == ["ask"]
    await submit(house, opened, event, ask="paint the door, by Friday")
    item = await house.row(Item, number=2)
    assert (item.title, item.origin, await cards(house, item)) == ("Paint the door", "", [("dm-ada", "")])


async def test_where_boards_are_several_the_global_shortcut_asks_in_the_same_form(house: House) -> None:
    _, desk = await two_boards(house)
    event = house.press(LogTo(), channel="dm-ada", trigger="t")
    opened = await form(house, event)
    assert list(fields(opened)) == ["ask", "board"]
    told = await submit(house, opened, event, ask="paint the door")
    assert isinstance(told, Form)
    assert (fields(told)["ask"].initial, await house.rows(Item, title="Paint the door")) == ("paint the door", [])
    await submit(house, opened, event, ask="paint the door", board=desk.id)
    assert (await house.row(Item, title="Paint the door")).board == desk.id


async def test_the_global_shortcut_works_before_anything_is_set_up(house: House) -> None:
    event = house.press(LogTo(), channel="dm-ada", trigger="t")
    await submit(house, await form(house, event), event, ask="paint the door")
    assert (await house.row(Item)).title == "Paint the door"


async def test_in_a_chat_that_could_mean_several_boards_add_opens_that_form_and_others_ask_which(house: House) -> None:
    _, desk = await two_boards(house)
    bare = await form(house, house.command("add", channel="dm-ada", trigger="t"))
    assert list(fields(bare)) == ["ask", "board"]
    event = house.command("add paint the door", channel="dm-ada", trigger="t")
    opened = await form(house, event)
    assert list(fields(opened)) == ["board"]
    await submit(house, opened, event, board=desk.id)
    assert (await house.row(Item, title="Paint the door")).board == desk.id
    assert (await house.row(Channel, channel="dm-ada")).board == desk.id


async def test_an_ask_from_a_home_has_its_card_in_the_chat_and_a_receipt(house: House) -> None:
    await house.said("the first ask of this channel")
    home = replace(house.place("ada"), kind="home")
    event = replace(house.press(LogItem(), trigger="t"), place=home)
    opened = await form(house, event)
    sent = replace(house.form(opened.intent, {"ask": "paint the door"}), place=home)
    told = await asked(house, sent)
    assert words(told) == "OPS-2 logged: Paint the door"
    assert await cards(house, await house.row(Item, number=2)) == [("ada", "")]
    assert [each.kind for each in await house.rows(Post, channel="ada")] == ["personal"]
    assert "is off the board" in words(await asked(house, replace(house.press(buttons(told)["Undo"]), place=home)))


async def test_words_in_a_chat_that_could_mean_several_boards_are_asked_about_with_buttons(house: House) -> None:
    await two_boards(house)
    await house.bot.keep(house.event("direct", channel="dm-ada", text="order more paper", message="m9"))
    await house.bot.settle()
    ((_, told),) = house.platform.answers[-1:]
    await house.ask(buttons(told)["desk"], channel="dm-ada")
    item = await house.row(Item, title="Order more paper")
    assert (item.key, item.origin) == ("DES-2", f"{TENANT}:dm-ada:m9")


# --- where an ask comes from


async def test_a_mention_keeps_its_message_its_link_and_its_files(house: House) -> None:
    await house.said(
        "the door squeaks", message="m3", link="https://memory.test/ops/m3", files=("https://files.test/2",)
    )
    item = await house.row(Item)
    assert (item.origin, item.permalink) == (f"{TENANT}:ops:m3", "https://memory.test/ops/m3")
    assert item.links == ("https://files.test/2",)


async def test_what_was_typed_or_pressed_has_no_message(house: House) -> None:
    await asked(house, house.command("add the door squeaks", message=""))
    await house.ask(LogItem("the window too"))
    assert [(each.origin, each.permalink) for each in await house.rows(Item)] == [("", ""), ("", "")]


async def test_words_that_were_no_answer_become_an_item_of_their_message_once(house: House) -> None:
    await house.said("the door squeaks", message="m3")
    await house.said("the window is broken too", message="m4", thread="m3")
    ((_, told),) = house.platform.answers[-1:]
    instead = buttons(told)["Log it as a new ask instead"]
    await house.ask(instead, thread="m3")
    assert (await house.row(Item, number=2)).origin == f"{TENANT}:ops:m4"
    assert "OPS-2 already" in words(await house.ask(instead, thread="m3"))


async def test_nobody_logs_what_somebody_else_said_by_a_forged_key(house: House) -> None:
    event = house.event("direct", "ben", "dm-ben", text="order a secret present")
    await house.bot.keep(event)
    await house.bot.settle()
    assert words(await house.ask(LogSaid(event.key))).startswith("That is not there any more")


# --- people of another organisation


async def test_an_outsider_asks_answers_and_takes_back_and_no_more(house: House) -> None:
    house.platform.profiles["eve"] = Profile("Eve", "UTC", outsider=True)
    await house.said("the first ask of this channel")
    await house.said("the lift is stuck", user="eve", message="m7")
    item = await house.row(Item, number=2)
    await house.ask(SetOutcome(item.id, "it moves"), user="eve", thread="m7")
    await house.ask(Prioritise(item.id, Priority.HIGH), user="eve", thread="m7")
    item = await house.row(Item, number=2)
    assert (item.outcome, item.priority) == ("it moves", Priority.HIGH)
    first = await house.row(Item, number=1)
    for refused in (Prioritise(first.id, Priority.LOW), SetOutcome(first.id, "x"), MoveItem(item.id, Lane.DONE)):
        assert "Only people of this workspace" in words(await house.ask(refused, user="eve"))
    assert "Only people of this workspace" in words(await house.ask(UndoTurn(first.source, first.id), user="eve"))
    assert "Undone" in words(await house.ask(UndoTurn(item.source, item.id), user="eve"))


async def test_an_outsider_is_told_no_more_than_the_key_of_what_is_logged_already(house: House) -> None:
    house.platform.profiles["eve"] = Profile("Eve", "UTC", outsider=True)
    said = house.mention("the lift is stuck", "eve", message="m7")
    await asked(house, said)
    told = await house.ask(LogSaid(said.key), user="eve")
    assert "OPS-1 already" in words(told)
    assert buttons(told) == {}


async def test_an_ask_is_logged_by_one_word_from_wherever_it_comes(house: House) -> None:
    opened = [await form(house, event) for event in (house.command("add"), house.press(LogTo()), shortcut(house))]
    assert [plain(each.submit) for each in opened] == ["Log it"] * 3
