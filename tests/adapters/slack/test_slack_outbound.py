"""Posting, editing, looking and answering against the fake Slack, and what each of its refusals means."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import test_utils, web

from adapters.slack.installing.installations import Installation, OneWorkspace
from adapters.slack.outbound import SlackPlatform
from adapters.slack.refusals import KINDS
from adapters.slack.web import Web
from bot.messages import Button, Controls, Message, Text, Words
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
from tests.adapters.slack.slack_stage import OPS, Press, stage
from tests.fakes.slack import Kind
from tests.fakes.slack_contract import COMMON, errors_of
from tests.needs import needs

HELLO = Message(Words("Hello."), (Text(Words("Hello.")), Controls((Button(Words("Go"), Press("1")),))))
BYE = Message(Words("Bye."), (Text(Words("Bye.")),))


def sending(mark: str = "m1", message: Message = HELLO, **place: str) -> Sending:
    return Sending(mark, replace(OPS, **place), message)  # type: ignore[arg-type]


def test_it_is_a_platform() -> None:
    api = Web()
    platform: Platform = SlackPlatform(api, OneWorkspace("xoxb-1", api))
    assert platform.name == "slack"


async def test_a_post_stands_in_the_channel_with_its_mark_and_is_edited_in_place() -> None:
    async with stage() as here:
        ref = await here.platform.send(sending())
        [post] = here.slack.posts("C1OPS")
        assert (post.ref, post.lines, list(post.controls)) == (ref, ("Hello.",), ["Go"])
        assert post.payload["metadata"] == {"event_type": "bmm_post", "event_payload": {"mark": "m1"}}
        _, given = here.slack.calls[-1]
        assert (given["unfurl_links"], given["unfurl_media"], given["text"]) == (False, False, "Hello.")
        await here.platform.edit(ref, sending(message=BYE))
        [post] = here.slack.posts("C1OPS")
        assert (post.ref, post.lines, post.edited, post.controls) == (ref, ("Bye.",), True, {})
        assert here.platform.address(OPS, ref) == f"https://slack.com/archives/C1OPS/p{ref.replace('.', '')}"


async def test_a_post_stands_in_its_thread() -> None:
    async with stage() as here:
        root = here.slack.post("C1OPS", "U1ANNA", "printer")["ts"]
        await here.platform.send(sending(thread=root))
        assert here.slack.posts("C1OPS")[0].thread == root


async def test_all_calls_go_over_one_session() -> None:
    async with stage() as here:
        session = here.platform.web.client.session
        rooms = [here.slack.room(f"C{n}").id for n in range(5)]
        await asyncio.gather(*(here.platform.send(sending(channel=room)) for room in rooms))
        assert here.platform.web.client.session is session
        assert [len(here.slack.posts(room)) for room in rooms] == [1] * 5


async def test_a_mark_is_found_in_a_channel_and_deep_in_a_thread() -> None:
    async with stage() as here:
        ref = await here.platform.send(sending("mine"))
        for n in range(250):
            here.slack.post("C1OPS", "U1ANNA", f"{n}", ref)
        under = await here.platform.send(sending("under", thread=ref))
        assert await here.platform.find(sending("mine")) == ref
        assert await here.platform.find(sending("under", thread=ref)) == under
        assert await here.platform.find(sending("none")) is None
        here.slack.post("C1OPS", "U1ANNA", "x")["metadata"] = {"event_type": "other", "event_payload": {"mark": "none"}}
        assert await here.platform.find(sending("none")) is None


async def test_a_mark_is_found_at_the_end_of_the_longest_thread_and_what_was_said_before_it_is_not_read() -> None:
    async with stage() as here:
        root = await here.platform.send(sending("root"))
        for n in range(1_100):
            here.slack.post("C1OPS", "U1ANNA", f"{n}", root)
        here.clock.move(3600)
        claimed = here.clock.now()
        under = await here.platform.send(sending("under", thread=root))
        before = here.slack.counted()["conversations.replies"]
        assert await here.platform.find(replace(sending("under", thread=root), since=claimed)) == under
        assert here.slack.counted()["conversations.replies"] == before + 1


async def test_where_more_was_said_since_than_can_be_looked_through_it_cannot_say_that_nothing_stands_there() -> None:
    async with stage() as here:
        root = await here.platform.send(sending("root"))
        for n in range(1_100):
            here.slack.post("C1OPS", "U1ANNA", f"{n}", root)
        with pytest.raises(CannotLook):
            await here.platform.find(sending("under", thread=root))


async def test_without_the_scope_it_cannot_look() -> None:
    async with stage() as here:
        here.slack.scopes.remove("channels:history")
        with pytest.raises(CannotLook):
            await here.platform.find(sending())


REFUSALS: list[tuple[str, type[SendError]]] = [
    ("invalid_blocks", Invalid), ("msg_too_long", Invalid), ("msg_blocks_too_long", Invalid), ("no_text", Invalid),
    ("invalid_arguments", Invalid), ("channel_not_found", PlaceGone), ("not_in_channel", PlaceGone),
    ("is_archived", PlaceGone), ("token_revoked", TenantGone), ("account_inactive", TenantGone),
    ("invalid_auth", TenantGone), ("missing_scope", TenantGone), ("ratelimited", Throttled),
    ("rate_limited", Throttled),
    ("fatal_error", Unsure), ("internal_error", Unsure), ("service_unavailable", Throttled),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind"), REFUSALS)
async def test_each_refusal_of_a_post_is_a_kind_the_core_knows(error: str, kind: type[SendError]) -> None:
    async with stage() as here:
        here.slack.fail("error", "chat.postMessage", error=error)
        with pytest.raises(kind):
            await here.platform.send(sending())
        assert here.slack.posts("C1OPS") == []
        assert here.slack.counted()["chat.postMessage"] == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("message_not_found", PostGone), ("cant_update_message", PostGone), ("edit_window_closed", PostGone),
        ("fatal_error", Throttled), ("msg_too_long", Invalid), ("channel_not_found", PlaceGone),
    ],
)  # fmt: skip
async def test_each_refusal_of_an_edit_is_a_kind_the_core_knows(error: str, kind: type[SendError]) -> None:
    async with stage() as here:
        ref = await here.platform.send(sending())
        here.slack.fail("error", "chat.update", error=error)
        with pytest.raises(kind):
            await here.platform.edit(ref, sending(message=BYE))


async def test_a_message_deleted_by_a_person_and_one_that_is_not_ours_are_gone() -> None:
    async with stage() as here:
        theirs = here.slack.post("C1OPS", "U1ANNA", "x")["ts"]
        for ref in ("1.000001", theirs):
            with pytest.raises(PostGone):
                await here.platform.edit(ref, sending())


async def test_an_archived_channel_and_one_without_us_are_gone() -> None:
    async with stage() as here:
        here.slack.room("C2").archived = True
        here.slack.room("C3").bot = False
        for channel in ("C2", "C3", "C4"):
            with pytest.raises(PlaceGone):
                await here.platform.send(sending(channel=channel))


@pytest.mark.parametrize("doing", ["send", "edit", "find"])
async def test_too_fast_is_as_long_as_slack_says(doing: str) -> None:
    async with stage() as here:
        here.slack.fail("throttled", after=7)
        with pytest.raises(Throttled) as refused:
            await (
                here.platform.edit("1.1", sending()) if doing == "edit" else getattr(here.platform, doing)(sending())
            )
        assert refused.value.after == 7


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", "{"), ("application/json", "{}"), ("text/html", "<html>"), ("text/plain", "slow down")],
)
async def test_whatever_stands_before_slack_may_ask_for_a_rest(kind: str, body: str) -> None:
    asked = list[str]()

    async def slow(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=429, text=body, content_type=kind, headers={"Retry-After": "7"})

    app = web.Application()
    app.router.add_post("/api/{method}", slow)
    async with test_utils.TestServer(app) as server:
        moment = [100.0]
        api = Web(str(server.make_url("/api/")), lambda: moment[0])
        for at, calls in ((100.0, 1), (106.9, 1), (107.1, 2)):
            moment[0] = at
            with pytest.raises(Throttled):
                await api.call("xoxb-1", "chat.update", "edit", {})
            assert len(asked) == calls
        with pytest.raises(Throttled):
            await api.call("xoxb-1", "users.info", "look", {})
        assert len(asked) == 3
        await api.close()


async def test_a_new_token_does_not_end_the_rest_of_its_workspace() -> None:
    async with stage() as here:
        installed = Renewed(here.slack.token, "")
        platform = SlackPlatform(here.platform.web, installed, here.clock)
        here.slack.fail("throttled", "chat.postMessage", after=7)
        with pytest.raises(Throttled):
            await platform.send(sending())
        installed.old = here.slack.grant("xoxb-newer", "T0BMM").token
        with pytest.raises(Throttled):
            await platform.send(sending())
        assert here.slack.counted()["chat.postMessage"] == 1
        here.clock.move(8)
        await platform.send(sending())
        assert here.slack.journal.tokens("chat.postMessage") == ["xoxb-fake", "xoxb-newer"]


FAULTS: list[tuple[Kind, int]] = [
    ("broken_before", 0), ("broken_after", 1), ("dropped_before", 0), ("dropped_after", 1), ("garbage", 0),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "posted"), FAULTS)
async def test_a_post_without_an_answer_is_unsure_and_sent_once(fault: Kind, posted: int) -> None:
    async with stage() as here:
        here.slack.fail(fault)
        with pytest.raises(Unsure):
            await here.platform.send(sending())
        assert len(here.slack.posts("C1OPS")) == posted
        assert here.slack.counted()["chat.postMessage"] == 1
        assert (await here.platform.find(sending()) is not None) == bool(posted)


@pytest.mark.parametrize(("fault", "_edited"), FAULTS)
async def test_an_edit_without_an_answer_may_be_made_again(fault: Kind, _edited: int) -> None:
    async with stage() as here:
        ref = await here.platform.send(sending())
        here.slack.fail(fault)
        with pytest.raises(Throttled):
            await here.platform.edit(ref, sending(message=BYE))
        await here.platform.edit(ref, sending(message=BYE))
        assert here.slack.posts("C1OPS")[0].lines == ("Bye.",)


async def test_where_slack_is_not_reached_nothing_was_posted() -> None:
    async with stage() as here:
        nowhere = Web("http://127.0.0.1:9/api")
        with pytest.raises(Throttled):
            await OneWorkspace(here.slack.token, nowhere).start()
        with pytest.raises(Throttled):
            await SlackPlatform(nowhere, here.platform.installations).send(sending())
        await nowhere.close()


async def test_a_wrong_token_says_so_at_start() -> None:
    async with stage() as here:
        with pytest.raises(TenantGone):
            await OneWorkspace("xoxb-other", here.platform.web).start()


@pytest.mark.parametrize("error", ["token_revoked", "token_expired", "account_inactive"])
async def test_where_the_token_works_no_more_the_tenant_is_gone(error: str) -> None:
    async with stage() as here:
        here.slack.refuse(here.slack.token, error)
        with pytest.raises(TenantGone):
            await here.platform.send(sending())
        assert here.slack.counted()["chat.postMessage"] == 1


async def test_a_token_that_was_renewed_elsewhere_is_taken_and_the_post_stands_once() -> None:
    async with stage() as here:
        here.slack.refuse(here.slack.token, "token_expired")
        newer = here.slack.grant("xoxb-newer", "T0BMM")
        platform = SlackPlatform(here.platform.web, Renewed(here.slack.token, newer.token))
        await platform.send(sending())
        assert len(here.slack.posts("C1OPS")) == 1
        assert here.slack.journal.tokens("chat.postMessage") == [here.slack.token, newer.token]


class Renewed:
    """An installation whose token another replica has renewed."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def ready(self) -> bool:
        return True

    async def of(self, tenant: str) -> Installation:
        return Installation("T0BMM", "U0BMM", token=self.old)

    async def again(self, tenant: str, refused: str) -> Installation | None:
        return Installation("T0BMM", "U0BMM", token=self.new) if refused == self.old else None

    async def hearing(self, team: str, enterprise: str) -> Installation | None:
        return None

    async def gone(self, team: str, enterprise: str, at: object) -> None:
        return None


async def test_a_view_that_cannot_be_drawn_is_invalid_and_never_sent() -> None:
    async with stage() as here:
        for message in (
            Message(Words("{missing}")),
            Message(Words("x"), (Controls((Button(Words("A"), Press("x" * 3000)),)),)),
        ):
            with pytest.raises(Invalid):
                await here.platform.send(sending(message=message))
        assert here.slack.counted()["chat.postMessage"] == 0


def test_the_codes_we_know_are_slacks() -> None:
    needs("specs")
    methods = (
        "auth.test chat.postEphemeral chat.postMessage chat.unfurl chat.update conversations.history "
        "conversations.info conversations.open conversations.replies users.info views.open views.publish views.push "
        "views.update"
    )
    listed = {error for method in methods.split() for error in errors_of(method) or ()}
    assert set(KINDS) - listed - set(COMMON) == set()
