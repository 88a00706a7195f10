"""Shortcuts, edits and deletions from a message's menu, what is overheard, and the home."""

from adapters.playground.team import account, place
from bot.events import Quoted
from bot.messages import Button, Controls, Field, Form, Message, Words
from bot.ports import Sending
from bot.wire import pack
from tests.adapters.playground.conftest import Room
from tests.adapters.playground.intents import Do, Rename

DONE = Message(Words("Done."))
FORM = Form(Words("Log it"), (Field("title", Words("What?")),), Rename(), Words("Log"))
HOME = Message(Words("Your home."), (Controls((Button(Words("Take it"), Do("take")),)),))


# --- shortcuts


async def test_a_shortcut_on_a_message_brings_the_message_and_is_answered_in_its_thread(room: Room) -> None:
    said = (await room.say("@bmm please, @Ada Okafor: the lift is stuck", "ben"))["message"]["id"]
    room.core.answer = lambda _: FORM
    told = await room.post("shortcut", "chloe", name="playground_test.rename", message=said)
    assert told["form"]["title"] == "Log it"
    assert told["origin"] == {"channel": "ops", "thread": said, "message": said}
    (event,) = room.core.asked
    assert (event.how, event.intent, event.actor) == ("control", "playground_test.rename", account("chloe"))
    assert (event.place, event.message) == (place("ops", said), said)
    link = f"/?channel=ops&message={said}"
    assert event.quoted == Quoted(said, "please, <@ada>: the lift is stuck", "ben", link, (), "")


async def test_a_shortcut_on_an_answer_knows_its_thread_and_on_a_card_no_author(room: Room) -> None:
    root = (await room.say("who has the key?"))["message"]["id"]
    reply = (await room.say("I do", "ben", thread=root))["message"]["id"]
    card = await room.show(DONE)
    await room.post("shortcut", name="playground_test.rename", message=reply)
    await room.post("shortcut", name="playground_test.rename", message=card)
    one, other = room.core.asked
    assert one.place == place("ops", root)
    assert one.quoted is not None
    assert one.quoted.thread == root
    assert other.quoted is not None
    assert (other.quoted.text, other.quoted.author) == ("Done.", "")


async def test_a_shortcut_anywhere_is_answered_in_ones_own_chat(room: Room) -> None:
    await room.post("shortcut", name="playground_test.do")
    (event,) = room.core.asked
    assert (event.place, event.message, event.quoted) == (place("ada"), "", None)


async def test_what_is_no_shortcut_or_has_no_message_to_be_about_is_refused(room: Room) -> None:
    said = (await room.say("only for me", channel="ada"))["message"]["id"]
    await room.post("shortcut", status=404, name="item.discard", message=said)
    await room.post("shortcut", status=404, name="playground_test.rename")
    await room.post("shortcut", status=404, name="playground_test.do", message=said)
    await room.post("shortcut", "ben", status=404, name="playground_test.rename", message=said)
    await room.post("shortcut", status=404, name="playground_test.rename", message="nothing")
    assert room.core.asked == []


# --- edits and deletions


async def test_ones_own_words_can_be_edited_and_everybody_and_the_bot_are_told(room: Room) -> None:
    said = (await room.say("the lift is stuck"))["message"]["id"]
    async with room.client.ws_connect("/api/live?as=ben&window=b1") as ben:
        await room.post("edit", message=said, text="@bmm the lift is stuck")
        shown = await ben.receive_json(timeout=5)
    assert (shown["message"]["text"], shown["message"]["edited"]) == ("@bmm the lift is stuck", True)
    (event,) = room.core.kept
    assert (event.how, event.text, event.message, event.named) == ("edited", "the lift is stuck", said, True)
    assert (event.actor, event.place) == (account("ada"), place("ops"))


async def test_an_edit_that_changes_nothing_is_no_event(room: Room) -> None:
    said = (await room.say("the lift is stuck"))["message"]["id"]
    await room.post("edit", message=said, text=" the lift is stuck ")
    assert room.core.kept == []


