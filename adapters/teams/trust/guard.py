"""Who may speak as Teams: headers, size and token are checked before anything is parsed, then what the token covers.

See learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication, "Step 4: Verify the JWT
token". Beyond it: only hosts of Teams, one tenant, and each request once.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from aiohttp import web

from adapters import bodies
from adapters.teams.limits import REQUEST_BYTES
from adapters.teams.trust.bounded import is_loopback
from adapters.teams.trust.hosts import Hosts, Strange
from adapters.teams.trust.keys import Keys
from adapters.teams.trust.replays import PROMPT, Replays, print_of
from adapters.teams.trust.tokens import LEEWAY, Claims, Refused, Tokens, bearer_of

Activity = dict[str, Any]

CHANNEL = "msteams"

_PATIENCE = 10.0  # seconds for a body to arrive
_DEEP = 64  # levels of an activity: cards, the deepest that it carries, stay far below


@dataclass(frozen=True)
class _Heard:
    """What is remembered of a request until it is answered."""

    at: float
    print: bytes
    until: float


_HEARD = web.RequestKey("bmm_teams_heard", _Heard)


class Guard:
    """Lets through what the Bot Connector sends to the app `app_id` for the tenant `tenant`. `now` is in Unix seconds.

    `local` is for a fake Teams on the same machine: nobody proves anything, so only this machine may call, and only
    this machine is answered. Without it an app id, a tenant and keys are a must: ValueError.
    """

    def __init__(
        self,
        app_id: str,
        tenant: str,
        keys: Keys | None,
        hosts: Hosts,
        now: Callable[[], float],
        *,
        local: bool = False,
        patience: float = _PATIENCE,
    ) -> None:
        if not local and not (app_id and tenant and keys):
            raise ValueError("Teams' app id, tenant or keys are missing: requests could not be told from forged ones")
        self._tokens = Tokens(keys, [app_id], now) if keys and not local else None
        self._tenant = tenant.casefold()
        self._hosts = Hosts(local=True) if local else hosts
        self._now = now
        self._patience = patience
        self._replays = Replays(now)

    async def read(self, request: web.Request) -> Activity:
        """The activity of a genuine request. Raises Refused with 400, 401, 403, 413 or 415; KeysAway for a 503."""
        start = self._now()
        token = self._bearer(request)
        _check_type(request)
        if self._tokens is None:
            return self._at_home(_parsed(await self._body(request)))
        claims = await self._tokens.verify(token)
        body = await self._body(request)
        heard = _Heard(start, print_of(token, body), claims.expires + LEEWAY)
        if self._replays.came_before(heard.print):
            raise Refused(403, "replayed")
        activity = _parsed(body)
        self._check(activity, claims)
        request[_HEARD] = heard
        return activity

    def answered(self, request: web.Request, status: int) -> None:
        """Say how a request that was let through is answered, just before it is.

        Byte for byte the same with the same token does not come again from Teams where the answer is 2xx and in time;
        after any other answer, or a late one, it may.
        """
        heard = request.get(_HEARD)
        if heard is not None and 200 <= status < 300 and self._now() - heard.at <= PROMPT:
            self._replays.answered(heard.print, heard.until)

    def _bearer(self, request: web.Request) -> str:
        if self._tokens is not None:
            return bearer_of(request.headers.getall("Authorization", []))
        if not is_loopback(request.remote or "") or any(_FORWARDED.match(name) for name in request.headers):
            raise Refused(403, "not from this machine")
        if not is_loopback(request.url.host or "") or "Origin" in request.headers:
            raise Refused(403, "from a page")
        return ""

    async def _body(self, request: web.Request) -> bytes:
        """Raises Refused for more than REQUEST_BYTES, and for a body that does not arrive."""
        try:
            return await bodies.read(request, REQUEST_BYTES, self._patience)
        except bodies.TooLarge:
            raise Refused(413, "too large") from None
        except bodies.NotWhole as error:
            raise Refused(400, "no whole body") from error

    def _at_home(self, activity: Activity) -> Activity:
        self._service(activity.get("serviceUrl"))
        return activity

    def _check(self, activity: Activity, claims: Claims) -> None:
        """What the token covers of an activity, and whose it is. Raises Refused with 401 or 403."""
        if self._service(activity.get("serviceUrl")) != self._service(claims.text("serviceurl")):
            raise Refused(403, "another service than the token's")
        if activity.get("channelId") != CHANNEL:
            raise Refused(403, "another channel than Teams")
        if CHANNEL not in claims.endorsements:
            raise Refused(401, "the key is not endorsed for Teams")
        if set(_tenants(activity)) != {self._tenant}:
            raise Refused(403, "another tenant")

    def _service(self, url: object) -> str:
        if not isinstance(url, str) or not url:
            raise Refused(403, "no service named")
        try:
            return self._hosts.check(url)
        except Strange as strange:
            raise Refused(403, f"strange service: {strange}") from None


_FORWARDED = re.compile(
    r"Forwarded|X-Forwarded-|X-Real-IP|X-Client-IP|CF-|True-Client-IP|Via", re.IGNORECASE
)  # a proxy or a tunnel stands before us


def _check_type(request: web.Request) -> None:
    if set(request.headers.getall("Content-Encoding", ["identity"])) != {"identity"}:
        raise Refused(415, "compressed")
    if request.content_type != "application/json" or len(request.headers.getall("Content-Type")) != 1:
        raise Refused(415, "no JSON")


def _tenants(activity: Activity) -> Iterator[str]:
    """Every tenant that an activity says to be of."""
    conversation, data = activity.get("conversation"), activity.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    for holder, name in ((conversation, "tenantId"), (tenant, "id")):
        found = holder.get(name) if isinstance(holder, dict) else None
        if found is not None:
            yield str(found).casefold()


def _parsed(body: bytes) -> Activity:
    """The object in a body. Raises Refused with 400 for anything else."""
    try:
        found = json.loads(body.decode(), parse_constant=_no_number, parse_float=_number, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise Refused(400, "unreadable") from None
    if not isinstance(found, dict) or not found:
        raise Refused(400, "no object")
    if body.count(b"{") + body.count(b"[") > _DEEP and _is_deep(found):
        raise Refused(400, "too deep")
    return found


def _object(pairs: list[tuple[str, Any]]) -> Activity:
    """An object that names nothing twice: two readers might take another one of both. Raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("named twice")
    return found


def _is_deep(thing: object) -> bool:
    level = [thing]
    for _ in range(_DEEP):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(thing: dict[str, Any] | list[Any]) -> Iterator[Any]:
    return iter(thing.values() if isinstance(thing, dict) else thing)


def _number(text: str) -> float:
    found = float(text)
    return found if math.isfinite(found) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
