"""A Teams that remembers: the Connector on the loopback, teams, chats, targeted messages, dialogs, faults, limits.

    async with FakeTeams() as teams:
        ada = teams.person("Ada Okafor")
        ops = teams.channel("ops", teams.team("Works", {ada.id}))

The bot reaches it at `teams.service`, the `serviceUrl` of every activity. What Teams would not take is refused as the
Connector does, and stands in `teams.wrong`, which a test should find empty. People who talk and click are in
`tests.fakes.teams_person`. `teams.journal` tells what was called, who saw what, and in `breaches` what came faster than
the documented limits; with `limited` that is refused as well.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal, Self

from aiohttp import web

from tests.fakes.teams_issuer import APP, TENANT
from tests.fakes.teams_journal import Call
from tests.fakes.teams_methods import Answer, Methods
from tests.fakes.teams_world import Conversation, Member, Payload, Refusal, Said, Team, World

Kind = Literal[
    "error", "throttled", "broken_before", "broken_after", "dropped_before", "dropped_after", "slow", "garbage"
]
Method = Literal["send", "reply", "edit", "delete", "create", "members", "member", "team", "channels", "*"]
_AFTER = ("broken_after", "dropped_after")
_SENDING = ("send", "reply", "create")


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a method (`*`: of any).

    An `error` has a status and a code; what is `broken` has a status; `after` are seconds to wait, or of waiting.
    """

    kind: Kind
    method: Method = "*"
    status: int = 502
    code: str = ""
    after: float = 1.0
    times: int = 1


