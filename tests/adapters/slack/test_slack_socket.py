"""Socket Mode: what Slack tells on its sockets is acknowledged after the commit, and nothing is lost between them."""

import asyncio
import contextlib
import json
import logging
from typing import Any

import pytest

from adapters.slack.socket import SocketMode, Timing
from bot.messages import Field, Form, Words
from bot.ports import Errors
from tests.adapters.slack.slack_stage import Press
from tests.adapters.slack.socket_stage import OPS, QUICK, begun, socket_stage
from tests.fakes.slack_socket import OPEN, SOCKETS, Envelope


async def answered(*sent: Envelope) -> list[dict[str, Any]]:
    """What rode back on acknowledgements, waiting for them."""
    async with asyncio.timeout(5):
        return [await each.answered for each in sent]


def said(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    """What was logged of the bot at this level."""
    return [each.getMessage() for each in caplog.records if each.levelno == level and each.name.startswith("bmm")]


# --- acknowledging


async def test_an_event_is_acknowledged_after_the_commit_and_not_before() -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        here.core.hold()
        sent = await here.slack.push("events_api", here.mention())
        await begun(here.core)
        await here.heard(line)
        assert not sent.answered.done()
        here.core.release.set()
        assert await answered(sent) == [{}]
        assert [event.text for event in here.core.kept] == ["printer jams"]


@pytest.mark.parametrize("attempt", [True, False], ids=["retry_attempt 0", "no retry_attempt"])
async def test_a_first_delivery_is_heard_whatever_it_says_of_attempts(attempt: bool) -> None:
    async with socket_stage() as here:
        await here.slack.line()
        await answered(await here.slack.push("events_api", here.mention(), attempt=attempt))
        assert len(here.core.kept) == 1


async def test_while_the_database_is_down_nothing_is_acknowledged_and_what_comes_again_is_kept() -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        here.core.down = True
        sent = await here.slack.push("events_api", here.mention())
        await begun(here.core)
        await here.heard(line)
        assert not sent.answered.done()
        here.core.down = False
        assert await here.slack.redeliver() == 1
        await answered(sent)
        assert len(here.core.kept) == 1


async def test_a_command_is_told_with_its_own_words_that_the_database_is_down() -> None:
    async with socket_stage() as here:
        await here.slack.line()
        here.core.down = True
        told = await here.anna.command(OPS, "add the printer")
        assert told.body["response_type"] == "ephemeral"
        assert "not kept" in told.body["text"]
        assert "add the printer" in json.dumps(told.body)


async def test_a_bug_ends_no_connection_and_the_event_comes_again() -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        here.core.broken = True
        sent = await here.slack.push("events_api", here.mention())
        await begun(here.core)
        await here.heard(line)
        assert not sent.answered.done()
        here.core.broken = False
        await here.slack.redeliver()
        await answered(sent)
        assert (len(here.core.kept), here.slack.opened) == (1, 1)


async def test_what_is_malformed_is_acknowledged_where_it_can_be_and_ends_no_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        nested: dict[str, Any] = {"type": "event_callback", "team_id": "T0BMM", "event": {"type": "message"}}
        broken: list[Any] = ["text", [], None, nested, {"type": "event_callback"}, {"type": "block_actions"}]
        sent = [await here.slack.push("events_api", each) for each in broken]
        sent.append(await here.slack.push("workflow", here.mention()))  # type: ignore[arg-type]  # none that we know
        for frame in ("{", "[]", "7", "[" * 100_000, '{"type": "events_api", "payload": {}}', '{"envelope_id": 7}'):
            await line.say(frame)
        assert await answered(*sent) == [{}] * 7
        await answered(await here.slack.push("events_api", here.mention()))
        assert (len(here.core.kept), here.slack.opened) == (1, 1)
        assert said(caplog).count("an envelope is malformed") == 6
        assert said(caplog).count("an envelope has no id") == 2


async def test_no_more_is_under_way_at_once_than_may_be() -> None:
    async with socket_stage(most=3) as here:
        await here.slack.line()
        here.core.hold()
        sent = [await here.slack.push("events_api", here.mention(f"ask {n}")) for n in range(20)]
        await begun(here.core, 3)
        here.core.release.set()
        await answered(*sent)
        assert (len(here.core.kept), here.core.most) == (20, 3)


# --- what rides back


async def test_a_form_is_answered_on_its_own_envelope() -> None:
    async with socket_stage() as here:
        await here.slack.line()
        view = {"type": "modal", "callback_id": "bmm:form", "title": {"type": "plain_text", "text": "Ask"}}
        state = {"values": {"title": {"bmm:field": {"type": "plain_text_input", "value": "printer"}}}}
        packed = json.dumps({"i": "stage.press:{}", "c": OPS})
        view |= {"id": "V1", "hash": "1.a", "blocks": [], "private_metadata": packed, "state": state}
        payload = here.anna.interaction("view_submission") | {"view": view}
        here.core.answer = Errors({"title": Words("Too short.")})
        told = await here.anna.interact(payload)
        assert told.body == {"response_action": "errors", "errors": {"title": "Too short."}}
        here.core.answer = Form(Words("Next"), (Field("owner", Words("Owner")),), Press("1"), Words("Save"))
        told = await here.anna.interact(payload)
        assert (told.body["response_action"], told.body["view"]["title"]["text"]) == ("update", "Next")
        here.core.answer = None
        assert (await here.anna.interact(payload)).body == {"response_action": "clear"}


async def test_nothing_rides_back_where_slack_takes_nothing() -> None:
    async with socket_stage() as here:
        await here.slack.line()
        here.core.down = True
        sent = await here.slack.push("slash_commands", here.anna.typed(OPS, "add the printer"), accepts=False)
        assert await answered(sent) == [{}]


# --- connections


async def test_a_refresh_opens_the_next_connection_first_and_loses_nothing_of_what_flows() -> None:
    async with socket_stage(timing=Timing(again=0.02, settled=0)) as here:
        line, sent = await here.slack.line(), list[Envelope]()

        async def tell() -> None:
            sent.append(await here.slack.push("events_api", here.mention(f"ask {len(sent)}"), on=line))
            await here.heard(line)
            assert here.socket.connected()

        for reason in ("refresh_requested", "warning", "warning", "refresh_requested"):
            while len(sent) % 40 != 39:
                await tell()
            await line.disconnect(reason)
            while here.slack.lines[-1] is line:
                await tell()
            newest = here.slack.lines[-1]
            await here.heard(newest)
            await tell()  # the old one is read on, until Slack closes it
            await line.close()
            line = newest
        while len(sent) < 200:
            await tell()
        await answered(*sent)
        assert here.slack.opened == 5
        assert [event.text for event in here.core.kept] == [f"ask {n}" for n in range(len(sent))]


async def test_what_is_under_way_on_a_connection_that_is_left_is_acknowledged_there() -> None:
    async with socket_stage() as here:
        old = await here.slack.line()
        here.core.hold()
        sent = await here.slack.push("events_api", here.mention())
        await begun(here.core)
        await old.disconnect("refresh_requested")
        await here.slack.line(2)
        here.core.release.set()
        await answered(sent)
        assert old.heard == sent.ids


async def test_an_old_connection_that_slack_does_not_close_is_closed_by_us() -> None:
    async with socket_stage(timing=Timing(again=0.02, linger=0.05)) as here:
        old = await here.slack.line()
        await old.disconnect("refresh_requested")
        await here.slack.line(2)
        async with asyncio.timeout(5):
            await old.ended.wait()
        assert here.socket.connected()


async def test_a_torn_connection_loses_nothing_that_slack_sends_again() -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        here.core.hold()
        sent = [await here.slack.push("events_api", here.mention(f"ask {n}")) for n in range(10)]
        await begun(here.core, 10)
        await line.abort()
        unread = await here.slack.push("events_api", here.mention("never read"), on=await here.slack.line(2))
        here.core.release.set()
        assert await answered(unread) == [{}]
        assert not any(each.answered.done() for each in sent)  # kept, but the acknowledgement found no way
        assert await here.slack.redeliver() == 10
        await answered(*sent)
        assert sorted(event.text for event in here.core.kept) == sorted(
            [*(f"ask {n}" for n in range(10)), "never read"]
        )


async def test_no_connection_is_reported_until_slack_has_said_hello() -> None:
    async with socket_stage(started=False, timing=Timing(hello=0.05, again=0.02)) as here:
        here.slack.speechless = True
        await here.socket.start()
        mute = await here.slack.line()
        assert not here.socket.connected()
        async with asyncio.timeout(5):
            await mute.ended.wait()
        here.slack.speechless = False
        await here.connected()


@pytest.mark.parametrize("stall", ["deaf", "forgetful"])
async def test_a_connection_that_fell_silent_is_replaced(stall: str) -> None:
    timing = Timing(ping=0.1, again=0.02, silence=30 if stall == "deaf" else 0.2)
    async with socket_stage(timing=timing) as here:
        line = await here.slack.line()
        line.deaf = stall == "deaf"  # else it answers our pings, and says nothing of its own
        await here.slack.line(2)
        await answered(await here.slack.push("events_api", here.mention()))


async def test_a_quiet_workspace_is_no_silence() -> None:
    async with socket_stage(timing=Timing(ping=0.2, again=0.02, silence=1.0)) as here:
        line = await here.slack.line()
        for pings in range(1, 8):
            await here.slack.until(lambda pings=pings: line.pinged >= pings)  # type: ignore[misc]  # a bound lambda
            await line.ping()
        assert here.slack.opened == 1


async def test_connections_that_fail_are_tried_again_more_and_more_slowly() -> None:
    async with socket_stage(timing=Timing(again=0.02, longest=0.2), started=False) as here:
        here.slack.shut = True
        await here.socket.start()
        await here.slack.until(lambda: len(here.slack.asked) == 7)
        gaps = [late - early for early, late in zip(here.slack.asked, here.slack.asked[1:], strict=False)]
        assert all(gap >= least for gap, least in zip(gaps, (0.02, 0.04, 0.08, 0.1, 0.1, 0.1), strict=True))
        here.slack.shut = False
        await here.connected()


async def test_connections_that_end_at_once_are_no_reason_to_hurry() -> None:
    async with socket_stage(timing=Timing(again=0.02, longest=0.2)) as here:
        for number in range(1, 6):
            await (await here.slack.line(number)).abort()
        await here.slack.line(6)
        gaps = [late - early for early, late in zip(here.slack.asked, here.slack.asked[1:], strict=False)]
        assert all(gap >= least for gap, least in zip(gaps, (0.02, 0.04, 0.08, 0.1, 0.1), strict=True))


async def test_slacks_own_pause_is_kept_before_an_address_is_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    async with socket_stage(started=False) as here:
        here.slack.fail("throttled", OPEN, after=1)
        began = asyncio.get_running_loop().time()
        await here.socket.start()
        await here.slack.line()
        assert here.slack.asked[0] - began >= 1
        assert (here.slack.counted()[OPEN], len(said(caplog))) == (2, 1)


async def test_a_wrong_app_token_is_said_clearly_and_tried_again_slowly(caplog: pytest.LogCaptureFixture) -> None:
    async with socket_stage(token="xapp-1-old") as here:
        await here.slack.until(lambda: len(here.slack.asked) == 3)
        assert not here.socket.connected()
        [first, *_] = said(caplog, logging.ERROR)
        assert "BMM_SLACK_APP_TOKEN (invalid_auth)" in first
        assert all(late - early >= 0.1 for early, late in zip(here.slack.asked, here.slack.asked[1:], strict=False))
        here.slack.admit("xapp-1-old")
        await here.connected()


async def test_socket_mode_turned_off_is_said_and_not_fought_against(caplog: pytest.LogCaptureFixture) -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        await line.disconnect("link_disabled")
        async with asyncio.timeout(5):
            await line.ended.wait()
        assert not here.socket.connected()
        assert ["turned off" in each for each in said(caplog, logging.ERROR)] == [True]
        await here.slack.line(2)  # turned on again, which is found out without a restart
        first, second = here.slack.asked
        assert second - first >= QUICK.refused


async def test_too_many_connections_are_said_and_not_fought_for(caplog: pytest.LogCaptureFixture) -> None:
    async with socket_stage(started=False) as here, contextlib.AsyncExitStack() as stack:
        for number in range(1, SOCKETS + 1):
            other = SocketMode(here.web, here.slack.app_token, here.socket._deliver)
            stack.push_async_callback(other.stop)
            await other.start()
            await here.slack.line(number)
        await here.socket.start()
        await here.slack.until(lambda: len(here.slack.asked) == SOCKETS + 2)
        assert not here.socket.connected()
        assert "ten connections" in said(caplog, logging.ERROR)[0]
        assert here.slack.asked[-1] - here.slack.asked[-2] >= QUICK.longest


# --- the end


async def test_stopping_takes_nothing_new_and_acknowledges_what_is_under_way() -> None:
    async with socket_stage() as here:
        line = await here.slack.line()
        here.core.hold()
        sent = [await here.slack.push("events_api", here.mention(f"ask {n}")) for n in range(3)]
        await begun(here.core, 3)
        stopping = asyncio.create_task(here.socket.stop())
        await here.heard(line)
        late = await here.slack.push("events_api", here.mention("late"))
        await here.heard(line)
        assert not stopping.done()
        here.core.release.set()
        await stopping
        await answered(*sent)
        assert not late.answered.done()
        assert [event.text for event in here.core.kept] == ["ask 0", "ask 1", "ask 2"]
        assert (line.ended.is_set(), line.socket.close_code, here.socket.connected()) == (True, 1000, False)
        assert (here.slack.lines, here.slack.opened) == ([], 1)


async def test_stopping_waits_for_nothing_for_ever() -> None:
    async with socket_stage(timing=Timing(drain=0.05)) as here:
        await here.slack.line()
        here.core.hold()
        sent = await here.slack.push("events_api", here.mention())
        await begun(here.core)
        await here.socket.stop()
        assert (sent.answered.done(), here.core.under_way) == (False, 0)


async def test_stopping_before_slack_answers_leaves_nothing_behind() -> None:
    async with socket_stage(started=False) as here:
        here.slack.speechless = True
        await here.socket.start()
        await here.slack.line()
        await here.socket.stop()
        await here.slack.until(lambda: not here.slack.lines)
        await here.socket.stop()


# --- the log


async def test_no_ticket_token_or_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bmm")
    async with socket_stage(timing=Timing(again=0.02, longest=0.05)) as here:
        line = await here.slack.line()
        here.core.broken = True
        await here.slack.push("events_api", here.mention("my secret"))
        await here.slack.push("events_api", {"type": "event_callback", "event": "my secret"})
        await begun(here.core)
        await line.say("my secret")
        await here.heard(line)
        here.slack.shut = True
        await line.abort()
        await here.slack.until(lambda: len(here.slack.asked) > 3)
        everything = "\n".join(f"{each.getMessage()} {each.__dict__}" for each in caplog.records if "bmm" in each.name)
        assert "no connection to Slack" in everything
        for secret in (*here.slack.tickets, "ticket=", "ws://", here.slack.app_token, "my secret"):
            assert secret not in everything + caplog.text
