"""`bmm serve` in a process of its own, with an app token and no address that Slack could call."""

import asyncio
import json
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from tests.fakes.slack_seen import Seen
from tests.fakes.slack_socket import SocketPerson, SocketSlack
from tests.running import Running, clean_environment, running

OPS = "C1OPS"


def scene(slack: SocketSlack) -> tuple[SocketPerson, dict[str, str]]:
    """Somebody in #ops, and the settings of the bot."""
    slack.room(OPS, "ops")
    tokens = {"BMM_SLACK_BOT_TOKEN": slack.token, "BMM_SLACK_APP_TOKEN": slack.app_token}
    anna = SocketPerson(slack, "U1ANNA", "Anna", "", "")
    return anna, {"BMM_PORT": "0", "BMM_SLACK_API_URL": slack.url, **tokens}


def card(slack: SocketSlack) -> Seen | None:
    """The card of the first ask, once it stands there."""
    return next((each for each in slack.posts(OPS) if "OPS-1 logged" in each.text), None)


def ready(started: Running) -> bool:
    """What `/readyz` says of Slack."""
    try:
        with urllib.request.urlopen(f"{started.url}/readyz", timeout=5) as answer:
            return bool(json.load(answer)["slack"])
    except urllib.error.HTTPError as error:
        return bool(json.load(error)["slack"])


async def test_a_mention_becomes_a_card_by_socket_mode_alone(tmp_path: Path) -> None:
    async with SocketSlack() as slack:
        anna, settings = scene(slack)
        with ExitStack() as stack:
            started = await asyncio.to_thread(stack.enter_context, running(tmp_path, "serve", **settings))
            line = await slack.line()
            await anna.mention(OPS, "water the plants by tomorrow", twin=True)
            await slack.until(lambda: card(slack), 20)
            assert await asyncio.to_thread(ready, started)

            await line.disconnect("refresh_requested")
            await slack.line(2)
            await line.close()
            found = card(slack)
            assert found is not None
            await anna.press(found, "Low")
            await slack.until(lambda: (now := card(slack)) and "Priority: Low" in now.text, 20)
            assert await asyncio.to_thread(started.stop) == 0
        assert slack.lines == []
        assert sum("OPS-1 logged" in each.text for each in slack.posts(OPS)) == 1
        assert slack.wrong == []


async def test_not_even_the_chattiest_log_holds_a_ticket_or_a_token(tmp_path: Path) -> None:
    async with SocketSlack() as slack:
        anna, settings = scene(slack)
        with (tmp_path / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                cwd=tmp_path,
                env=clean_environment(**settings, BMM_LOG="text,debug"),
                stdout=log,
                stderr=log,
            )
            try:
                await slack.line(seconds=30)  # for a process to start on a busy machine
                await anna.mention(OPS, "the badge printer jams")
                await slack.until(lambda: card(slack), 20)
            finally:
                process.terminate()
                await process.wait()
        said = (tmp_path / "log").read_text()
        assert "connected to Slack by Socket Mode" in said
        for secret in (*slack.tickets, slack.token, slack.app_token, "badge printer"):
            assert [each for each in said.splitlines() if secret in each] == []
