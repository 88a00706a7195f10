"""A Slack that remembers: Web API on the loopback, channels, threads, ephemerals, modals, faults, and what people see.

    async with FakeSlack() as slack:
        api = Web(slack.url)
        platform = SlackPlatform(api, OneWorkspace(slack.token, api))

Every call is held to the contract documents and to the limits; what is wrong is refused as Slack would, and stands in
`slack.wrong`, which a test should find empty. People who talk and click are in `tests.fakes.slack_person`.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.fakes.slack_contract import errors_of, problems_of_blocks, problems_of_call
from tests.fakes.slack_seen import Control, Payload, Seen
from tests.fakes.slack_workspace import Channel, Refusal, Workspace, dm, said

Kind = Literal[
    "error", "throttled", "broken_before", "broken_after", "dropped_before", "dropped_after", "slow", "garbage"
]


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a method (`*`: of any)."""

    kind: Kind
    method: str = "*"
    error: str = ""
    after: float = 1.0
    times: int = 1


class FakeSlack(Workspace):
    """A workspace with its Web API."""

    def __init__(self, *, strict: bool = True, now: Callable[[], float] = time.time) -> None:
        super().__init__(strict=strict, now=now)
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, Payload]] = []
        self.url = ""

    # --- life

    async def __aenter__(self) -> "FakeSlack":
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/answer/{id}", self._response_url)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        self.url = f"{self.origin}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- the API

    def fail(self, kind: Kind, method: str = "*", **more: Any) -> None:
        """Let the next calls of a method go wrong."""
        self.faults.append(Fault(kind, method, **more))

    def counted(self) -> Counter[str]:
        """How often each method was called."""
        return Counter(method for method, _ in self.calls)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        self.calls.append((method, given))
        fault = self._fault(method)
        if fault is not None and fault.kind not in ("broken_after", "dropped_after"):
            return await self._faulty(request, fault, method)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            told: Payload = {"ok": False, "error": "invalid_auth"}
        else:
            told = self._answered(method, given)
        self.changed()
        return web.json_response(told) if fault is None else await self._faulty(request, fault, method)

    def _answered(self, method: str, given: Payload) -> Payload:
        wrong = problems_of_call(method, given) if self.strict else []
        self.wrong += wrong
        if wrong:
            return {"ok": False, "error": "invalid_arguments"}
        try:
            answer: Payload = getattr(self, "_" + method.replace(".", "_"))(given)
            return {"ok": True} | answer
        except Refusal as refusal:
            self._known(method, str(refusal))
            return {"ok": False, "error": str(refusal)}

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method in ("*", method):
                fault.times -= 1
                self.faults = [each for each in self.faults if each.times > 0]
                return fault
        return None

    async def _faulty(self, request: web.Request, fault: Fault, method: str) -> web.StreamResponse:
        match fault.kind:
            case "error":
                self._known(method, fault.error)
                return web.json_response({"ok": False, "error": fault.error})
            case "throttled":
                told = {"ok": False, "error": "ratelimited"}
                return web.json_response(told, status=429, headers={"Retry-After": str(int(fault.after))})
            case "dropped_before" | "dropped_after":
                if request.transport is not None:
                    request.transport.close()
                return web.Response()
            case "slow":
                await asyncio.sleep(fault.after)
                return web.json_response({"ok": False, "error": "request_timeout"})
            case "garbage":
                return web.Response(text="<html>oops</html>", content_type="text/html")
            case _:
                return web.Response(status=500, text="upstream broke")

    def _known(self, method: str, error: str) -> None:
        known = errors_of(method)
        if known is not None and error not in known:
            self.wrong.append(f"{method} never answers {error}")

    # --- methods

    def _auth_test(self, _: Payload) -> Payload:
        return {
            "team_id": self.team,
            "user_id": self.bot,
            "bot_id": "B0BMM",
            "team": "fake",
            "user": "bmm",
            "url": self.origin,
        }

    def _users_info(self, given: Payload) -> Payload:
        if given["user"] not in self.users:
            raise Refusal("user_not_found")
        user = self.users[given["user"]]
        return {"user": {"id": given["user"], **user, "profile": {"display_name": user["name"]}}}

    def _chat_postMessage(self, given: Payload) -> Payload:  # noqa: N802 - named as the method
        channel = self.open(dm(given["channel"]) if given["channel"] in self.users else given["channel"])
        self._allowed(given)
        message = {"type": "message", "user": self.bot, "bot_id": "B0BMM", "ts": self.stamp()} | said(given)
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _chat_update(self, given: Payload) -> Payload:
        message = self.message(self.open(given["channel"]), given["ts"])
        if message["user"] != self.bot:
            raise Refusal("cant_update_message")
        self._allowed(given)
        message.update(said(given) | {"edited": {"user": self.bot, "ts": self.stamp()}})
        return {"channel": given["channel"], "ts": given["ts"], "text": given.get("text", "")}

    def _chat_postEphemeral(self, given: Payload) -> Payload:  # noqa: N802 - named as the method
        channel = self.open(given["channel"])
        if given["user"] not in self.users:
            raise Refusal("user_not_in_channel")
        self._allowed(given)
        message = {"type": "message", "user": self.bot, "ts": self.stamp()} | said(given)
        self.ephemerals.append((given["user"], channel.id, message))
        return {"message_ts": message["ts"]}

    def _views_open(self, given: Payload) -> Payload:
        user = self.triggers.pop(given.get("trigger_id", ""), None)
        if user is None:
            raise Refusal("expired_trigger_id")
        return {"view": self.show_modal(user, given["view"])}

    def _conversations_open(self, given: Payload) -> Payload:
        if given.get("users") not in self.users:
            raise Refusal("user_not_found")
        return {"channel": {"id": dm(given["users"])}}

    def _conversations_info(self, given: Payload) -> Payload:
        channel = self.open(given["channel"])
        return {"channel": {"id": channel.id, "name": channel.name}}

    def _conversations_history(self, given: Payload) -> Payload:
        channel = self.open(given["channel"])
        return self._page(given, [each for each in reversed(channel.messages) if not each.get("thread_ts")])

    def _conversations_replies(self, given: Payload) -> Payload:
        channel = self.open(given["channel"])
        thread = [each for each in channel.messages if given["ts"] in (each["ts"], each.get("thread_ts"))]
        if not thread:
            raise Refusal("thread_not_found")
        return self._page(given, thread)

    # --- what the methods share

    def _allowed(self, given: Payload) -> None:
        wrong = problems_of_blocks(given.get("blocks", [])) if self.strict else []
        self.wrong += wrong
        if wrong:
            raise Refusal("invalid_blocks")

    def _page(self, given: Payload, messages: list[Payload]) -> Payload:
        if "channels:history" not in self.scopes:
            raise Refusal("missing_scope")
        start, most = int(given.get("cursor") or 0), min(int(given.get("limit", 100)), 999)
        metadata = str(given.get("include_all_metadata", "")).lower() in ("1", "true")
        page = [each if metadata else {k: v for k, v in each.items() if k != "metadata"} for each in messages]
        cursor = str(start + most) if start + most < len(messages) else ""
        return {"messages": page[start : start + most], "response_metadata": {"next_cursor": cursor}}

    async def _response_url(self, request: web.Request) -> web.Response:
        url = f"{self.origin}{request.path}"
        user, channel, left = self.answers.get(url, ("", "", 0))
        self.calls.append(("response_url", given := await request.json()))
        if left <= 0:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        self.answers[url] = (user, channel, left - 1)
        self.hear(user, channel, given)
        return web.json_response({"ok": True})


async def _given(request: web.Request) -> Payload:
    if request.content_type == "application/json":
        loaded: Payload = json.loads(await request.read())
        return loaded
    return {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}


__all__ = ["Channel", "Control", "FakeSlack", "Fault", "Seen", "dm"]