class FakeTeams(World):
    """One tenant behind its Connector. `accepts` says whether a bearer token is one that was given to the bot."""

    def __init__(
        self,
        app: str = APP,
        tenant: str = TENANT,
        *,
        strict: bool = True,
        limited: bool = False,
        accepts: Callable[[str], bool] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(app, tenant, now=now)
        self.limited, self.accepts = limited, accepts
        self.methods = Methods(self, strict=strict)
        self.faults: list[Fault] = []

    # --- life

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024**2)
        there, said = "/emea/v3/conversations/{conversation}", "/activities/{activity}"
        app.router.add_post("/emea/v3/conversations", self._create)
        app.router.add_post(f"{there}/activities", self._send)
        app.router.add_post(f"{there}{said}", self._reply)
        app.router.add_put(f"{there}{said}", self._edit)
        app.router.add_delete(f"{there}{said}", self._delete)
        app.router.add_get(f"{there}/pagedmembers", self._members)
        app.router.add_get(there + "/members/{member}", self._member)
        app.router.add_get("/emea/v3/teams/{team}", self._team)
        app.router.add_get("/emea/v3/teams/{team}/conversations", self._channels)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = int(self._runner.addresses[0][1])
        self.service = f"http://127.0.0.1:{self.port}/emea/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def problems(self, attachment: Payload, there: Conversation) -> list[str]:
        """What Teams would find wrong with a card."""
        return self.methods.problems(attachment, there) if self.methods.strict else []

    # --- what goes wrong

    def fail(self, kind: Kind, method: Method = "*", **more: int | float | str) -> None:
        """Let the next calls of a method go wrong."""
        fault = Fault(kind, method)
        for name, value in more.items():
            setattr(fault, name, value)
        self.faults.append(fault)

    def counted(self) -> Counter[str]:
        """How often each method was called."""
        return Counter(each.method for each in self.journal.calls)

    # --- the calls

    async def _create(self, request: web.Request) -> web.StreamResponse:
        return await self._call("create", request, self.methods.create)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        where, private = request.match_info["conversation"], _targeted(request)
        return await self._call("send", request, lambda given: self.methods.send(where, given, targeted=private))

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        where, on = request.match_info["conversation"], request.match_info["activity"]
        private = _targeted(request)
        return await self._call("reply", request, lambda given: self.methods.reply(where, on, given, targeted=private))

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        where, on = request.match_info["conversation"], request.match_info["activity"]
        private = _targeted(request)
        return await self._call("edit", request, lambda given: self.methods.edit(where, on, given, targeted=private))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        where, on = request.match_info["conversation"], request.match_info["activity"]
        private = _targeted(request)
        return await self._call("delete", request, lambda _: self.methods.delete(where, on, targeted=private))

    async def _members(self, request: web.Request) -> web.StreamResponse:
        where, asked = request.match_info["conversation"], request.query
        size, token = int(asked.get("pageSize", 200)), asked.get("continuationToken", "")
        return await self._call("members", request, lambda _: self.methods.members(where, size, token))

    async def _member(self, request: web.Request) -> web.StreamResponse:
        where, who = request.match_info["conversation"], request.match_info["member"]
        return await self._call("member", request, lambda _: self.methods.member(where, who))

    async def _team(self, request: web.Request) -> web.StreamResponse:
        return await self._call("team", request, lambda _: self.methods.team(request.match_info["team"]))

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        return await self._call("channels", request, lambda _: self.methods.channels(request.match_info["team"]))

    # --- how they are answered

    async def _call(
        self, method: Method, request: web.Request, answer: Callable[[Payload], Answer]
    ) -> web.StreamResponse:
        body = await request.read()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        fault = self._fault(method)
        if fault is not None and fault.kind not in _AFTER:
            self._called(method, request, token, {}, fault.status, fault.kind)
            return await self._faulty(request, fault)
        given, refusal, told = {}, None, (200, Payload())
        try:
            given = _read(body)
            self._admit(method, request, given, token)
            told = answer(given)
        except Refusal as error:
            refusal = error
        self._called(
            method, request, token, given, refusal.status if refusal else told[0], refusal.code if refusal else ""
        )
        self.changed()
        if fault is not None:
            return await self._faulty(request, fault)
        return _refused(refusal) if refusal else web.json_response(told[1], status=told[0])

    def _called(self, method: str, request: web.Request, token: str, given: Payload, status: int, code: str) -> None:
        self.journal.calls.append(Call(self.now(), method, request.path, token, given, status, code))

    def _admit(self, method: str, request: web.Request, given: Payload, token: str) -> None:
        """Whether the bot may ask at all: with a token of its own, and not too fast. Raises Refusal."""
        if self.accepts is not None and not self.accepts(token):
            self.wrong.append(f"{method} with a token that nobody gave")
            raise Refusal(401, "Unauthorized", "Authorization has been denied for this request.")
        wait = self.journal.crowded(self.now())
        if method in _SENDING:
            named = given.get("channelData", {}).get("channel", {}).get("id", "chats")
            where = request.match_info.get("conversation", named).partition(";")[0]
            wait = max(wait, self.journal.wait(where, self.now()))
        if wait and self.limited:
            raise Refusal(429, "Throttled", "API calls quota exceeded", after=wait)

    def _fault(self, method: Method) -> Fault | None:
        for fault in self.faults:
            if fault.method in ("*", method):
                fault.times -= 1
                self.faults = [each for each in self.faults if each.times > 0]
                return fault
        return None

    async def _faulty(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.kind:
            case "error":
                return _refused(Refusal(fault.status, fault.code))
            case "throttled":
                return _refused(Refusal(429, "Throttled", after=fault.after))
            case "dropped_before" | "dropped_after":
                if request.transport is not None:
                    request.transport.close()
                return web.Response()
            case "slow":
                await asyncio.sleep(fault.after)
                return web.Response(status=504)
            case "garbage":
                return web.Response(text="<html>oops</html>", content_type="text/html")
            case _:
                return web.Response(status=fault.status, text="upstream broke")


def _refused(refusal: Refusal) -> web.Response:
    after = {"Retry-After": str(ceil(refusal.after))} if refusal.after else {}
    told = {"error": {"code": refusal.code, "message": refusal.message}}
    return web.json_response(told, status=refusal.status, headers=after)


def _read(body: bytes) -> Payload:
    try:
        loaded = json.loads(body or b"{}")
    except ValueError:
        loaded = None
    if not isinstance(loaded, dict):
        raise Refusal(400, "BadSyntax", "Invalid JSON")
    return loaded


def _targeted(request: web.Request) -> bool:
    return request.query.get("isTargetedActivity", "").casefold() == "true"


__all__ = ["Conversation", "FakeTeams", "Fault", "Member", "Refusal", "Said", "Team", "World"]
