"""Socket Mode: Slack's events, commands and clicks over a WebSocket that we open, for a bot that nobody can reach.

Protocol: docs.slack.dev/apis/events-api/using-socket-mode, and what slack_sdk.socket_mode does.

It stands on aiohttp's WebSocket and not on slack_sdk's client, whose version 3.47 cannot keep what is promised here:
it closes the old connection before it opens the next, so every refresh is a gap; it hands envelopes to any number of
tasks and keeps no hold of them, so that none can be waited for at the end; its watchdog heeds only the answers to its
own pings; and it logs what people write and, where a connection fails, the address with its ticket.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.response import BoltResponse

from adapters.slack.lines import Line
from adapters.slack.reading.payload import Malformed, Payload
from adapters.slack.web import Web
from bot.ports import SendError, Throttled

log = logging.getLogger("bmm.slack")

Deliver = Callable[[Payload], Awaitable[BoltResponse]]

_KINDS = ("events_api", "interactive", "slash_commands")
_OFF = (
    "Socket Mode is turned off for this app. Turn it on at api.slack.com/apps, under Socket Mode, or unset "
    "BMM_SLACK_APP_TOKEN and use HTTP"
)
_REFUSED = (
    "Slack refuses BMM_SLACK_APP_TOKEN (%s). It is the app-level token that begins with xapp-, with the scope "
    "connections:write, from Basic Information at api.slack.com/apps"
)
_TOO_MANY = "Slack allows ten connections of one app, and there are as many: end what else runs with this app's token"


@dataclass(frozen=True)
class Timing:
    """How patient Socket Mode is, in seconds."""

    ping: float = 10.0  # nothing heard for so long: we ping, and give the answer half as long
    silence: float = 60.0  # neither a ping nor a message of Slack's own for so long: replaced
    hello: float = 10.0  # for Slack's hello on a new connection
    again: float = 0.5  # before the next connection; doubled with each that failed or ended before it had settled
    longest: float = 60.0  # the doubling ends here
    settled: float = 30.0
    refused: float = 300.0  # between tries where only somebody with the app's settings can help
    linger: float = 15.0  # a replaced connection is read on, until Slack closes it
    drain: float = 5.0  # for what is under way when we stop


class SocketMode:
    """Keeps a connection to Slack and hands what comes on it to `deliver`, at most `most` envelopes at once.

    An envelope is acknowledged when `deliver` has returned, which is after the commit. Where it raises or answers 500
    and more the envelope is not, and Slack sends it again: the inbox knows by its key what it has kept, so how often
    Slack has tried (`retry_attempt`, 0 at first) decides nothing.
    """

    def __init__(
        self, web: Web, app_token: str, deliver: Deliver, *, timing: Timing | None = None, most: int = 500
    ) -> None:
        self._web = web
        self._token = app_token
        self._deliver = deliver
        self._timing = timing or Timing()
        self._room = asyncio.Semaphore(most)
        self._lines: set[Line] = set()
        self._work: set[asyncio.Task[None]] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Begin to connect, and go on for as long as it takes; a Slack that is away or refuses stops nobody here."""
        self._keeping = asyncio.create_task(self._keep())

    def connected(self) -> bool:
        """Whether Slack can reach us now."""
        return any(line.live for line in self._lines)

    async def stop(self) -> None:
        """Take nothing new, let what is under way be acknowledged, then close. What was not taken Slack sends again."""
        self._stopping = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        if self._work:
            await asyncio.wait(self._work, timeout=self._timing.drain)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, *(line.close() for line in self._lines), return_exceptions=True)

    # --- connections

    async def _keep(self) -> None:
        """Hold a connection, and open the next where it is to be replaced: never in a hurry, nor all bots at once."""
        short = 0  # tries in a row that failed, or whose connection ended before it had settled
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            rest = await self._held()
            short = 0 if clock() - began > self._timing.settled else short + 1
            await asyncio.sleep(max(rest, self._pause(short)))

    def _pause(self, short: int) -> float:
        most = min(self._timing.longest, self._timing.again * 2.0 ** min(short, 20))
        return most * random.uniform(0.5, 1)  # noqa: S311 - spreads, hides nothing

    async def _held(self) -> float:
        """Open a connection and hold it until it is to be replaced; then the least seconds until the next try."""
        try:
            line = await self._opened()
        except Throttled as error:
            log.warning("Slack gives no address for Socket Mode now; bmm goes on trying")
            return error.after
        except SendError as error:
            log.error(_REFUSED, error)
            return self._timing.refused
        except Exception as error:  # noqa: BLE001 - whatever it is: not to try again would leave us deaf
            # Only its name: the words of aiohttp's errors hold the address, and that holds a ticket.
            log.warning("no connection to Slack (%s); bmm goes on trying", type(error).__name__)
            return 0
        return self._rest(line, await line.leaving())

    async def _opened(self) -> Line:
        """A new connection that Slack has greeted; from then on the others are let go. Raises SendError and others."""
        told = await self._web.call(self._token, "apps.connections.open", "look", {})
        socket = await self._web.session.ws_connect(
            str(told.get("url")),
            autoping=False,
            heartbeat=self._timing.ping,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
            proxy=self._web.client.proxy,
            ssl=self._web.client.ssl or True,
        )
        line = Line(socket, self._taken, self._timing.silence)
        self._lines.add(line)
        line.reading.add_done_callback(lambda _: self._lines.discard(line))
        try:
            async with asyncio.timeout(self._timing.hello):
                greeted = await line.greeted()
        except TimeoutError:
            await line.close()
            raise
        if greeted:
            log.info("connected to Slack by Socket Mode")
            for old in self._lines - {line}:
                old.retire(self._timing.linger)
        return line

    def _rest(self, line: Line, why: str) -> float:
        """The least seconds until the next connection, where this one is to be replaced and why."""
        match why:
            case "link_disabled":
                log.error(_OFF)
                line.retire(0)
                return self._timing.refused
            case "too_many_websockets":
                log.error(_TOO_MANY)
                line.retire(0)
                return self._timing.longest
            case "dropped" | "silent":
                log.warning("the connection to Slack was lost (%s); bmm connects again", why)
            case _:
                log.info("Slack asks for a new connection")
        return 0

    # --- envelopes

    async def _taken(self, line: Line, envelope: Payload) -> None:
        """Begin to handle an envelope. Waits while we are full, and so does Slack behind the socket."""
        await self._room.acquire()
        if self._stopping:
            self._room.release()
            return
        task = asyncio.create_task(self._handled(line, envelope))
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        self._room.release()

    async def _handled(self, line: Line, envelope: Payload) -> None:
        id = envelope.get("envelope_id")
        if not isinstance(id, str):
            log.warning("an envelope has no id")  # there is nothing to acknowledge it by
            return
        try:
            response = await self._delivered(envelope)
        except Exception:  # not acknowledged, so that Slack sends it again
            log.exception("an envelope was not handled", extra={"envelope": id})
            return
        if response.status != 200:
            log.warning("an envelope was not taken", extra={"envelope": id, "status": response.status})
        if response.status >= 500:
            return  # Slack sends it again
        if not await line.send({"envelope_id": id} | _riding(envelope, response)):
            log.warning("an acknowledgement came too late", extra={"envelope": id})

    async def _delivered(self, envelope: Payload) -> BoltResponse:
        """What becomes of the payload. What is malformed is acknowledged: to see it again would mend nothing."""
        payload = envelope.get("payload")
        try:
            if envelope.get("type") not in _KINDS or not isinstance(payload, dict):
                raise Malformed("envelope")
            return await self._deliver(payload)
        except Malformed as malformed:
            log.warning("an envelope is malformed", extra={"reason": str(malformed)})
            return BoltResponse(status=200)


def _riding(envelope: Payload, response: BoltResponse) -> dict[str, Any]:
    """What rides back on the acknowledgement, where Slack waits for something."""
    waits = response.status == 200 and envelope.get("accepts_response_payload")
    return {"payload": json.loads(response.body)} if waits and response.body.startswith("{") else {}
