"""Socket Mode from Slack's side: addresses with one-time tickets, hello, pings, envelopes, refreshes and bad days.

    async with SocketSlack() as slack:
        socket = SocketMode(Web(slack.url), slack.app_token, deliver)
        await socket.start()
        line = await slack.line()
        sent = await slack.push("events_api", payload)
        await sent.answered

Nothing happens by the clock: what Slack does after three seconds, `redeliver` does when it is called. A protocol that
is not kept stands in `slack.wrong`. `SocketPerson` talks and clicks over the socket.
"""

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_person import JSON, SlackPerson, Told
from tests.fakes.slack_seen import Payload
from tests.fakes.slack_workspace import Grant, Refusal

Kind = Literal["events_api", "interactive", "slash_commands"]

SOCKETS = 10  # of one app: docs.slack.dev/apis/events-api/using-socket-mode
OPEN = "apps.connections.open"
_REDELIVERED = 3  # times, and only what comes by the Events API


@dataclass(eq=False)
class Envelope:
    """Something that Slack has to tell; `answered` holds what rode back on its acknowledgement."""

    kind: Kind
    payload: Payload
    accepts: bool
    attempt: int = 0
    ids: list[str] = field(default_factory=list)  # one a delivery
    answered: "asyncio.Future[Payload]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class SlackLine:
    """One WebSocket, at Slack's end."""

    def __init__(self, slack: "SocketSlack", number: int) -> None:
        self._slack = slack
        self.number = number
        self.socket = web.WebSocketResponse(autoping=False, autoclose=True)
        self.deaf = False  # answers no pings
        self.lossy = False  # what is acknowledged here gets lost
        self.pinged = 0
        self.ponged = 0
        self.owed: dict[str, Envelope] = {}  # sent here and not acknowledged, by envelope id
        self.heard: list[str] = []  # the ids of what was acknowledged here
        self.ended = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Until it is closed."""
        await self.socket.prepare(request)
        self._transport = request.transport
        try:
            await self._slack.greet(self)
            while (frame := await self.socket.receive()).type in (WSMsgType.TEXT, WSMsgType.PING, WSMsgType.PONG):
                await self._hear(frame.type, frame.data)
        finally:
            self.ended.set()
            self._slack.ended(self)
        return self.socket

    async def _hear(self, kind: WSMsgType, data: Any) -> None:
        if kind is WSMsgType.PING:
            self.pinged += 1
            if not self.deaf:
                await self.socket.pong(data)
        elif kind is WSMsgType.PONG:
            self.ponged += 1
        else:
            self._acknowledged(json.loads(data))
        self._slack.changed()

    def _acknowledged(self, told: Payload) -> None:
        if self.lossy:
            return
        envelope = self.owed.pop(told.get("envelope_id", ""), None)
        if envelope is None:
            self._slack.wrong.append("acknowledged twice, or on another connection than it came")
            return
        if strange := set(told) - {"envelope_id", "payload"}:
            self._slack.wrong.append(f"an acknowledgement with {strange}")
        if "payload" in told and not envelope.accepts:
            self._slack.wrong.append("an answer where none is accepted")
        self.heard.append(told["envelope_id"])
        if not envelope.answered.done():
            envelope.answered.set_result(told.get("payload") or {})

    # --- what Slack does

    async def say(self, told: Payload | str) -> None:
        """Send a frame."""
        await self.socket.send_str(told if isinstance(told, str) else json.dumps(told))

    async def ping(self) -> None:
        """Ask whether the bot is there."""
        await self.socket.ping(b"Ping from applink-2")

    async def disconnect(self, reason: str) -> None:
        """Say that the line is to be left."""
        await self.say({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-2"}})

    async def close(self) -> None:
        """Close it properly."""
        await self.socket.close()
        await self.ended.wait()

    async def abort(self) -> None:
        """Tear the cable."""
        assert self._transport is not None
        self._transport.abort()
        await self.ended.wait()


class SocketSlack(FakeSlack):
    """A workspace whose app is reached by WebSockets that the app opens."""

    def __init__(self, *, app_token: str = "xapp-1-fake", **more: Any) -> None:
        super().__init__(**more)
        self.app_token = app_token
        self.lines: list[SlackLine] = []  # those that stand, oldest first
        self.opened = 0  # lines so far
        self.waiting: list[Envelope] = []  # not acknowledged yet, in the order they were first sent
        self.speechless = False  # says no hello
        self.shut = False  # takes no connection
        self.asked: list[float] = []  # when an address was asked for, by the loop's clock
        self.methods[OPEN] = self._opening
        self.admit(app_token)
        self._numbers = itertools.count(1)
        self.tickets: dict[str, bool] = {}  # every ticket so far, and whether it is still good

    async def __aenter__(self) -> "SocketSlack":
        await super().__aenter__()
        app = web.Application()
        app.router.add_get("/link/", self._link)
        self._sockets = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._sockets.setup()
        await web.TCPSite(self._sockets, "127.0.0.1", 0).start()
        self.gate = f"ws://127.0.0.1:{self._sockets.addresses[0][1]}/link/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in list(self.lines):
            await line.abort()
        await self._sockets.cleanup()
        await super().__aexit__()

    # --- lines

    def admit(self, app_token: str) -> None:
        """Let an app-level token open connections."""
        self.grants[app_token] = Grant(app_token, self.team, set(), app=True)

    def _opening(self, _given: Payload, grant: Grant | None) -> Payload:
        self.asked.append(asyncio.get_running_loop().time())
        if grant is None:
            raise Refusal("invalid_auth")
        if not grant.app:
            raise Refusal("not_allowed_token_type")
        ticket = f"ticket-{next(self._numbers)}-a1b2c3"
        self.tickets[ticket] = True
        return {"url": f"{self.gate}?ticket={ticket}&app_id=A0BMM"}

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self.shut or not self.tickets.get(ticket):
            return web.Response(status=403)
        self.tickets[ticket] = False
        self.opened += 1
        return await SlackLine(self, self.opened).serve(request)

    async def greet(self, line: SlackLine) -> None:
        """Say hello to a line, or that there are too many."""
        if len(self.lines) >= SOCKETS:
            await line.disconnect("too_many_websockets")
            await line.socket.close()
            return
        self.lines.append(line)
        if not self.speechless:
            about = {"host": "applink-2", "build_number": 1, "approximate_connection_time": 18060}
            info = {"app_id": "A0BMM"}
            hello = {"type": "hello", "num_connections": len(self.lines), "debug_info": about, "connection_info": info}
            await line.say(hello)
        self.changed()

    def ended(self, line: SlackLine) -> None:
        """A line is gone."""
        if line in self.lines:
            self.lines.remove(line)
        self.changed()

    async def line(self, number: int = 1, seconds: float = 5.0) -> SlackLine:
        """The `number`th line since the beginning, as soon as it stands and was greeted. Raises TimeoutError."""
        await self.until(lambda: any(each.number == number for each in self.lines), seconds)
        return next(each for each in self.lines if each.number == number)

    # --- envelopes

    async def push(
        self,
        kind: Kind,
        payload: Payload,
        *,
        on: SlackLine | None = None,
        attempt: bool = True,
        accepts: bool | None = None,
    ) -> Envelope:
        """Tell something on a line, by default the newest; without `attempt` as Slack did until 2025."""
        envelope = Envelope(kind, payload, accepts=kind != "events_api" if accepts is None else accepts)
        self.waiting.append(envelope)
        envelope.answered.add_done_callback(lambda _: self.waiting.remove(envelope))
        await self._send(envelope, on or self.lines[-1], attempt)
        return envelope

    async def redeliver(self, on: SlackLine | None = None) -> int:
        """Three seconds are over: events that were not acknowledged come again. How many."""
        again = [each for each in self.waiting if each.kind == "events_api" and each.attempt < _REDELIVERED]
        for envelope in again:
            envelope.attempt += 1
            await self._send(envelope, on or self.lines[-1], True)
        return len(again)

    async def _send(self, envelope: Envelope, line: SlackLine, attempt: bool) -> None:
        envelope.ids.append(id := f"{len(envelope.ids)}-{next(self._numbers):08d}-e0ve-10pe")
        told: Payload = {"envelope_id": id, "type": envelope.kind, "payload": envelope.payload}
        told["accepts_response_payload"] = envelope.accepts
        if envelope.kind == "events_api" and attempt:
            told |= {"retry_attempt": envelope.attempt, "retry_reason": "timeout" if envelope.attempt else ""}
        line.owed[id] = envelope
        await line.say(told)


class SocketPerson(SlackPerson):
    """Somebody whose words and clicks come over the socket, and who waits for the acknowledgement."""

    slack: SocketSlack

    async def send(self, body: bytes, content_type: str, headers: dict[str, str] | None = None) -> Told:
        """The same payload as over HTTP, in an envelope."""
        if content_type == JSON:
            sent = await self.slack.push("events_api", json.loads(body))
        else:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
            if "payload" in fields:
                sent = await self.slack.push("interactive", json.loads(fields["payload"]))
            else:
                sent = await self.slack.push("slash_commands", fields)
        async with asyncio.timeout(10):
            return Told(200, await sent.answered)
