"""The fake Slack refuses what Slack refuses, forgets what Slack forgets, and remembers who saw what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack import FakeSlack

TEXT = {"type": "plain_text", "text": "x"}
MODAL: dict[str, Any] = {"type": "modal", "title": TEXT, "blocks": [{"type": "divider"}]}
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}
SAID: dict[str, Any] = {"channel": "C1", "text": "x", "blocks": [{"type": "divider"}]}


@dataclass
class Caller:
    """Somebody with a token, and a clock that stands until it is moved."""

    slack: FakeSlack
    session: aiohttp.ClientSession
    at: float = 1_800_000_000.0

    async def __call__(self, method: str, token: str = "xoxb-fake", form: bool = False, **given: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        sent: dict[str, Any] = {"data": given} if form else {"json": given}
        async with self.session.post(self.slack.url + method, headers=headers, **sent) as response:
            told: dict[str, Any] = await response.json()
            return told | {"status": response.status, "after": response.headers.get("Retry-After")}

    async def error(self, method: str, **given: Any) -> str:
        """What it is told instead."""
        return str((await self(method, **given)).get("error", ""))


@asynccontextmanager
async def calling(**more: Any) -> AsyncIterator[Caller]:
    async with FakeSlack(**more) as slack, aiohttp.ClientSession() as session:
        caller = Caller(slack, session)
        slack.now = lambda: caller.at
        slack.user("U1", "Anna")
        slack.user("U2", "Ben")
        slack.room("C1", "ops")
        yield caller


async def test_a_trigger_opens_one_view_within_three_seconds() -> None:
    async with calling() as call:
        trigger = call.slack.trigger("U1")
        assert (await call("views.open", trigger_id=trigger, view=MODAL))["ok"]
        assert await call.error("views.open", trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
        late = call.slack.trigger("U1")
        call.at += 3.1
        assert await call.error("views.open", trigger_id=late, view=MODAL) == "expired_trigger_id"
        assert await call.error("views.open", trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"


async def test_views_stack_three_deep_and_are_updated_by_id_and_hash() -> None:
    async with calling() as call:
        assert await call.error("views.push", trigger_id=call.slack.trigger("U1"), view=MODAL) == "not_found"
        first = (await call("views.open", trigger_id=call.slack.trigger("U1"), view=MODAL))["view"]
        for expected in ("", "", "push_limit_reached"):
            assert await call.error("views.push", trigger_id=call.slack.trigger("U1"), view=MODAL) == expected
        call.slack.views.back("U1")
        other = MODAL | {"title": {"type": "plain_text", "text": "y"}}
        changed = (await call("views.update", view_id=first["id"], hash=first["hash"], view=other))["view"]
        assert (changed["id"], changed["hash"] != first["hash"]) == (first["id"], True)
        assert await call.error("views.update", view_id=first["id"], hash=first["hash"], view=MODAL) == "hash_conflict"
        assert [each["title"]["text"] for each in call.slack.views.stacks["U1"]] == ["y", "x"]
        call.slack.modals.clear()
        assert await call.error("views.update", view_id=first["id"], view=MODAL) == "not_found"


async def test_a_home_is_published_unless_it_changed_meanwhile() -> None:
    async with calling() as call:
        first = (await call("views.publish", user_id="U1", view=HOME))["view"]
        assert (await call("views.publish", user_id="U1", view=HOME, hash=first["hash"]))["ok"]
        assert await call.error("views.publish", user_id="U1", view=HOME, hash=first["hash"]) == "hash_conflict"
        assert await call.error("views.publish", user_id="U1", view=MODAL) == "invalid_arguments"
        assert call.slack.published == {"U1": 2}
        assert call.slack.home("U2") is None


async def test_a_token_sees_its_own_workspace_and_no_other() -> None:
    async with calling() as call:
        other = call.slack.workspace("T2")
        other.room("C1", "their ops")
        other.room("C9", "theirs alone")
        call.slack.grant("xoxb-2", "T2")
        await call("chat.postMessage", **SAID)
        await call("chat.postMessage", token="xoxb-2", **SAID | {"text": "theirs"})
        assert [each.payload["text"] for each in call.slack.posts("C1")] == ["x"]
        assert [each.payload["text"] for each in other.posts("C1")] == ["theirs"]
        assert await call.error("chat.postMessage", **SAID | {"channel": "C9"}) == "channel_not_found"
        assert (await call("auth.test", token="xoxb-2"))["team_id"] == "T2"
        assert call.slack.journal.tokens("chat.postMessage") == ["xoxb-fake", "xoxb-2", "xoxb-fake"]
        assert [(each.team, each.token) for each in call.slack.journal.entries] == [
            ("T0BMM", "xoxb-fake"), ("T2", "xoxb-2"),
        ]  # fmt: skip


async def test_an_organisations_token_acts_where_the_channel_or_the_person_is() -> None:
    async with calling() as call:
        one, two = call.slack.workspace("T1", enterprise="E1"), call.slack.workspace("T2", enterprise="E1")
        two.user("U7", "Gus")
        one.room("C1")
        two.room("C2")
        call.slack.grant("xoxb-org", "T1", organisation=True)
        await call("chat.postMessage", token="xoxb-org", **SAID | {"channel": "C2"})
        await call("views.publish", token="xoxb-org", user_id="U7", view=HOME)
        assert (len(two.posts("C2")), two.published["U7"], one.posts("C1")) == (1, 1, [])
        told = await call("auth.test", token="xoxb-org")
        assert (told["is_enterprise_install"], told["enterprise_id"]) == (True, "E1")
        alone = call.slack.grant("xoxb-one", "T1")
        assert not alone.organisation
        assert await call.error("chat.postMessage", token="xoxb-one", **SAID | {"channel": "C2"}) == "channel_not_found"


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-x", "invalid_auth"), ("xoxb-fake", "token_revoked")]
)
async def test_a_token_that_is_none_or_strange_or_refused_does_nothing(token: str, error: str) -> None:
    async with calling() as call:
        call.slack.refuse("xoxb-fake")
        assert await call.error("chat.postMessage", token=token, **SAID) == error
        assert call.slack.channel("C1") == []


@pytest.mark.parametrize(
    ("scope", "method", "given"),
    [
        ("chat:write", "chat.postMessage", SAID),
        ("users:read", "users.info", {"user": "U1"}),
        ("channels:read", "conversations.info", {"channel": "C1"}),
        ("channels:read", "conversations.members", {"channel": "C1"}),
        ("channels:history", "conversations.history", {"channel": "C1"}),
        ("links:write", "chat.unfurl", {"channel": "C1", "ts": "1.1", "unfurls": "{}"}),
        ("im:write", "conversations.open", {"users": "U1"}),
    ],
)
async def test_without_its_scope_a_method_does_nothing(scope: str, method: str, given: dict[str, Any]) -> None:
    async with calling() as call:
        call.slack.scopes.discard(scope)
        assert (
            await call.error(method, form=method not in ("chat.postMessage", "chat.unfurl"), **given) == "missing_scope"
        )


async def test_a_private_channel_and_a_persons_chat_take_scopes_of_their_own() -> None:
    async with calling() as call:
        call.slack.room("G1", kind="groups")
        call.slack.scopes -= {"groups:history", "im:history"}
        for channel, error in (("C1", ""), ("G1", "missing_scope"), ("DU1", "missing_scope")):
            assert await call.error("conversations.history", channel=channel) == error


async def test_where_the_bot_is_not_or_a_channel_is_archived_nothing_is_posted() -> None:
    async with calling() as call:
        call.slack.room("C2", bot=False)
        call.slack.room("C3", archived=True)
        for method, more in (("chat.postMessage", {}), ("chat.postEphemeral", {"user": "U1"})):
            assert await call.error(method, **SAID | {"channel": "C2"} | more) == "not_in_channel"
            assert await call.error(method, **SAID | {"channel": "C3"} | more) == "is_archived"
        call.slack.room("C1").members = {"U2"}
        assert await call.error("chat.postEphemeral", **SAID | {"user": "U1"}) == "user_not_in_channel"


async def test_an_ephemeral_is_gone_after_a_reload_and_cannot_be_updated() -> None:
    async with calling() as call:
        stamp = (await call("chat.postEphemeral", **SAID | {"user": "U1"}))["message_ts"]
        assert len(call.slack.private("U1")) == 1
        assert await call.error("chat.update", **SAID | {"ts": stamp}) == "message_not_found"
        call.slack.reload("U1")
        assert call.slack.private("U1") == []
        assert [each.deed for each in call.slack.journal.seen_by("U1")] == ["ephemeral"]


async def test_a_response_url_is_good_five_times_within_half_an_hour() -> None:
    async with calling() as call:
        url, late = (call.slack.answer_url("U1", "C1") for _ in range(2))
        statuses = []
        for _ in range(6):
            async with call.session.post(url, json={"text": "x"}) as response:
                statuses.append(response.status)
        call.at += 1801
        async with call.session.post(late, json={"text": "x"}) as response:
            statuses.append(response.status)
        assert statuses == [200] * 5 + [404] * 2


async def test_pages_follow_one_another_and_metadata_comes_where_it_is_asked_for() -> None:
    async with calling() as call:
        for n in range(5):
            call.slack.post("C1", "U1", str(n))
        marked = {"event_type": "x", "event_payload": {}}
        await call("chat.postMessage", **SAID | {"metadata": marked})
        first = await call("conversations.history", channel="C1", limit=4)
        cursor = first["response_metadata"]["next_cursor"]
        rest = await call("conversations.history", channel="C1", limit=4, cursor=cursor, include_all_metadata=True)
        assert [each["text"] for each in first["messages"] + rest["messages"]] == ["x", "4", "3", "2", "1", "0"]
        assert "metadata" not in first["messages"][0]
        whole = await call("conversations.history", channel="C1", include_all_metadata=True)
        assert whole["messages"][0]["metadata"] == marked
        members = await call("conversations.members", form=True, channel="C1", limit=2)
        assert (members["members"], members["response_metadata"]["next_cursor"]) == (["U0BMM", "U1"], "2")


async def test_a_link_is_unfurled_where_it_stands_and_is_ours() -> None:
    async with calling() as call:
        call.slack.domains = {"bmm.example"}
        stamp = call.slack.post("C1", "U1", "see <https://bmm.example/1> <https://a.b/2>")["ts"]
        blocks = {"blocks": [{"type": "divider"}]}
        where = {"channel": "C1", "ts": stamp}
        assert await call.error("chat.unfurl", **where, unfurls={"https://bmm.example/1": blocks}) == ""
        assert await call.error("chat.unfurl", **where, unfurls={"https://a.b/2": blocks}) == "cannot_unfurl_url"
        strange = {"https://bmm.example/9": blocks}
        assert await call.error("chat.unfurl", **where, unfurls=strange) == "cannot_unfurl_message"
        assert await call.error("chat.unfurl", **where | {"ts": "1.1"}, unfurls=strange) == "cannot_find_message"
        assert await call.error("chat.unfurl", **where) == "missing_unfurls"


async def test_a_channel_takes_a_post_a_second_after_a_short_burst() -> None:
    async with calling(limited=True) as call:
        call.slack.room("C2")
        told = [await call("chat.postMessage", **SAID) for _ in range(5)]
        assert [each["status"] for each in told] == [200, 200, 200, 429, 429]
        assert (told[3]["error"], told[3]["after"]) == ("ratelimited", "1")
        assert len(call.slack.journal.breaches) == 2
        assert (await call("chat.postMessage", **SAID | {"channel": "C2"}))["ok"]
        for _ in range(10):
            call.at += 1
            assert (await call("chat.postMessage", **SAID))["ok"]
        assert (call.slack.journal.most("C1"), call.slack.journal.most("C1", 5)) == (3, 7)


async def test_what_slack_would_call_malformed_is_refused_and_remembered() -> None:
    async with calling() as call:
        assert await call.error("chat.postMessage", channel="C1", txt="x") == "invalid_arguments"
        assert await call.error("chat.postMessage", **SAID | {"blocks": [{"type": "table"}]}) == "invalid_blocks"
        assert await call.error("views.publish", user_id="U1", view=HOME | {"blocks": []}) == "invalid_arguments"
        assert await call.error("chat.postMessage", channel="C1") == "no_text"
        assert len(call.slack.wrong) >= 3
        assert call.slack.channel("C1") == []


async def test_without_strictness_blocks_are_not_checked() -> None:
    async with calling(strict=False) as call:
        assert (await call("chat.postMessage", **SAID | {"blocks": [{"type": "table"}]}))["ok"]
        assert call.slack.wrong == []


async def test_other_fakes_may_answer_a_method() -> None:
    async with calling() as call:
        call.slack.methods["apps.connections.open"] = lambda given, grant: {"url": f"wss://{grant and grant.token}"}
        call.slack.grants["xapp-1"] = replace(call.slack.grants["xoxb-fake"], token="xapp-1", app=True)
        assert (await call("apps.connections.open", token="xapp-1"))["url"] == "wss://xapp-1"
        assert await call.error("chat.postMessage", token="xapp-1", **SAID) == "not_allowed_token_type"
