"""Sending: claimed once, looked for before it is repeated, and what becomes of each refusal."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.board import Channel
from bot.ledger import Lease, Post, Standing, Tenant
from bot.ports import (
    Invalid,
    Pace,
    PlaceGone,
    PostGone,
    SendError,
    TenantGone,
    Throttled,
    Unsure,
)  # fmt: skip
from tests.engine.house import House
from tests.engine.platform import Accepted, MemoryPlatform
from tests.engine.tiny import Say, ShowCards, Tiny, TouchCards


async def standing(house: House) -> Standing:
    return (await house.row(Post)).standing


# --- claims


async def test_a_first_send_is_claimed_and_committed_before_it_is_sent_and_an_edit_is_not(house: House) -> None:
    seen: list[Standing] = []

    async def look(_sending: object) -> None:
        seen.append(await standing(house))

    house.platform.while_sending = look
    await house.ask(Say("one"))
    await house.ask(Say("two"))
    assert seen == [Standing.SENDING, Standing.LIVE]


async def test_a_courier_that_dies_after_the_platform_took_the_post_does_not_post_it_twice(house: House) -> None:
    house.platform.failures.append(Accepted(asyncio.CancelledError()))
    with pytest.raises(asyncio.CancelledError):
        await house.ask(Say("one"))
    assert await standing(house) is Standing.SENDING
    for courier in (house.bot.courier, house.replica().courier):
        house.clock.advance(timedelta(seconds=60))
        await courier.drain()
    assert (house.platform.texts(), len(house.platform.sent)) == (["1 notes, last one"], 1)
    assert (await standing(house), (await house.row(Post)).ref) == (Standing.LIVE, "m1")


async def test_a_courier_that_dies_before_the_platform_took_it_is_followed_by_one_that_posts_it(house: House) -> None:
    house.platform.failures.append(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await house.ask(Say("one"))
    house.clock.advance(timedelta(seconds=60))
    await house.replica().courier.drain()
    assert (house.platform.texts(), house.platform.looked) == (["1 notes, last one"], [(await house.row(Post)).id])


async def test_a_dead_couriers_post_is_looked_for_even_after_looking_was_throttled(house: House) -> None:
    house.platform.failures.append(Accepted(asyncio.CancelledError()))
    with pytest.raises(asyncio.CancelledError):
        await house.ask(Say("one"))
    look = house.platform.find
    refusals: list[SendError] = [Throttled(5), TenantGone("for a moment"), Unsure("no answer")]

    async def find(sending: Any) -> str | None:
        if refusals:
            raise refusals.pop(0)
        return await look(sending)

    house.platform.find = find  # type: ignore[method-assign]
    other = house.replica()
    for _ in range(5):
        house.clock.advance(timedelta(seconds=60))
        await house.bot.database.write(lambda store: store.change(Tenant, {"id": "memory:t1"}, paused=""), None)
        await other.courier.drain()
    assert (len(house.platform.sent), await standing(house), refusals) == (1, Standing.LIVE, [])


async def test_a_bug_of_the_adapter_is_looked_for_like_a_lost_answer_and_spoils_no_other_post(house: House) -> None:
    house.platform.failures += [Accepted(KeyError("a bug")), None]
    await house.bot.ask(house.press(ShowCards(("a",))))
    await house.bot.ask(house.press(ShowCards(("b",)), channel="lab"))
    await house.bot.courier.drain()
    assert sorted(house.platform.texts()) == ["card a at 1", "card b at 1"]
    house.clock.advance(timedelta(seconds=5))
    await house.bot.courier.drain()
    assert (len(house.platform.sent), {each.standing for each in await house.rows(Post)}) == (2, {Standing.LIVE})


# --- lost answers


async def test_a_lost_answer_is_looked_for_and_nothing_is_sent_twice(house: House) -> None:
    house.platform.failures.append(Accepted(Unsure("the line broke")))
    await house.bot.ask(house.press(Say("one")))
    await house.bot.courier.work()
    assert await standing(house) is Standing.SENDING
    house.clock.advance(timedelta(seconds=3))
    await house.bot.settle()
    assert (await standing(house), len(house.platform.sent)) == (Standing.LIVE, 1)
    await house.ask(Say("two"))
    assert house.platform.texts() == ["2 notes, last two"]


async def test_a_send_that_was_lost_before_the_platform_is_sent_again_after_looking(house: House) -> None:
    house.platform.failures.append(Unsure("the line broke"))
    await house.ask(Say("one"))
    house.clock.advance(timedelta(seconds=3))
    await house.bot.settle()
    assert (house.platform.texts(), len(house.platform.looked)) == (["1 notes, last one"], 1)


async def test_a_platform_that_stays_away_is_asked_less_and_less_often(house: House) -> None:
    house.platform.failures += [Unsure("away")] * 6
    await house.bot.ask(house.press(Say("one")))
    tried: list[int] = []
    for second in range(700):
        await house.bot.courier.work()
        tried += [second] * (len(house.platform.sent) - len(tried))
        house.clock.advance(timedelta(seconds=1))
    assert [later - earlier for earlier, later in itertools.pairwise(tried)] == [2, 5, 15, 60, 300, 300]
    assert house.platform.texts() == ["1 notes, last one"]


async def test_an_edit_whose_answer_is_lost_is_simply_made_again(house: House) -> None:
    await house.ask(Say("one"))
    house.platform.failures.append(Unsure("the line broke"))
    await house.ask(Say("two"))
    house.clock.advance(timedelta(seconds=3))
    await house.bot.settle()
    assert (house.platform.texts(), house.platform.looked) == (["2 notes, last two"], [])


async def test_what_follows_in_the_same_channel_waits_for_what_was_lost_and_other_channels_do_not(
    house: House,
) -> None:
    house.platform.failures.append(Unsure("the line broke"))
    for name, channel in (("a", "ops"), ("b", "ops"), ("c", "lab")):
        house.clock.advance(timedelta(milliseconds=1))
        await house.bot.ask(house.press(ShowCards((name,)), channel=channel))
    await house.bot.courier.work()
    await house.bot.courier.work()
    assert house.platform.texts() == ["card c at 1"]
    house.clock.advance(timedelta(seconds=3))
    await house.bot.settle()
    assert house.platform.texts("ops") == ["card a at 2", "card b at 2"]


# --- each refusal


async def test_throttled_it_waits_as_long_as_the_platform_asks_and_keeps_the_order(house: House) -> None:
    house.platform.failures.append(Throttled(30))
    await house.bot.ask(house.press(ShowCards(("a",))))
    house.clock.advance(timedelta(milliseconds=1))
    await house.bot.ask(house.press(ShowCards(("b",))))
    began = house.clock.now()
    await house.bot.courier.work()
    await house.bot.courier.work()
    assert (house.platform.texts(), len(house.platform.sent)) == ([], 1)
    other = house.replica()
    await house.bot.courier.stop()
    await other.courier.work()  # the order holds in another process too
    assert house.platform.texts() == []
    house.clock.advance(timedelta(seconds=31))
    await other.settle()
    assert house.platform.texts() == ["card a at 2", "card b at 2"]
    assert house.platform.sent[1][0] - began >= timedelta(seconds=30)


async def test_throttled_nothing_else_goes_to_that_workspace_meanwhile(house: House) -> None:
    house.platform.failures.append(Throttled(30))
    await house.bot.ask(house.press(ShowCards(("a",))))
    await house.bot.courier.work()
    await house.bot.ask(house.press(ShowCards(("b",)), channel="lab"))
    assert (await house.bot.courier.work() or 0) > 29
    assert len(house.platform.sent) == 1


async def test_throttled_for_new_posts_it_goes_on_editing_and_the_other_way_round(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    house.platform.failures.append(Throttled(30))
    await house.bot.ask(house.press(ShowCards(("b",)), channel="lab"))
    await house.bot.courier.work()
    await house.bot.ask(house.press(TouchCards(("a",))))
    await house.bot.courier.work()
    assert (house.platform.texts(), len(house.platform.edited)) == (["card a at 2"], 1)


async def test_an_edit_that_would_change_nothing_is_not_sent(house: House) -> None:
    await house.ask(Say("one"))
    await house.put(await house.row(Post), wanted=2)
    assert await house.bot.courier.work() == 0
    post = await house.row(Post)
    assert (house.platform.edited, post.shown, post.standing) == ([], 2, Standing.LIVE)
    await house.ask(Say("two"))
    assert house.platform.texts() == ["2 notes, last two"]


async def test_after_an_edit_whose_answer_was_lost_the_old_drawing_is_sent_again(house: House, tiny: Tiny) -> None:
    await house.ask(ShowCards(("a",)))
    drawn = house.platform.posts[0].message
    house.platform.failures.append(Accepted(Unsure("no answer")))
    await house.bot.ask(house.press(TouchCards(("a",))))
    await house.bot.courier.work()
    tiny.notes_shown = 1  # the state is what it was when the first drawing was made
    house.clock.advance(timedelta(seconds=60))
    await house.bot.settle()
    assert house.platform.posts[0].message == drawn


async def test_a_malformed_message_is_parked_and_the_next_goes_on(house: House) -> None:
    house.platform.failures.append(Invalid("invalid_blocks"))
    await house.ask(ShowCards(("a", "b")))
    parked, live = await house.rows(Post)
    assert (parked.standing, parked.error, live.standing) == (Standing.PARKED, "invalid_blocks", Standing.LIVE)
    assert house.platform.texts() == ["card b at 1"]


async def test_a_message_that_a_person_deleted_is_retired_and_shown_anew_where_it_is_wanted(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    house.platform.failures.append(PostGone("message_not_found"))
    await house.ask(TouchCards(("a",)))
    assert await standing(house) is Standing.RETIRED
    edits = len(house.platform.edited)
    await house.ask(TouchCards(("a",)))
    assert len(house.platform.edited) == edits
    await house.ask(ShowCards(("a",)))
    assert len(house.platform.sent) == 2


async def test_an_archived_channel_pauses_until_somebody_speaks_there_again(house: House) -> None:
    house.platform.by_channel["ops"] = PlaceGone("is_archived")
    await house.ask(ShowCards(("a",)))
    await house.bot.ask(house.press(ShowCards(("c",)), channel="lab"))
    await house.bot.settle()
    assert (house.platform.texts(), "is_archived" in (await house.row(Channel, channel="ops")).paused) == (
        ["card c at 1"], True,
    )  # fmt: skip
    tries = len(house.platform.sent)
    house.clock.advance(timedelta(days=2))
    await house.bot.settle()
    assert len(house.platform.sent) == tries
    del house.platform.by_channel["ops"]
    await house.ask(ShowCards(("b",)))
    assert house.platform.texts("ops") == []  # a click proves nothing: platforms take it in places that we have left
    await house.said("we are back")
    assert house.platform.texts("ops") == ["card a at 3", "card b at 3", "3 notes, last we are back"]


async def test_somebodys_own_chat_that_is_gone_is_tried_again_later_and_told_to_nobody(house: House) -> None:
    house.platform.by_channel["dm-ben"] = PlaceGone("user_disabled")
    await house.ask(ShowCards(("x",)))
    await house.ask(ShowCards(("a",)), user="ben", channel="dm-ben")
    assert house.platform.texts() == ["card x at 1"]
    del house.platform.by_channel["dm-ben"]
    house.clock.advance(timedelta(hours=2))
    await house.bot.settle()
    assert house.platform.texts() == ["card x at 1", "card a at 2"]


async def test_a_revoked_token_pauses_the_workspace_and_no_other(house: House) -> None:
    house.platform.failures.append(TenantGone("token_revoked"))
    await house.ask(ShowCards(("a",)))
    await house.bot.ask(house.press(ShowCards(("b",)), channel="lab", tenant="memory:t2"))
    await house.bot.settle()
    assert house.platform.texts() == ["card b at 1"]
    assert "token_revoked" in (await house.row(Tenant, id="memory:t1")).paused
    house.clock.advance(timedelta(days=2))
    await house.bot.settle()
    assert len(house.platform.sent) == 2
    await house.ask(ShowCards(("c",)))
    assert house.platform.texts("ops") == ["card a at 2", "card c at 2"]


# --- leases


async def test_of_two_couriers_one_sends(house: House) -> None:
    other = house.replica()
    for _ in range(5):
        await house.bot.ask(house.press(ShowCards(("a", "b", "c"))))
        await asyncio.gather(house.bot.courier.drain(), other.courier.drain())
    assert len(house.platform.sent) == 3
    assert house.platform.looked == []


async def test_a_lease_is_taken_over_when_it_has_run_out_and_not_before(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    other = house.replica()
    await house.bot.ask(house.press(ShowCards(("b",))))
    await other.courier.drain()
    assert len(house.platform.sent) == 1
    house.clock.advance(timedelta(seconds=31))
    await other.courier.drain()
    assert len(house.platform.sent) == 2


async def test_a_courier_that_lost_its_lease_in_midst_of_a_claim_does_not_send(house: House) -> None:
    """Another has looked for the post, found nothing, and sent it: what was claimed here is not sent on top of that."""
    other = MemoryPlatform(house.clock)
    slow = house.replica(other)
    await slow.ask(house.press(ShowCards(("a",))))
    drawings = slow.courier._drawings

    async def late(posts: list[Post]) -> Any:
        drawn = await drawings(posts)
        house.clock.advance(timedelta(seconds=25))  # it was stopped for a while
        return drawn

    slow.courier._drawings = late  # type: ignore[method-assign]
    await slow.courier.work()
    assert (other.sent, await standing(house)) == ([], Standing.SENDING)
    house.clock.advance(timedelta(seconds=10))
    await house.bot.courier.drain()
    slow.courier._drawings = drawings  # type: ignore[method-assign]
    await slow.courier.drain()
    assert (len(house.platform.sent), len(other.sent)) == (1, 0)


async def test_a_post_that_another_claimed_first_is_not_sent(house: House) -> None:
    """Even where both think that they hold the lease, as with clocks that disagree."""
    slow, other = house.bot, house.replica()
    await slow.ask(house.press(ShowCards(("a", "b"))))
    drawings = slow.courier._drawings

    async def late(posts: list[Post]) -> Any:
        drawn = await drawings(posts)
        await house.bot.database.write(lambda store: store.remove(Lease, {}), None)
        await other.courier.drain()
        return drawn

    slow.courier._drawings = late  # type: ignore[method-assign]
    await slow.courier.work()
    assert sorted(house.platform.texts()) == ["card a at 1", "card b at 1"]
    assert (len(house.platform.sent), house.platform.looked) == (2, [])


@pytest.mark.parametrize("watching", [True, False])
async def test_what_was_claimed_before_the_lease_ran_out_is_looked_for_afterwards(house: House, watching: bool) -> None:
    """Another took it over, sent it and died before it could say so."""
    slow = house.bot
    await slow.ask(house.press(ShowCards(("a",))))
    drawings = slow.courier._drawings

    async def late(posts: list[Post]) -> Any:
        drawn = await drawings(posts)
        house.clock.advance(timedelta(seconds=25))
        return drawn

    slow.courier._drawings = late  # type: ignore[method-assign]
    await slow.courier.work()
    slow.courier._drawings = drawings  # type: ignore[method-assign]
    house.clock.advance(timedelta(seconds=10))
    house.platform.failures.append(Accepted(asyncio.CancelledError()))
    with pytest.raises(asyncio.CancelledError):
        await house.replica().courier.work()
    if watching:
        await slow.courier.work()
    house.clock.advance(timedelta(seconds=31))
    await slow.courier.drain()
    assert (len(house.platform.sent), await standing(house)) == (1, Standing.LIVE)


async def test_a_clean_stop_releases_the_lease_at_once(house: House) -> None:
    await house.ask(ShowCards(("a",)))
    other = house.replica()
    await house.bot.ask(house.press(ShowCards(("b",))))
    await house.bot.courier.stop()
    assert await house.rows(Lease) == []
    await other.courier.drain()
    assert len(house.platform.sent) == 2


async def test_workspaces_are_drawn_and_paced_apart(house: House) -> None:
    house.platform.pace = Pace(place=1, burst=1, edit=1)
    await house.bot.ask(house.press(ShowCards(("a",))))
    await house.bot.ask(house.press(ShowCards(("b",)), tenant="memory:t2"))
    house.clock.advance(timedelta(seconds=1))
    await house.bot.courier.work()
    assert sorted(house.platform.texts()) == ["card a at 1", "card b at 1"]


async def test_a_restart_in_the_midst_of_a_burst_is_no_second_burst(house: House) -> None:
    house.platform.pace = Pace(place=1, burst=3, edit=1)
    await house.bot.ask(house.press(ShowCards(tuple("abcdefgh"))))
    house.clock.advance(timedelta(seconds=3))
    while await house.bot.courier.work() == 0:
        pass
    await house.restart()
    await house.bot.courier.drain()
    times = [at for at, _ in house.platform.sent]
    assert len(times) == 8
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in zip(times[:5], times[3:], strict=False))
