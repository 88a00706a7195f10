"""Messages that change after they were said: what the asker's new words say is followed, and nobody's work is lost."""

from datetime import date, timedelta

from bot.items import Item, Lane, Priority
from bot.ledger import Prompt, Received
from bot.messages import Message, plain
from bot.ports import Profile
from dialogs.edits import LetGo, ReadAgain
from dialogs.intents import EditItem, MoveItem, Prioritise, SetOutcome, ShowHistory, TakeItem
from tests.dialogs.messages import (
    LIFT,
    buttons,
    cards,
    delete,
    edit,
    form,
    found,
    logs,
    say,
    shortcut,
    submit,
    words,
)
from tests.engine.house import TENANT, House

ORIGIN = f"{TENANT}:ops:m7"


async def test_an_edit_is_read_anew_and_history_says_why(house: House) -> None:
    await say(house, "the printer jams")
    await edit(house, "the copier jams, urgent, by Friday, see INC0012345 and https://example.com/copier")
    item = await house.row(Item)
    assert (item.title, item.priority, item.due) == ("The copier jams", Priority.URGENT, date(2026, 11, 27))
    assert (item.tickets, item.links) == (("INC0012345",), ("https://example.com/copier",))
    assert item.request.startswith("the copier jams, urgent")
    past = await house.ask(ShowHistory(item.id))
    assert isinstance(past, Message)
    assert "changed title: The printer jams → The copier jams (“the message was edited”)" in str(
        [plain(row.words) for row in past.blocks[1].rows]  # type: ignore[union-attr]
    )


async def test_the_asker_is_told_what_follows_and_can_undo_it(house: House) -> None:
    await say(house, "the printer jams")
    await edit(house, "the printer jams, urgent, by Friday")
    ((_, told),) = house.platform.answers
    assert words(told) == "OPS-1 follows your edit: priority, due date."
    await house.ask(buttons(told)["Undo"], user="ben")
    item = await house.row(Item)
    assert (item.priority, item.due, item.request) == (None, None, "the printer jams")


async def test_what_changed_besides_is_named_as_well(house: House) -> None:
    await say(house, "the printer jams")
    await edit(house, "the copier jams, by Friday")
    ((_, told),) = house.platform.answers
    assert words(told) == "OPS-1 follows your edit: title, due date."


async def test_a_mended_letter_is_followed_without_words(house: House) -> None:
    await say(house, "the pritner jams")
    await edit(house, "the printer jams")
    assert ((await house.row(Item)).title, house.platform.told()) == ("The printer jams", [])


async def test_the_form_demands_a_title_and_nothing_else(house: House) -> None:
    await say(house, "the printer jams")
    opened = await form(house, house.press(EditItem((await house.row(Item)).id)))
    assert [each.name for each in opened.fields if not each.optional] == ["title"]


async def test_what_somebody_changed_by_hand_stays(house: House) -> None:
    await say(house, "the printer jams, by Friday")
    item = await house.row(Item)
    await house.ask(Prioritise(item.id, Priority.LOW), user="chloe")
    opened = await form(house, house.press(EditItem(item.id), "chloe"))
    await submit(house, opened, house.press(EditItem(item.id), "chloe"), title="Printer", due="2026-12-01")
    await edit(house, "the copier jams, urgent, by Thursday, see INC0012345")
    item = await house.row(Item)
    assert (item.title, item.priority, item.due) == ("Printer", Priority.LOW, date(2026, 12, 1))
    assert (item.request, item.tickets) == (
        "the copier jams, urgent, by Thursday, see INC0012345", ("INC0012345",),
    )  # fmt: skip


async def test_a_request_that_was_written_by_hand_is_nobodys_to_overwrite(house: House) -> None:
    await say(house, "the printer jams")
    item = await house.row(Item)
    opened = await form(house, house.press(EditItem(item.id), "chloe"))
    await submit(house, opened, house.press(EditItem(item.id), "chloe"), request="the printer jams on floor 3")
    before = await house.row(Item)
    await edit(house, "the copier jams, urgent")
    assert await house.row(Item) == before


async def test_what_was_put_in_other_words_when_it_was_logged_stays(house: House) -> None:
    event = shortcut(house)
    await submit(house, await form(house, event), event, ask="repair the lift")
    before = await found(house, ORIGIN)
    await edit(house, "the lift is stuck, urgent")
    assert await found(house, ORIGIN) == before


async def test_a_message_that_was_logged_as_it_stands_follows_its_edits_and_keeps_its_files(house: House) -> None:
    await logs(house)
    await edit(house, "the lift is stuck, urgent")
    item = await found(house, ORIGIN)
    assert (item.priority, item.due, item.links) == (Priority.URGENT, None, LIFT.files)


async def test_an_edit_after_an_undone_edit_leaves_what_was_put_back(house: House) -> None:
    await say(house, "the printer jams")
    await edit(house, "the printer jams, urgent")
    ((_, told),) = house.platform.answers
    await house.ask(buttons(told)["Undo"], user="ben")
    await edit(house, "the printer jams, high")
    assert (await house.row(Item)).priority is None


async def test_two_edits_are_both_followed(house: House) -> None:
    await say(house, "the printer jams")
    await edit(house, "the printer jams, urgent")
    await edit(house, "the copier jams")
    item = await house.row(Item)
    assert (item.title, item.priority) == ("The copier jams", None)


