"""Posting, editing and private words through HTTP to the fake Teams, and what each of its refusals means."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.teams.connector import Connector, path
from adapters.teams.outbound import HOME, TeamsPlatform
from adapters.teams.trust.hosts import Hosts
from bot.events import Event, Place
from bot.ledger import ConversationReference
from bot.messages import Button, Controls, Field, Form, Message, Text, Words
from bot.ports import (
    CannotLook,
    Invalid,
    PlaceGone,
    Platform,
    PostGone,
    SendError,
    Sending,
    TenantGone,
    Throttled,
    Unsure,
)
from bot.views import FormAgain
from bot.wire import pack
from tests.adapters.teams.teams_stage import Press, Stage, adapter_of, stage
from tests.fakes.teams import Conversation, Kind
from tests.fakes.teams_person import TeamsPerson
from tests.fakes.teams_seen import found, lines_of
from tests.teams_house import opened

HELLO = Message(Words("Hello."), (Text(Words("Hello.")), Controls((Button(Words("Go"), Press("1")),))))
BYE = Message(Words("Bye."), (Text(Words("Bye.")),))
FORM = Form(Words("Ask"), (Field("title", Words("Title")),), Press("1"), Words("Save"))


async def met(here: Stage, *more: Conversation) -> None:
    """Let Ada name the bot in the channel, the group chat and elsewhere, so that we know where they are."""
    for each in (here.ops, here.trio, *more):
        await here.ada.mention(each, "hello")


def sending(place: Place, message: Message = HELLO) -> Sending:
    return Sending("m1", place, message)


def event(here: Stage, place: Place, who: TeamsPerson | None = None, message: str = "") -> Event:
    return Event("k", "mention", here.clock.now(), place, here.account(who or here.ada), message=message)


def sent(here: Stage) -> int:
    """How often something was sent, whatever became of it."""
    return sum(each.method in ("send", "reply", "create") for each in here.teams.journal.calls)


# --- posts


async def test_it_is_a_platform(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        platform: Platform = here.platform
        assert platform.name == "teams"


async def test_a_post_in_a_channel_begins_a_thread_and_another_stands_in_it_and_both_are_edited(
    sqlite_url: str,
) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        ops = here.place(here.ops)
        root = await here.platform.send(sending(ops))
        under = await here.platform.send(sending(replace(ops, thread=root)))
        await here.platform.edit(root, sending(ops, BYE))
        await here.platform.edit(under, sending(replace(ops, thread=root), BYE))
        stood = [
            (each.id, each.thread, each.edited, each.activity["summary"]) for each in here.teams.posts(here.ops.id)
        ]
        assert stood == [(root, "", True, "Bye."), (under, root, True, "Bye.")]
        assert [each.method for each in here.teams.journal.calls] == ["create", "send", "edit", "edit"]
        assert here.platform.address(ops, root).startswith("https://teams.microsoft.com/l/message/")


async def test_a_group_chat_has_no_threads(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        place = replace(here.place(here.trio), thread="1700000000000")
        ref = await here.platform.send(sending(place))
        await here.platform.edit(ref, sending(place, BYE))
        assert [(each.thread, each.edited) for each in here.teams.posts(here.trio.id)] == [("", True)]


async def test_somebodys_chat_is_opened_once_and_remembered_over_a_restart(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        chat = here.teams.chat(here.ben.id)
        own = here.place(chat)
        await here.platform.send(sending(own))  # of Ben nothing was ever heard
        ref = await here.platform.send(sending(own))
        other = here.again()
        await other.platform.edit(ref, sending(own, BYE))
        await other.platform.send(sending(own))
        assert here.teams.counted()["create"] == 1
        assert [each.activity["summary"] for each in here.teams.posts(chat.id)] == ["Hello.", "Bye.", "Hello."]


async def test_where_we_never_were_nothing_is_sent(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        with pytest.raises(PlaceGone):
            await here.platform.send(sending(here.place(here.ops)))
        with pytest.raises(PlaceGone):
            await here.platform.send(sending(here.place(here.teams.chat(here.ben.id))))
        assert here.teams.journal.calls == []


async def test_a_home_is_drawn_when_it_is_looked_at_and_never_sent(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        home = replace(here.place(here.teams.chat(here.ada.id)), kind="home")
        assert await here.platform.send(sending(home)) == HOME
        await here.platform.edit(HOME, sending(home))
        assert await here.platform.find(sending(home)) is None
        assert here.platform.address(home, HOME) == ""
        assert here.teams.journal.calls == []


async def test_nothing_can_be_looked_for(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        with pytest.raises(CannotLook):
            await here.platform.find(sending(here.place(here.ops)))
        with pytest.raises(CannotLook):
            await here.platform.quote(event(here, here.place(here.ops)))


async def test_what_cannot_be_drawn_is_invalid_and_never_sent(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        with pytest.raises(Invalid):
            await here.platform.send(sending(here.place(here.ops), Message(Words("{missing}"))))
        assert sent(here) == 0


# --- private words


async def test_private_words_are_for_one_persons_eyes_where_they_are(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        root = await here.ada.mention(here.ops, "x")
        for place, message in (
            (here.place(here.ops), root),
            (here.place(here.ops, root), ""),
            (here.place(here.trio), ""),
        ):
            await here.platform.answer(event(here, place, message=message), HELLO)
        assert [(each.thread, each.to) for each in here.teams.private(here.ada.id)] == [
            (root, here.ada.id), (root, here.ada.id), ("", here.ada.id),
        ]  # fmt: skip
        assert here.teams.private(here.ben.id) == here.teams.posts(here.ops.id) == []


async def test_where_teams_takes_no_such_words_they_go_to_the_persons_own_chat_and_it_is_not_tried_again_at_once(
    sqlite_url: str,
) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        here.teams.targets = False
        place = here.place(here.ops)
        for _ in range(2):
            await here.platform.whisper(event(here, place), HELLO)
        assert len(here.teams.posts(here.teams.chat(here.ada.id).id)) == 2
        assert [each.status for each in here.teams.journal.calls] == [400, 201, 201, 201]
        here.clock.move(3601)
        here.teams.targets = True
        await here.platform.whisper(event(here, place), HELLO)
        assert here.teams.private(here.ada.id)[-1].to == here.ada.id


async def test_private_words_without_an_answer_may_have_been_shown_and_are_not_told_twice(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        here.teams.fail("dropped_after", "send")
        await here.platform.whisper(event(here, here.place(here.ops)), HELLO)
        assert (sent(here), len(here.teams.private(here.ada.id))) == (1, 1)


async def test_a_form_waits_behind_a_button_where_nothing_was_clicked(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        await here.platform.answer(event(here, here.place(here.ops)), FORM)
        [told] = here.teams.private(here.ada.id)
        assert found(told.card, "Open the form").action["data"]["bmm"]["i"] == pack(FormAgain("k"))


# --- refusals

POSTS: list[tuple[int, str, type[SendError]]] = [
    (400, "BadSyntax", Invalid), (400, "BadArgument", Invalid), (413, "MessageSizeTooBig", Invalid), (405, "", Invalid),
    (400, "ActivityNotFoundInConversation", PostGone),
    (401, "Unauthorized", TenantGone), (403, "BotNotInConversationRoster", PlaceGone), (403, "", PlaceGone),
    (403, "MessageWritesBlocked", PlaceGone), (403, "BotDisabledByAdmin", TenantGone),
    (404, "ConversationNotFound", PlaceGone), (410, "", PlaceGone),
    (408, "", Unsure), (412, "PreconditionFailed", Unsure), (500, "ServiceError", Unsure), (502, "", Unsure),
    (503, "", Unsure), (504, "", Unsure), (302, "", Unsure),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "kind"), POSTS)
async def test_each_refusal_of_a_post_is_a_kind_the_core_knows_and_it_is_sent_once(
    sqlite_url: str, status: int, code: str, kind: type[SendError]
) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        here.teams.fail("error", "create", status=status, code=code, times=2)
        with pytest.raises(kind):
            await here.platform.send(sending(here.place(here.ops)))
        assert here.teams.posts(here.ops.id) == []
        assert sent(here) == (2 if status == 401 else 1)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(404, "ActivityNotFound", PostGone), (404, "ConversationNotFound", PlaceGone), (410, "", PostGone),
     (400, "MessageNotFound", PostGone), (400, "BadSyntax", Invalid), (403, "", PlaceGone), (412, "", Throttled),
     (500, "", Throttled), (502, "", Throttled)],
)  # fmt: skip
async def test_each_refusal_of_an_edit_is_a_kind_the_core_knows(
    sqlite_url: str, status: int, code: str, kind: type[SendError]
) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        ref = await here.platform.send(sending(here.place(here.ops)))
        here.teams.fail("error", "edit", status=status, code=code)
        with pytest.raises(kind):
            await here.platform.edit(ref, sending(here.place(here.ops), BYE))


async def test_a_message_that_somebody_deleted_is_gone_and_so_is_a_place_without_us(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        place = here.place(here.ops)
        ref = await here.platform.send(sending(place))
        here.ops.said(ref).deleted = True
        with pytest.raises(PostGone):
            await here.platform.edit(ref, sending(place))
        here.ops.bot = False
        with pytest.raises(PlaceGone):
            await here.platform.send(sending(place))
        here.ops.bot, here.works.archived = True, True
        with pytest.raises(PlaceGone):
            await here.platform.send(sending(place))


@pytest.mark.parametrize("method", ["create", "edit"])
async def test_too_fast_is_as_long_as_teams_says_and_nothing_is_sent_meanwhile(sqlite_url: str, method: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        place = here.place(here.ops)
        ref = await here.platform.send(sending(place))
        here.teams.fail("throttled", method, after=7)  # type: ignore[arg-type]
        with pytest.raises(Throttled) as refused:
            await (
                here.platform.send(sending(place)) if method == "create" else here.platform.edit(ref, sending(place))
            )
        assert refused.value.after == 7
        assert len(here.teams.posts(here.ops.id)) == 1


FAULTS: list[tuple[Kind, int]] = [
    ("broken_before", 0), ("broken_after", 1), ("dropped_before", 0), ("dropped_after", 1), ("garbage", 0),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "posted"), FAULTS)
@pytest.mark.parametrize("thread", [True, False])
async def test_a_post_without_an_answer_is_unsure_and_sent_once(
    sqlite_url: str, fault: Kind, posted: int, thread: bool
) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        root = await here.ada.mention(here.ops, "x")
        here.teams.fail(fault, "send" if thread else "create")
        with pytest.raises(Unsure):
            await here.platform.send(sending(here.place(here.ops, root if thread else "")))
        assert (sent(here), len(here.teams.posts(here.ops.id))) == (1, posted)


@pytest.mark.parametrize(("fault", "_posted"), FAULTS)
async def test_an_edit_without_an_answer_may_be_made_again(sqlite_url: str, fault: Kind, _posted: int) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        place = here.place(here.ops)
        ref = await here.platform.send(sending(place))
        # What is hung up on is made again by aiohttp itself, which is one try of ours.
        here.teams.fail(fault, "edit", times=2 if fault.startswith("dropped") else 1)
        with pytest.raises(Throttled):
            await here.platform.edit(ref, sending(place, BYE))
        await here.platform.edit(ref, sending(place, BYE))
        assert here.teams.posts(here.ops.id)[0].activity["summary"] == "Bye."


async def test_where_teams_is_not_reached_nothing_was_posted(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        reference = await here.adapter.conversations.of(here.place(here.ops).tenant, here.ops.id)
        nowhere = Connector(here.adapter.connector._credentials, Hosts("127.0.0.1:9"), here.clock)
        with pytest.raises(Throttled):
            await nowhere.post("http://127.0.0.1:9/emea/", path(reference.conversation, "activities"), {})
        await nowhere.close()


# --- tokens and hosts


async def test_a_token_that_is_refused_is_replaced_once(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        here.teams.fail("error", "create", status=401)
        await here.platform.send(sending(here.place(here.ops)))
        first, second = [each.token for each in here.teams.journal.calls]
        assert first != second
        assert len(here.teams.posts(here.ops.id)) == 1
        assert here.issuer.count("token") == 2


async def test_a_stored_service_that_is_not_teams_is_never_called_and_gets_no_token(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        elsewhere = adapter_of(here.issuer, Hosts(), here.database, here.clock)  # for which the loopback is no Teams
        platform: TeamsPlatform = elsewhere.platform
        for call in (
            platform.send(sending(here.place(here.ops))),
            platform.edit("1", sending(here.place(here.ops))),
            platform.whisper(event(here, here.place(here.teams.chat(here.ada.id))), HELLO),
            platform.title(here.place(here.trio)),
        ):
            with pytest.raises(PlaceGone):
                await call
        await elsewhere.connector.close()
        assert here.teams.journal.calls == []
        assert here.issuer.count("token") == 0


# --- the pace


async def test_no_more_than_fifty_calls_set_out_in_a_second(sqlite_url: str) -> None:
    async with stage(sqlite_url, limited=True) as here:
        await met(here)
        reference = await here.adapter.conversations.of(here.place(here.ops).tenant, here.ops.id)
        begun = here.clock.now()
        where = path(reference.conversation, "pagedmembers")
        await asyncio.gather(*(here.adapter.connector.get(reference.service, where) for _ in range(120)))
        assert (here.clock.now() - begun).total_seconds() >= 2
        assert here.teams.journal.breaches == []


async def test_a_slow_connector_holds_up_nobody_else(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        here.teams.fail("slow", "create", after=0.3)
        waiting = asyncio.create_task(here.platform.send(sending(here.place(here.ops))))
        while here.teams.faults:  # until it has been asked
            await asyncio.sleep(0)
        await here.platform.send(sending(here.place(here.trio)))
        await here.ada.direct("hello")
        assert not waiting.done()
        with pytest.raises(Unsure):
            await waiting
        assert here.core.kept[-1].text == "hello"


# --- without a database


async def test_words_that_are_not_kept_are_told_with_the_persons_own_and_tidings_come_again(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await met(here)
        await here.ada.direct("hello")
        here.database.down = True
        await here.ada.mention(here.ops, "the lift is stuck")
        [told] = [each for each in here.teams.private(here.ada.id) if "not kept" in str(each.card)]
        assert "the lift is stuck" in str(told.card)
        here.core.kept.clear()
        renamed = here.ada._update(here.ops, "channelRenamed")
        assert (await here.ada.deliver(renamed)).status == 503
        here.database.down = False
        assert (await here.ada.deliver(renamed)).status == 200
        assert [each.how for each in here.core.kept] == ["told"]


async def test_who_was_never_heard_before_is_told_as_well_that_words_were_not_kept(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        here.database.down = True  # and of nobody anything is known, but for what they just said
        said = await here.ada.mention(here.ops, "the lift is stuck")
        (told,) = here.teams.private(here.ada.id)
        assert "the lift is stuck" in "\n".join(lines_of(told.card))
        here.database.down = False
        again = here.ada.message(here.ops, here.ops.said(said)) | {"id": "1999999999999"}
        assert (await here.ada.deliver(again)).status == 200
        assert len(await here.database.rows(ConversationReference)) == 2
        assert [each.text for each in here.core.kept] == ["the lift is stuck"]


# --- through the whole bot


@pytest.mark.parametrize(("fault", "stood"), [("dropped_before", 0), ("broken_after", 1)])
async def test_a_post_in_doubt_is_never_repeated_by_itself_and_posted_again_where_somebody_says_so(
    database_url: str, fault: Kind, stood: int
) -> None:
    async with opened(database_url) as room:
        await room.say("Ada", "ops", "@bmm the door squeaks")
        ops = room.rooms["ops"].id
        before = len(room.teams.posts(ops))
        room.teams.fail(fault, "send")
        await room.say("Ada", "ops", "@bmm the lift is stuck")
        for _ in range(6):
            await room.advance(timedelta(minutes=10))
        assert len(room.teams.posts(ops)) == before + stood
        [doubt] = [
            each for each in await room.private("Ada") if any(one.label == "Post it again" for one in each.controls)
        ]
        await room.press("Ada", "Post it again", doubt)
        assert len(room.teams.posts(ops)) == before + stood + 1
        await room.advance(timedelta(hours=2))
        assert len(room.teams.posts(ops)) == before + stood + 1


async def test_what_tells_of_a_post_in_doubt_does_not_tell_of_itself(database_url: str) -> None:
    async with opened(database_url) as room:
        await room.say("Ada", "ops", "@bmm the door squeaks")
        before = len(await room.private("Ada"))
        room.teams.fail("broken_after", "send", times=20)
        await room.say("Ada", "ops", "@bmm the lift is stuck")
        for _ in range(6):
            await room.advance(timedelta(minutes=10))
        assert len(await room.private("Ada")) - before <= 2  # of the card in #ops, and of the question in its thread


async def test_where_teams_asks_for_a_rest_a_post_comes_after_it_and_once(database_url: str) -> None:
    async with opened(database_url) as room:
        room.teams.fail("throttled", "send", after=90)
        begun = room.clock.now()
        await room.say("Ada", "ops", "@bmm the lift is stuck")
        await room.advance(timedelta(seconds=100))
        posts = room.teams.posts(room.rooms["ops"].id)
        assert [int(each.id) / 1000 - begun.timestamp() >= 90 for each in posts if each.thread] == [True]
        assert len({each.activity["summary"] for each in posts}) == len(posts)
        tried = [each.code for each in room.teams.journal.calls if each.method == "send"]
        assert tried[:2] == ["throttled", ""]