async def test_nobody_edits_or_deletes_what_others_said(room: Room) -> None:
    said = (await room.say("the lift is stuck"))["message"]["id"]
    card = await room.show(DONE)
    for message in (said, card, "nothing"):
        await room.post("edit", "ben", status=404, message=message, text="it works")
        await room.post("delete", "ben", status=404, message=message)
    await room.post("edit", status=422, message=said, text="/bmm help")
    assert [each["text"] for each in await room.seen()] == ["the lift is stuck", ""]
    assert room.core.kept == []


async def test_a_deleted_message_is_gone_and_the_bot_is_told(room: Room) -> None:
    said = (await room.say("@bmm the lift is stuck"))["message"]["id"]
    async with room.client.ws_connect("/api/live?as=ben&window=b1") as ben:
        await room.post("delete", message=said)
        assert await ben.receive_json(timeout=5) == {"type": "gone", "id": said}
    assert await room.seen() == []
    event = room.core.kept[-1]
    assert (event.how, event.message, event.actor) == ("deleted", said, account("ada"))
    await room.post("delete", status=404, message=said)


async def test_a_deleted_message_with_a_thread_leaves_a_trace_that_says_so(room: Room) -> None:
    said = (await room.say("@bmm the lift is stuck"))["message"]["id"]
    await room.show(DONE, thread=said)
    await room.post("delete", message=said)
    root, card = await room.seen()
    assert (root["text"], root["deleted"], card["thread"]) == ("", True, said)
    await room.post("edit", status=404, message=said, text="it works")
    await room.post("shortcut", status=404, name="playground_test.rename", message=said)


# --- what is overheard


async def test_words_among_people_that_name_a_key_are_overheard(room: Room) -> None:
    await room.say("is OPS-1 like ops-2?")
    await room.say("OPS-1, OPS-2, OPS-3")
    await room.say("nothing of the kind")
    (event,) = room.core.kept
    assert (event.how, event.text) == ("overheard", "is OPS-1 like ops-2?")


# --- the home


async def test_a_home_is_opened_shown_and_changed_for_its_owner_alone(room: Room) -> None:
    await room.post("home")
    (event,) = room.core.kept
    assert (event.how, event.blank, event.place.kind, event.place.channel) == ("opened", True, "home", "ada")
    ref = await room.platform.send(Sending("mark", event.place, DONE))
    await room.platform.edit(ref, Sending("mark", event.place, HOME))
    assert [each["card"]["summary"] for each in await room.seen(channel="home:ada")] == ["Your home."]
    assert "home:ada" not in {each["id"] for each in (await room.get("state", "ben"))["channels"]}
    await room.post("home")
    assert room.core.kept[-1].blank is False


async def test_what_answers_the_opening_takes_the_place_of_the_home(room: Room) -> None:
    await room.post("home")
    where = room.core.kept[0].place
    await room.platform.send(Sending("mark", where, HOME))
    await room.platform.answer(room.core.kept[0], DONE)
    assert [each["card"]["summary"] for each in await room.seen(channel="home:ada")] == ["Done."]


async def test_a_press_on_the_home_is_answered_over_it_by_one_notice(room: Room) -> None:
    await room.post("home")
    ref = await room.platform.send(Sending("mark", room.core.kept[0].place, HOME))
    room.core.answer = lambda _: HOME
    first = (await room.post("press", message=ref, intent=pack(Do("take"))))["notice"]
    assert (room.core.asked[0].place.kind, first["to"]) == ("home", "ada")
    second = (await room.post("press", message=first["id"], intent=pack(Do("take"))))["notice"]
    assert [each["id"] for each in await room.seen(channel="home:ada")] == [ref, second["id"]]
    room.core.answer = lambda _: FORM
    form = await room.post("press", message=second["id"], intent=pack(Do("take")))
    await room.post("submit", **form["origin"], intent=form["form"]["intent"], values={"title": "A title"})
    assert (room.core.asked[-1].how, room.core.asked[-1].place.kind) == ("form", "home")


async def test_nobody_presses_or_talks_on_a_home(room: Room) -> None:
    await room.post("home")
    ref = await room.platform.send(Sending("mark", room.core.kept[0].place, HOME))
    await room.post("press", "ben", status=404, message=ref, intent=pack(Do("take")))
    await room.post("say", status=404, channel="home:ada", text="hello?")
    await room.post("shortcut", status=404, name="playground_test.rename", message=ref)