async def test_tomorrow_does_not_move_with_a_mended_letter(house: House) -> None:
    await say(house, "the pritner must be mended by tomorrow")
    due = (await house.row(Item)).due
    house.clock.advance(timedelta(days=2))
    await edit(house, "the printer must be mended by tomorrow")
    assert (await house.row(Item)).due == due


async def test_only_the_askers_own_edit_counts(house: House) -> None:
    await logs(house)
    before = await found(house, ORIGIN)
    await edit(house, "the lift is fine", user="chloe")
    assert await found(house, ORIGIN) == before


async def test_an_item_that_is_over_does_not_change(house: House) -> None:
    await say(house, "the printer jams, urgent")
    item = await house.row(Item)
    await house.ask(SetOutcome(item.id, "it prints"))
    await house.ask(MoveItem(item.id, Lane.DONE))
    before = await house.row(Item)
    assert before.lane is Lane.DONE
    await edit(house, "the printer jams, low")
    assert await house.row(Item) == before


async def test_an_edit_does_not_raise_what_lies_on_ice(house: House) -> None:
    await say(house, "the printer jams, low priority")
    item = await house.row(Item)
    assert item.priority is Priority.LOW
    await house.ask(MoveItem(item.id, Lane.ICE_BOX))
    await edit(house, "the printer jams, urgent")
    assert (await house.row(Item)).priority is Priority.LOW


async def test_an_open_question_that_the_edit_answers_goes_on_to_the_next(house: House) -> None:
    await say(house, "the printer jams, by Friday")
    assert [each.hole for each in await house.rows(Prompt, open=True)] == ["priority"]
    await edit(house, "the printer jams, by Friday, urgent")
    assert [each.hole for each in await house.rows(Prompt, open=True)] == ["outcome"]


async def test_an_open_question_that_the_edit_does_not_answer_stays_as_it_is(house: House) -> None:
    await say(house, "the printer jams, by Friday")
    before = await house.rows(Prompt)
    await edit(house, "the copier jams, by Friday")
    assert await house.rows(Prompt) == before


# --- edits that make an item


async def test_an_edit_that_adds_the_mention_captures(house: House) -> None:
    assert await edit(house, "the lift is stuck", named=True)
    item = await house.row(Item)
    assert (item.key, item.origin, await cards(house, item)) == ("OPS-1", ORIGIN, [("ops", "m7")])
    await edit(house, "the lift is stuck, urgent", named=True)
    assert (await house.row(Item)).priority is Priority.URGENT


async def test_an_edit_that_adds_the_mention_to_a_command_is_that_command(house: House) -> None:
    await house.said("the first ask of this channel")
    await edit(house, "show OPS-1", named=True)
    assert len(await house.rows(Item)) == 1
    assert "OPS-1" in house.platform.told()[-1]


async def test_an_edited_answer_is_not_heard_twice_and_other_edits_leave_no_row(house: House) -> None:
    await say(house, "the printer jams, urgent")
    await say(house, "it prints again", message="m8", thread="m7")
    kept = len(await house.rows(Received))
    assert not await edit(house, "it prints again, always", message="m8", thread="m7", named=True)
    assert not await edit(house, "something else altogether", message="m9")
    assert not await edit(house, "something in our chat", message="m9", channel="dm-ben", named=True)
    assert (len(await house.rows(Received)), len(await house.rows(Item))) == (kept, 1)


async def test_an_outsiders_own_edit_counts(house: House) -> None:
    house.platform.profiles["eve"] = Profile("Eve", "UTC", outsider=True)
    await say(house, "the lift is stuck", user="eve")
    await edit(house, "the lift is stuck, urgent", user="eve")
    assert (await house.row(Item)).priority is Priority.URGENT


async def test_no_control_can_claim_an_edit_or_a_deletion(house: House) -> None:
    await say(house, "the lift is stuck")
    before = await house.row(Item)
    for forged in (ReadAgain(ORIGIN), LetGo(ORIGIN)):
        assert "older card" in words(await house.ask(forged, user="ben"))
    assert await house.row(Item) == before


# --- deletions


async def test_an_item_stays_when_its_message_is_deleted_and_the_asker_may_take_it_back(house: House) -> None:
    await say(house, "the lift is stuck", link="https://memory.test/ops/m7")
    assert (await house.row(Item)).permalink
    assert await delete(house)
    item = await house.row(Item)
    assert (item.lane, item.permalink) == (Lane.BACKLOG, "")
    ((_, told),) = house.platform.answers
    assert words(told).startswith("Your message is gone, and OPS-1 stays: The lift is stuck.")
    await house.ask(buttons(told)["Undo"], user="ben")
    assert (await house.row(Item)).lane is Lane.DISCARDED


async def test_later_than_undo_it_is_discarded_with_a_reason(house: House) -> None:
    await say(house, "the lift is stuck")
    house.clock.advance(timedelta(hours=1))
    await delete(house)
    ((_, told),) = house.platform.answers
    assert list(buttons(told)) == ["Discard…"]


async def test_when_others_have_worked_on_it_nothing_is_said(house: House) -> None:
    await say(house, "the lift is stuck")
    await house.ask(TakeItem((await house.row(Item)).id), user="chloe")
    before = len(house.platform.told())
    await delete(house)
    assert len(house.platform.told()) == before


async def test_a_deleted_message_that_is_no_item_leaves_no_row(house: House) -> None:
    await say(house, "the lift is stuck")
    kept = len(await house.rows(Received))
    assert not await delete(house, message="m9")
    assert len(await house.rows(Received)) == kept
