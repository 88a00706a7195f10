"""What people say and press, what reaches the bot, and who sees what comes back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.playground.team import TENANT, account, place
from bot.board import Board, BoardLink, Channel
from bot.events import Event
from bot.items import Item, Lane
from bot.messages import Button, Controls, Field, Form, Message, Text, Words
from bot.people import Human
from bot.ports import Errors, Invalid, PlaceGone, Platform, PostGone, Sending, Store
from bot.wire import pack
from tests.adapters.playground.conftest import Room
from tests.adapters.playground.intents import Do, Rename

CARD = Message(Words("OPS-1 logged."), (Controls((Button(Words("Take it"), Do("take")),)),))
DONE = Message(Words("Done."))
FORM = Form(Words("Edit"), (Field("title", Words("Title?")),), Rename(), Words("Save"))


async def test_a_mention_stands_in_the_channel_and_is_kept(room: Room) -> None:
    answer = await room.say("@bmm the printer <b>jams</b>")
    assert answer["heard"] == "mention"
    (event,) = room.core.kept
    assert (event.how, event.text, event.message) == ("mention", "the printer <b>jams</b>", answer["message"]["id"])
    assert [each["text"] for each in await room.seen("ben")] == ["@bmm the printer <b>jams</b>"]


async def test_people_may_talk_without_the_bot(room: Room) -> None:
    assert (await room.say("good morning"))["heard"] is None
    assert room.core.kept == []


async def test_a_message_sent_twice_stands_once(room: Room) -> None:
    first = await room.say("@bmm the printer jams", nonce="same")
    again = await room.say("@bmm the printer jams", nonce="same")
    assert first["message"] == again["message"]
    assert len(await room.seen()) == 1
    assert len({event.key for event in room.core.kept}) == 1


async def test_a_nonce_is_ones_own(room: Room) -> None:
    await room.say("one", "ada", nonce="same")
    await room.say("two", "ben", nonce="same")
    assert [each["text"] for each in await room.seen()] == ["one", "two"]


async def test_replies_reach_the_bot_in_threads_where_it_spoke(room: Room) -> None:
    root = (await room.say("who has the key?"))["message"]["id"]
    assert (await room.say("I do", "ben", thread=root))["heard"] is None
    await room.show(CARD, thread=root)
    assert (await room.say("by Friday", "ben", thread=root))["heard"] == "reply"
    assert (room.core.kept[0].how, room.core.kept[0].place) == ("reply", place("ops", root))


async def test_a_post_of_the_bot_may_be_answered_below(room: Room) -> None:
    ref = await room.show(CARD)
    assert (await room.say("by Friday", thread=ref))["heard"] == "reply"
    await room.say("lost", status=404, thread="nowhere")


async def test_when_nothing_can_be_kept_the_words_stay_with_their_writer(room: Room) -> None:
    room.core.down = True
    answer = await room.say("@bmm the printer jams", status=503, nonce="same")
    assert "try again" in answer["error"]
    room.core.down = False
    await room.say("@bmm the printer jams", nonce="same")
    assert len(await room.seen()) == 1
    assert len(room.core.kept) == 1


async def test_a_command_is_answered_privately_on_the_line(room: Room) -> None:
    room.core.answer = lambda _: DONE
    answer = await room.say("/bmm start 30")
    assert room.core.asked[0].text == "start 30"
    assert answer["notice"]["text"] == "/bmm start 30"
    assert [each["card"]["summary"] for each in await room.seen("ada")] == ["Done."]
    assert await room.seen("ben") == []


async def test_another_command_is_told_the_right_name(room: Room) -> None:
    answer = await room.say("/start 30", status=422)
    assert "/bmm" in answer["error"]
    assert await room.seen() == []


async def test_a_press_is_answered_below_its_card_and_a_newer_answer_takes_its_place(room: Room) -> None:
    ref = await room.show(CARD)
    room.core.answer = lambda _: DONE
    await room.post("press", "ben", message=ref, intent=pack(Do("take")))
    answer = await room.post("press", "ben", message=ref, intent=pack(Do("take")))
    assert answer["notice"]["under"] == ref
    assert (room.core.asked[0].how, room.core.asked[0].message) == ("control", ref)
    assert [each["to"] for each in await room.seen("ben")] == ["", "ben"]
    assert len(await room.seen("ada")) == 1


async def test_a_press_on_what_is_gone_says_so(room: Room) -> None:
    answer = await room.post("press", status=404, message="nothing", intent=pack(Do("take")))
    assert "Nothing was changed" in answer["error"]


async def test_a_form_opens_stays_with_its_errors_and_closes(room: Room) -> None:
    ref = await room.show(CARD)
    room.core.answer = lambda _: FORM
    opened = await room.post("press", message=ref, intent=pack(Do("edit")))
    assert opened["origin"] == {"channel": "ops", "thread": "", "message": ref}
    room.core.answer = lambda event: None if event.values["title"] else Errors({"title": Words("Say it.")})
    body = {**opened["origin"], "intent": opened["form"]["intent"]}
    assert await room.post("submit", **body, values={"title": ""}) == {"errors": {"title": "Say it."}}
    assert await room.post("submit", **body, values={"title": "A title"}) == {}
    assert (room.core.asked[-1].how, room.core.asked[-1].values) == ("form", {"title": "A title"})


async def test_a_private_notice_may_be_dismissed_by_its_reader_only(room: Room) -> None:
    room.core.answer = lambda _: DONE
    notice = (await room.say("/bmm help"))["notice"]["id"]
    await room.post("dismiss", "ben", message=notice)
    assert len(await room.seen("ada")) == 1
    await room.post("dismiss", "ada", message=notice)
    assert await room.seen("ada") == []


async def test_every_window_is_live_and_hears_only_what_it_may(room: Room) -> None:
    async with (
        room.client.ws_connect("/api/live?as=ada&window=a1") as ada,
        room.client.ws_connect("/api/live?as=ben&window=b1") as ben,
    ):
        ref = await room.show(CARD)
        event = Event("k", "direct", room.platform._clock.now(), place("ops"), account("ada"), trigger="a1")
        await room.platform.answer(event, DONE)
        await room.platform.answer(event, FORM)
        await room.platform.edit(ref, Sending("mark", place("ops"), DONE))
        heard: list[Any] = [await ada.receive_json(timeout=5) for _ in range(4)]
        assert [each["type"] for each in heard] == ["message", "message", "answer", "message"]
        assert [each["message"]["to"] for each in heard if "message" in each] == ["", "ada", ""]
        others = [await ben.receive_json(timeout=5) for _ in range(2)]
        assert [each["message"]["card"]["summary"] for each in others] == ["OPS-1 logged.", "Done."]


async def test_the_platform_finds_edits_and_refuses_as_the_port_says(room: Room) -> None:
    platform: Platform = room.platform
    sending = Sending("mark-1", place("ops"), CARD)
    assert await platform.find(sending) is None
    ref = await platform.send(sending)
    assert await platform.find(sending) == ref
    await platform.edit(ref, Sending("mark-1", place("ops"), DONE))
    assert [each["card"]["summary"] for each in await room.seen()] == ["Done."]
    with pytest.raises(PostGone):
        await room.platform.edit("nothing", sending)
    with pytest.raises(PlaceGone):
        await room.platform.send(Sending("m", replace(place("ops"), channel="nowhere"), CARD))
    with pytest.raises(Invalid):
        await room.show(Message(Words("x"), (Text(Words("{missing}")),)))


async def test_people_have_a_name_and_a_zone(room: Room) -> None:
    profile = await room.platform.profile(account("ada"))
    assert (profile.name, profile.zone, profile.bot) == ("Ada Okafor", "Europe/London", False)
    assert room.platform.address(place("ops"), "7") == "/?channel=ops&message=7"


async def test_a_thread_is_found_by_any_message_of_it(room: Room) -> None:
    root = (await room.say("who has the key?"))["message"]["id"]
    reply = (await room.say("I do", "ben", thread=root))["message"]["id"]
    found = await room.get("thread", channel="ops", message=reply)
    assert found["root"] == root
    assert [each["id"] for each in found["messages"]] == [root, reply]


async def test_a_long_channel_comes_in_pieces(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.playground.talk.RECENT", 2)
    ids = [(await room.say(f"number {number}"))["message"]["id"] for number in range(3)]
    state = await room.get("state")
    assert state["channels"][0]["more"] is True
    assert [each["id"] for each in state["channels"][0]["messages"]] == ids[1:]
    earlier = await room.get("earlier", channel="ops", before=ids[1])
    assert [each["id"] for each in earlier["messages"]] == ids[:1]
    assert earlier["more"] is False


async def test_the_board_of_nobody_is_empty(room: Room) -> None:
    assert await room.get("board") == {"boards": [], "board": None, "lanes": [], "aside": []}


async def test_the_board_shows_its_lanes_in_order(room: Room) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    card = Item(
        "i1", "b1", 1, "OPS-1", "Badge printer", "jams", "p1", now, now, owner="p1", source="/?channel=ops&message=1"
    )

    def fill(store: Store) -> None:
        store.add(Board("b1", "ops", "OPS", "UTC"))
        store.add(BoardLink("l1", "b1", TENANT))
        store.add(Channel("c1", "b1", TENANT, "playground", "ops", "ops", now))
        store.add(Human("p1", TENANT, "Ada Okafor"))
        store.add(card)
        store.add(replace(card, id="i2", number=2, key="OPS-2", lane=Lane.WITH_PM, source="javascript:alert(1)"))
        store.add(replace(card, id="i3", number=3, key="OPS-3", lane=Lane.BLOCKED, blocked_by="a part"))

    await room.database.write(fill, TENANT)
    board = await room.get("board", board="ops")
    assert board["board"] == {"id": "b1", "name": "ops", "channel": "ops"}
    assert [each["name"] for each in board["lanes"] if each["items"]] == ["BLOCKED", "BACKLOG"]
    assert board["aside"] == [{"name": "WITH PM", "count": 1}]
    shown = board["lanes"][4]["items"][0]
    assert (shown["key"], shown["owner"], shown["href"]) == ("OPS-1", "Ada Okafor", "/?channel=ops&message=1")
