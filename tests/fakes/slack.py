"""A Slack that remembers: Web API on the loopback, channels, threads, ephemerals, views, faults, and what people see.

    async with FakeSlack() as slack:
        api = Web(slack.url)
        platform = SlackPlatform(api, OneWorkspace(slack.token, api))

Every call is held to the contract documents and to the limits; what is wrong is refused as Slack would, and stands in
`slack.wrong`, which a test should find empty. People who talk and click are in `tests.fakes.slack_person`.
`slack.journal` tells who called what, and who saw what; with `limited` a channel takes no more than a post a second.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Literal, Self

from aiohttp import web

from tests.fakes.slack_contract import errors_of, problems_of_call
from tests.fakes.slack_journal import Call
from tests.fakes.slack_methods import Methods
from tests.fakes.slack_seen import Control, Payload, Seen
from tests.fakes.slack_workspace import Channel, Grant, Refusal, Workspace, World, dm
from tests.fakes.slack_world import SCOPES

Kind = Literal[
    "error", "throttled", "broken_before", "broken_after", "dropped_before", "dropped_after", "slow", "garbage"
]
Answering = Callable[[Payload, Grant | None], Payload]


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a method (`*`: of any)."""

    kind: Kind
    method: str = "*"
    error: str = ""
    after: float = 1.0
    times: int = 1


class FakeSlack(Workspace):
    """A workspace with its Web API, and as many more as a test makes."""

    def __init__(self, *, strict: bool = True, limited: bool = False, now: Callable[[], float] = time.time) -> None:
        super().__init__(World(strict=strict, now=now))
        self.limited = limited
        self.token = "xoxb-fake"
        self.scopes = set(SCOPES)
        self.grants = {self.token: Grant(self.token, self.team, self.scopes, self.bot)}
        self.workspaces: dict[str, Workspace] = {self.team: self}
        self.methods: dict[str, Answering] = {}  # what other fakes answer: the payload and whose token it was
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, Payload]] = []
        self.url = ""

    # --- life

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/answer/{id}", self._response_url)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        self.world.origin = self.origin
        self.url = f"{self.origin}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- workspaces and tokens

    def workspace(self, team: str, bot: str = "", enterprise: str = "") -> Workspace:
        """Another workspace behind the same API, with a bot user of its own and nobody else in it."""
        return self.workspaces.setdefault(team, Workspace(self.world, team, bot or f"U{team}BMM", enterprise))

    def grant(self, token: str, team: str, scopes: set[str] | None = None, **more: Any) -> Grant:
        """Let a token act in a workspace; with `organisation`, in all of its `enterprise`."""
        here = self.workspace(team)
        made = Grant(token, team, set(SCOPES) if scopes is None else scopes, here.bot, here.enterprise)
        self.grants[token] = replace(made, **more)
        return self.grants[token]

    def refuse(self, token: str, error: str = "token_revoked") -> None:
        """From now on a token is told only this: token_revoked, token_expired, account_inactive."""
        self.grants[token].error = error

    # --- the API

    def fail(self, kind: Kind, method: str = "*", **more: Any) -> None:
        """Let the next calls of a method go wrong."""
        self.faults.append(Fault(kind, method, **more))

    def counted(self) -> Counter[str]:
        """How often each method was called."""
        return Counter(method for method, _ in self.calls)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given, typed = await _given(request)
        token = given.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append((method, given))
        fault = self._fault(method)
        if fault is not None and fault.kind not in ("broken_after", "dropped_after"):
            self._called(method, token, given, fault.kind)
            return await self._faulty(request, fault, method)
        status, told = self._answered(method, given, token, typed)
        self._called(method, token, given, str(told.get("error", "")))
        self.changed()
        if fault is not None:
            return await self._faulty(request, fault, method)
        headers = {"Retry-After": str(told.pop("retry_after"))} if status == 429 else {}
        return web.json_response(told, status=status, headers=headers)

    def _called(self, method: str, token: str, given: Payload, error: str) -> None:
        team = self.grants[token].team if token in self.grants else ""
        self.journal.calls.append(Call(self.now(), method, token, team, given, error))

    def _answered(self, method: str, given: Payload, token: str, typed: bool) -> tuple[int, Payload]:
        wrong = problems_of_call(method, given, typed) if self.strict else []
        self.wrong.extend(wrong)
        if wrong:
            return 200, {"ok": False, "error": "invalid_arguments"}
        try:
            if method in self.methods:
                return 200, {"ok": True} | self.methods[method](given, self.grants.get(token))
            grant = self._granted(token)
            here = self._meant(grant, given)
            if wait := self._too_fast(method, here, given):
                return 429, {"ok": False, "error": "ratelimited", "retry_after": ceil(wait)}
            answer = Methods.named(method)
            if answer is None:
                raise Refusal("unknown_method")
            return 200, {"ok": True} | answer(Methods(here, grant), given)
        except Refusal as refusal:
            self._known(method, str(refusal))
            return 200, {"ok": False, "error": str(refusal)}

    def _granted(self, token: str) -> Grant:
        if not token:
            raise Refusal("not_authed")
        if token not in self.grants:
            raise Refusal("invalid_auth")
        if error := self.grants[token].error:
            raise Refusal(error)
        if self.grants[token].app:
            raise Refusal("not_allowed_token_type")
        return self.grants[token]

    def _meant(self, grant: Grant, given: Payload) -> Workspace:
        """The workspace of the token; of an organisation's, the one in which the channel, person or trigger is."""
        own = self.workspaces[grant.team]
        if not grant.organisation:
            return own
        named = {given.get(name) for name in ("channel", "user", "user_id", "trigger_id")} - {None}
        view = given.get("view_id", "")
        others = [each for each in self.workspaces.values() if each.enterprise == grant.enterprise]
        meant = (each for each in others if named & {*each.channels, *each.users, *each.triggers})
        return next(meant, next((each for each in others if each.views.find(view)), own))

    def _too_fast(self, method: str, here: Workspace, given: Payload) -> float:
        if method != "chat.postMessage":
            return 0.0
        channel = dm(given["channel"]) if given["channel"] in here.users else given["channel"]
        wait = self.journal.wait(here.team, channel, self.now())
        return wait if self.limited else 0.0

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

    async def _response_url(self, request: web.Request) -> web.Response:
        url = f"{self.origin}{request.path}"
        here, address = self.world.answers.get(url, (self, None))
        self.calls.append(("response_url", given := await request.json()))
        if address is None or address.left <= 0 or self.now() > address.until:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        self.world.answers[url] = (here, replace(address, left=address.left - 1))
        here.hear(address.user, address.channel, given)
        return web.json_response({"ok": True})


async def _given(request: web.Request) -> tuple[Payload, bool]:
    """The arguments of a call, and whether they came as JSON."""
    if request.content_type == "application/json":
        loaded: Payload = json.loads(await request.read())
        return loaded, True
    return {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}, False


__all__ = ["Channel", "Control", "FakeSlack", "Fault", "Grant", "Refusal", "Seen", "Workspace", "dm"]
