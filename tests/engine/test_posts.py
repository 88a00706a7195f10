"""A post is a window on the state: what is wanted, what is shown, and one window for a view in a place."""

import itertools
from datetime import timedelta

import pytest

from bot.ledger import Post, Standing
from bot.messages import Controls
from bot.ports import Pace
from tests.engine.house import House
from tests.engine.tiny import RetireCard, Say, ShowCards, TakeNote, Tiny, TouchCards


async def test_a_view_has_one_window_in_a_place_and_is_refreshed_there(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    await house.ask(ShowCards(("a",)))
    await house.ask(ShowCards(("a",)), channel="lab")
    assert [(each.place.channel, each.text) for each in house.platform.posts] == [
        ("ops", "card a at 2"),
        ("lab", "card a at 1"),
    ]


async def test_without_a_place_a_view_is_refreshed_wherever_it_stands(house: House) -> None:
    await house.ask(ShowCards(("a", "b")))
    await house.ask(TouchCards(("b",)))
    assert house.platform.texts() == ["card a at 1", "card b at 2"]
    await house.ask(TouchCards(("never shown",)))
    assert len(house.platform.posts) == 2


async def test_what_changes_without_a_show_is_not_sent(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    await house.ask(TakeNote("unseen"))
    assert (house.platform.texts(), house.platform.edited) == (["card a at 1"], [])


async def test_two_hundred_votes_are_a_few_edits_and_the_last_shows_the_right_tally(house: House) -> None:
    house.platform.pace = Pace(place=1, burst=3, edit=1.5)
    await house.ask(Say("0"))
    for number in range(1, 200):
        await house.bot.ask(house.press(Say(str(number))))
        await house.bot.courier.work()
        house.clock.advance(timedelta(seconds=0.05))
    await house.bot.settle()
    assert house.platform.texts() == ["200 notes, last 199"]
    assert 5 <= len(house.platform.edited) <= 8


async def test_a_refresh_while_a_post_is_on_its_way_is_not_lost(house: House) -> None:
    async def meanwhile(_sending: object) -> None:
        house.platform.while_sending = None
        await house.bot.ask(house.press(Say("second")))

    house.platform.while_sending = meanwhile
    await house.ask(Say("first"))
    assert house.platform.texts() == ["2 notes, last second"]


async def test_anew_posts_below_and_the_old_window_shows_its_last_edit_without_buttons(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    await house.ask(ShowCards(("a",), anew=True))
    old, new = house.platform.posts
    assert "card has moved on" in old.text
    assert not [block for block in old.message.blocks if isinstance(block, Controls)]
    assert new.text == "card a at 2"
    await house.ask(TouchCards(("a",)))
    assert (old.text, new.text) == (house.platform.posts[0].text, "card a at 3")
    assert [each.standing for each in await house.rows(Post)] == [Standing.RETIRED, Standing.LIVE]


async def test_there_is_one_live_window_however_often_it_is_posted_anew(house: House) -> None:
    for _ in range(4):
        await house.ask(ShowCards(("a",), anew=True))
    standings = [each.standing for each in await house.rows(Post)]
    assert standings == [Standing.RETIRED] * 3 + [Standing.LIVE]


async def test_a_window_that_is_let_go_before_it_was_sent_is_never_sent(house: House) -> None:
    await house.bot.ask(house.press(ShowCards(("a",))))
    await house.bot.ask(house.press(ShowCards(("a",), anew=True)))
    await house.bot.settle()
    assert house.platform.texts() == ["card a at 2"]


async def test_a_window_that_is_let_go_while_it_is_sent_keeps_its_reference_and_gets_its_last_edit(
    house: House,
) -> None:
    async def meanwhile(_sending: object) -> None:
        house.platform.while_sending = None
        await house.bot.ask(house.press(ShowCards(("a",), anew=True)))

    house.platform.while_sending = meanwhile
    await house.ask(ShowCards(("a",)))
    assert [each.text.startswith("This card has moved on") for each in house.platform.posts] == [True, False]


async def test_a_retired_view_is_refreshed_no_more(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    await house.ask(RetireCard("a"))
    last = house.platform.texts()
    await house.ask(TouchCards(("a",)))
    assert house.platform.texts() == last
    await house.ask(ShowCards(("a",)))
    assert house.platform.texts() == [*last, "card a at 3"]


async def test_shows_are_written_in_sorted_order_whatever_the_handler_says(house: House) -> None:
    await house.ask(ShowCards(("d", "b", "a", "c")))
    assert [each.view for each in await house.rows(Post)] == [f'tiny.card {{"name":"{name}"}}' for name in "abcd"]


async def test_answers_come_before_what_is_aside(house: House) -> None:
    await house.bot.ask(house.press(ShowCards(("aside",), aside=True)))
    await house.bot.ask(house.press(ShowCards(("answer",))))
    await house.bot.settle()
    assert house.platform.texts() == ["card answer at 2", "card aside at 2"]


async def test_a_drawing_that_raises_parks_only_that_post_until_its_view_changes(house: House, tiny: Tiny) -> None:
    tiny.undrawable = {"b"}
    await house.ask(ShowCards(("a", "b", "c")))
    assert house.platform.texts() == ["card a at 1", "card c at 1"]
    parked = await house.row(Post, standing=Standing.PARKED)
    assert "ZeroDivisionError" in parked.error
    tiny.undrawable = set()
    await house.bot.settle()
    assert len(house.platform.posts) == 2
    await house.ask(TouchCards(("b",)))
    assert house.platform.texts() == ["card a at 1", "card c at 1", "card b at 2"]


async def test_a_post_that_stands_is_parked_as_it_was_when_its_drawing_raises(house: House, tiny: Tiny) -> None:
    await house.ask(ShowCards(("a",)))
    tiny.undrawable = {"a"}
    await house.ask(TouchCards(("a",)))
    assert (house.platform.texts(), (await house.row(Post)).standing) == (["card a at 1"], Standing.PARKED)
    tiny.undrawable = set()
    await house.ask(TouchCards(("a",)))
    assert (house.platform.texts(), len(house.platform.sent)) == (["card a at 3"], 1)


async def test_a_view_of_a_newer_version_parks_and_holds_up_nothing(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    post = await house.row(Post)
    await house.put(post, view='newer.card {"x":1}', wanted=post.wanted + 1)
    await house.ask(ShowCards(("b",)))
    assert house.platform.texts() == ["card a at 1", "card b at 2"]


# --- the pace


@pytest.mark.parametrize("pace", [Pace(place=1, burst=3, edit=1), Pace(place=2, burst=1, edit=1), Pace(0.5, 12, 1)])
async def test_the_pace_of_a_channel_is_never_exceeded(house: House, pace: Pace) -> None:
    house.platform.pace = pace
    await house.ask(ShowCards(tuple("abcdefghijklmnopqrst")))
    times = [at for at, _ in house.platform.sent]
    assert len(times) == 20
    window = timedelta(seconds=pace.place * pace.burst)
    for at in times:
        assert sum(at <= other < at + window for other in times) <= pace.burst
    assert times[-1] - times[0] <= window * (20 / pace.burst + 1)  # nor is it slower than it may be


async def test_edits_of_one_post_are_as_far_apart_as_the_platform_asks(house: House) -> None:
    house.platform.pace = Pace(place=0, burst=100, edit=2)
    for _ in range(5):
        await house.ask(ShowCards(("a",)))
    times = [house.platform.sent[0][0], *(at for at, _, _ in house.platform.edited)]
    assert len(times) > 2
    assert all(later - earlier >= timedelta(seconds=2) for earlier, later in itertools.pairwise(times))


async def test_posts_of_a_channel_come_in_the_order_in_which_they_were_made(house: House) -> None:
    for name in "zyxwv":
        house.clock.advance(timedelta(milliseconds=1))
        await house.bot.ask(house.press(ShowCards((name,))))
    await house.bot.settle()
    assert [text.split()[1] for text in house.platform.texts()] == list("zyxwv")


async def test_a_busy_channel_holds_up_no_other(house: House) -> None:
    house.platform.pace = Pace(place=1, burst=1, edit=1)
    for number in range(30):
        await house.bot.ask(house.press(ShowCards(tuple(f"{number}-{each}" for each in range(20))), channel="busy"))
    await house.bot.ask(house.press(ShowCards(("other",)), channel="quiet"))
    house.clock.advance(timedelta(seconds=1))
    await house.bot.courier.work()
    assert {each.place.channel for each in house.platform.posts} == {"busy", "quiet"}
