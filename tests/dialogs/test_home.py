"""One's own page: what waits, what is mine, what I asked for; kept fresh, and published only when it changed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.board import Board
from bot.items import Item, Lane, Priority
from bot.ledger import Post, Prompt, Received
from bot.meetings import Meeting, Presence
from bot.messages import Form, Message, plain
from bot.votes import Ballot, Purpose
from dialogs.agenda import NextEntry, VoteOnEntry
from dialogs.home import OpenHome
from dialogs.intents import (
    AssignItem,
    BlockItem,
    DiscardItem,
    FinishItem,
    LogItem,
    LogTo,
    MoveItem,
    Prioritise,
    SetOutcome,
    SkipQuestion,
    TakeItem,
)  # fmt: skip
from dialogs.meeting import StartMeeting
from dialogs.vote import CastVote
from tests.dialogs.home_stage import Opened, opens, page, press, published, seen
from tests.engine.house import House, opened


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """On each kind of database in turn."""
    async with opened(database_url) as house:
        yield house


async def logged(house: House, ask: str, user: str = "ada", channel: str = "ops") -> Item:
    """An item of which somebody asked, with no question left open."""
    await house.ask(LogItem(ask), user, channel)
    item = (await house.rows(Item))[-1]
    await house.ask(SetOutcome(item.id, "it works"), user, channel)
    await house.ask(Prioritise(item.id, Priority.MEDIUM), user, channel)
    return await house.row(Item, id=item.id)


async def test_before_there_is_a_board_the_page_says_what_to_do_first_and_makes_none(house: House) -> None:
    await opens(house, "ada", blank=True)
    ((event, answer),) = house.platform.answers
    assert event.place == page("ada")
    assert isinstance(answer, Message)
    assert "Invite me to the channel of your team" in Opened(answer).text
    assert list(Opened(answer).buttons()) == ["What can you do?"]
    helped = await house.bot.ask(replace(house.press(Opened(answer).buttons()["What can you do?"]), place=page("ada")))
    assert isinstance(helped, Message)
    assert (await house.rows(Board), await house.rows(Post)) == ([], [])


async def test_a_page_without_anything_says_how_to_begin(house: House) -> None:
    await logged(house, "the lift is stuck", "ben")
    await opens(house, "ada")
    shown = seen(house, "ada")
    assert shown.after("Waiting for you") == ["Nothing waits for you."]
    assert shown.after("Yours") == ["Nothing is yours just now. Open an item of the backlog and take it."]
    assert shown.after("You asked for")[0].startswith("Nothing that you asked for is open.")
    assert shown.buttons()["Log an ask"] == LogTo()


async def test_the_page_holds_what_is_mine_what_i_asked_for_and_what_waits_for_me(house: House) -> None:
    mine = await logged(house, "replace the badge printer", "ben")
    await house.ask(TakeItem(mine.id), "ada")
    asked = await logged(house, "order ten keyboards", "ada")
    stuck = await logged(house, "renew the certificate", "chloe")
    await house.ask(TakeItem(stuck.id), "chloe")
    await house.ask(BlockItem(stuck.id, "the budget is not signed", "@ada"), "chloe")
    await opens(house, "ada")
    shown = seen(house, "ada")
    assert shown.after("Yours") == [f"{mine.key} Replace the badge printer | BACKLOG · Medium"]
    assert shown.after("You asked for") == [f"{asked.key} Order ten keyboards | BACKLOG · Medium"]
    assert shown.after("Waiting for you") == [
        f"{stuck.key} Renew the certificate | Blocked until you help: the budget is not signed",
    ]
    assert shown.text.count("keyboards") == 1


async def test_what_i_asked_for_and_do_myself_stands_once(house: House) -> None:
    item = await logged(house, "order ten keyboards")
    await house.ask(TakeItem(item.id))
    await opens(house, "ada")
    assert seen(house, "ada").text.count("keyboards") == 1
    assert "keyboards" in "".join(seen(house, "ada").after("Yours"))
    assert seen(house, "ada").after("You asked for") == ["Nothing else that you asked for is open."]


async def test_what_is_over_is_on_no_page(house: House) -> None:
    finished, dropped = await logged(house, "order ten keyboards"), await logged(house, "paint the wall")
    await house.ask(FinishItem(finished.id))
    await house.ask(DiscardItem(dropped.id, "no need"))
    await opens(house, "ada")
    assert "keyboards" not in seen(house, "ada").text
    assert "Paint" not in seen(house, "ada").text


async def test_days_are_those_of_each_items_own_board(house: House) -> None:
    """At 23:30 on Monday in London it is Tuesday in Auckland: due on Monday is late there."""
    house.clock.at = house.clock.at.replace(hour=23, minute=30)
    await house.said("hello", "ben", "london")
    here = await logged(house, "renew the lease", "ada", "london")
    await house.said("hello", "ben", "auckland")
    there = await logged(house, "renew the passport", "ada", "auckland")
    await house.put(await house.row(Board, id=there.board), zone="Pacific/Auckland")
    for item in (here, there):
        await house.put(await house.row(Item, id=item.id), due=house.clock.now().date())
    await opens(house, "ada")
    lines = {line.partition(" ")[0]: line for line in seen(house, "ada").after("You asked for")}
    assert lines[here.key].endswith("due Mon 23 Nov 2026")
    assert lines[there.key].endswith("due Mon 23 Nov 2026, overdue")


async def test_a_question_asked_of_me_can_be_answered_on_my_page(house: House) -> None:
    await house.said("the badge printer on 3 jams", "ada")
    await opens(house, "ada")
    item = await house.row(Item)
    waiting = seen(house, "ada").after("Waiting for you")
    assert waiting[0] == f"{item.key} {item.title} · asked here"
    assert "Skip" in seen(house, "ada").buttons()
    await press(house, "ada", "Skip")
    assert seen(house, "ada").after("Waiting for you") == ["Nothing waits for you."]
    assert not (await house.row(Prompt)).open


async def test_a_question_is_gone_from_my_page_when_it_is_answered_in_the_thread_or_by_somebody_else(
    house: House,
) -> None:
    await house.said("the badge printer on 3 jams", "ada")
    await opens(house, "ada")
    item, asked = await house.row(Item), await house.row(Prompt)
    assert asked.hole == "outcome"
    await house.ask(SetOutcome(item.id, "badges print again"), "ben")
    assert seen(house, "ada").after("Waiting for you") == ["Nothing waits for you."]


async def test_a_question_that_another_answers_leaves_the_page_of_who_was_asked(house: House) -> None:
    item = await logged(house, "replace the badge printer", "chloe")
    await opens(house, "ben")
    for settle in (Prioritise(item.id, Priority.HIGH), None):
        await house.said(f"prioritise {item.key}", "ben")
        assert "badge printer" in seen(house, "ben").text
        (asked,) = await house.rows(Prompt, open=True)
        await house.ask(settle or SkipQuestion(asked.id), "ada")
        assert seen(house, "ben").after("Waiting for you") == ["Nothing waits for you."]


async def test_what_another_says_to_my_question_is_offered_on_my_page(house: House) -> None:
    await house.said("the badge printer on 3 jams", "ada")
    await opens(house, "ada")
    asked = await house.row(Prompt)
    await house.bot.keep(house.event("reply", "ben", thread=asked.thread, text="badges print again"))
    await house.bot.settle()
    assert "badges print again" in seen(house, "ada").text


async def test_a_question_that_has_expired_is_not_on_the_page(house: House) -> None:
    await house.said("the badge printer on 3 jams", "ada")
    house.clock.advance(timedelta(days=4))
    await opens(house, "ada")
    assert seen(house, "ada").after("Waiting for you") == ["Nothing waits for you."]


async def test_a_question_about_an_item_that_is_over_is_not_on_the_page(house: House) -> None:
    await house.said("the badge printer on 3 jams", "ada")
    await house.ask(DiscardItem((await house.row(Item)).id, "it was replaced"), "ben")
    await opens(house, "ada")
    assert (await house.row(Prompt)).open
    assert seen(house, "ada").after("Waiting for you") == ["Nothing waits for you."]


async def test_few_questions_are_shown_at_once_and_the_page_says_that_there_are_more(house: House) -> None:
    for number in range(5):
        await house.said(f"the printer on floor {number} jams", "ada")
    await opens(house, "ada")
    waiting = seen(house, "ada").after("Waiting for you")
    assert sum("asked here" in line for line in waiting) == 3
    assert waiting[-1] == "There are more questions; they come when these are answered."


async def test_long_lists_are_folded_without_a_figure_and_open_page_by_page(house: House) -> None:
    for number in range(13):
        await logged(house, f"errand {number}")
    await opens(house, "ada")
    shown = seen(house, "ada")
    assert [line.split(" ")[1:3] for line in shown.after("You asked for")] == [
        ["Errand", f"{number}"] for number in (12, 11, 10, 9, 8)
    ]
    assert "13" not in "".join(line.replace("OPS-13", "") for line in shown.lines)
    first = await press(house, "ada", "Show more")
    assert first is not None
    assert len(Opened(first).lines) == 11  # the name of the list, and ten of it
    event = house.press(Opened(first).buttons()["Next page"], "ada")
    second = await house.bot.ask(replace(event, place=page("ada")))
    assert isinstance(second, Message)
    assert [line.split(" ")[2] for line in Opened(second).lines[1:]] == ["2", "1", "0"]
    assert "Next page" not in Opened(second).buttons()


async def test_the_page_of_somebody_busy_says_no_more_figures_than_that_of_somebody_idle(house: House) -> None:
    """Nobody is counted (product row H3): six items or sixty read the same."""
    texts = []
    for many in (6, 20):
        for number in range(many):
            await logged(house, f"errand {number}")
        await opens(house, "ada")
        texts.append([line for line in seen(house, "ada").lines if "Errand" not in line])
    assert texts[0] == texts[1]


# --- kept fresh


async def test_a_page_is_drawn_anew_for_everybody_whom_a_change_concerns(house: House) -> None:
    item = await logged(house, "replace the badge printer", "ada")
    for user in ("ada", "ben", "chloe", "dmitri"):
        await house.said("hello", user)
        await opens(house, user)
    before = {user: published(house, user) for user in ("ada", "ben", "chloe", "dmitri")}
    await house.ask(AssignItem(item.id, "@ben"), "ada")
    await house.ask(AssignItem(item.id, "@chloe"), "ada")
    after = {user: published(house, user) - before[user] for user in before}
    assert seen(house, "ben").after("Yours")[0].startswith("Nothing is yours")
    assert "badge printer" in seen(house, "chloe").text
    assert after == {"ada": 0, "ben": 2, "chloe": 1, "dmitri": 0}
    await house.ask(MoveItem(item.id, Lane.IN_PROGRESS), "chloe")
    assert "IN PROGRESS" in seen(house, "ada").text
    assert published(house, "dmitri") == before["dmitri"]


async def test_a_page_that_did_not_change_is_not_published_again(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    await opens(house, "ada")
    await opens(house, "ada")
    assert published(house, "ada") == 1
    await logged(house, "something else", "ben")
    assert published(house, "ada") == 1


async def test_a_page_that_the_platform_has_lost_is_published_whatever_stood_there(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    await opens(house, "ada")
    await opens(house, "ada", blank=True)
    assert published(house, "ada") == 2


async def test_where_nobody_ever_opened_a_page_none_stands(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    assert {post.kind for post in await house.rows(Post)} == {"channel"}


async def test_the_page_finds_its_window_again_when_another_board_comes_first(house: House) -> None:
    await logged(house, "replace the badge printer", "ada", "ops")
    await opens(house, "ada")
    await logged(house, "paint the wall", "ben", "building")
    await opens(house, "ada")
    assert len([post for post in await house.rows(Post) if post.kind == "home"]) == 1
    assert "building" in seen(house, "ada").buttons()


# --- boards and tenants


async def test_the_items_of_all_boards_are_on_the_page_and_each_board_is_one_press_away(house: House) -> None:
    await logged(house, "replace the badge printer", "ada", "ops")
    await logged(house, "paint the wall", "ada", "building")
    await opens(house, "ada")
    shown = seen(house, "ada")
    assert "badge printer" in shown.text
    assert "Paint the wall" in shown.text
    board = await press(house, "ada", "ops")
    assert board is not None
    assert plain(board.summary) == "Board of ops"
    backlog = await press(house, "ada", "building")
    assert backlog is not None
    assert "Paint the wall" in Opened(backlog).text


async def test_log_an_ask_opens_a_form_on_the_page(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    await opens(house, "ada")
    event = replace(house.press(LogTo(), "ada", trigger="t"), place=page("ada"))
    assert isinstance(await house.bot.ask(event), Form)


async def test_the_page_shows_nothing_of_another_workspace(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    await house.ask(LogItem("the merger"), "ada", "secret", tenant="memory:t2")
    for tenant, theirs in (("memory:t1", "badge printer"), ("memory:t2", "merger")):
        await opens(house, "ada", tenant)
        (other,) = {"badge printer", "merger"} - {theirs}
        assert theirs in seen(house, "ada", tenant).text
        assert other not in seen(house, "ada", tenant).text


async def test_typed_the_page_comes_as_private_words(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    await house.bot.keep(house.command("home", "ada"))
    await house.bot.settle()
    (_, answer) = house.platform.answers[-1]
    assert isinstance(answer, Message)
    assert "badge printer" in Opened(answer).text
    assert all(post.kind != "home" for post in await house.rows(Post))


async def test_opening_the_page_keeps_one_row_and_nothing_that_is_no_page_is_heeded(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    before = len(await house.rows(Received))
    assert not await house.bot.keep(house.event("opened", "ada", channel="dm-ada"))
    await opens(house, "ada")
    assert len(await house.rows(Received)) == before + 1


# --- votes


async def ballot_of(house: House) -> Ballot:
    """A vote on the item in hand of a running meeting."""
    await house.ask(StartMeeting(30), "ada")
    meeting = await house.row(Meeting)
    while not meeting.current:
        await house.ask(NextEntry(meeting.id, meeting.phase.value), "ada")
        meeting = await house.row(Meeting)
    await house.ask(VoteOnEntry(meeting.id, meeting.current, Purpose.ESTIMATE), "ada")
    return await house.row(Ballot)


async def test_who_takes_part_in_a_meeting_can_vote_from_their_page_once(house: House) -> None:
    await logged(house, "replace the badge printer", "chloe")
    for user in ("ada", "ben", "dmitri"):
        await house.said("hello", user)
        await opens(house, user)
    ballot = await ballot_of(house)
    await house.said("hello", "ben")  # takes part; dmitri does not
    await opens(house, "ben")
    await opens(house, "dmitri")
    assert any("badge printer" in line for line in seen(house, "ben").after("Waiting for you"))
    assert seen(house, "dmitri").after("Waiting for you") == ["Nothing waits for you."]
    assert seen(house, "ben").buttons()["3"] == CastVote(ballot.id, 1, "3")
    await press(house, "ben", "3")
    assert seen(house, "ben").after("Waiting for you") == ["Nothing waits for you."]


async def test_who_looks_at_their_page_does_not_take_part_in_the_meeting(house: House) -> None:
    await logged(house, "replace the badge printer", "ada")
    await house.said("hello", "ben")
    await house.ask(StartMeeting(30), "ada")
    await opens(house, "ben")
    await house.bot.ask(replace(house.press(OpenHome(), "ben"), place=page("ben")))
    assert [each.person for each in await house.rows(Presence)] == [(await house.row(Meeting)).facilitator]
