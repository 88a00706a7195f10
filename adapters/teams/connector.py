"""The Bot Connector's REST interface: one pooled session, our token, and no more calls than a tenant takes.

See learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference.
"""

import json
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from adapters.teams.limits import APP_PER_SECOND
from adapters.teams.refusals import Doing, Refusal, code_of, meaning
from adapters.teams.trust.credentials import Credentials
from adapters.teams.trust.hosts import Hosts, Strange
from bot.ports import Clock, PlaceGone, SendError

Data = dict[str, Any]

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=3)
_MOST = 4 * 1024 * 1024  # bytes of an answer: a page of a roster is the largest
_CONNECTIONS = 100


class Connector:
    """Calls. A service that is slow holds up whoever waits for its answer, and nobody else."""

    def __init__(self, credentials: Credentials, hosts: Hosts, clock: Clock) -> None:
        self._credentials = credentials
        self._hosts = hosts
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._calls: deque[float] = deque(maxlen=APP_PER_SECOND)  # when the latest were made, in Unix seconds

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session, opened when it is first wanted."""
        if self._session is None:
            tied = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=tied, timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def get(self, service: str, path: str, query: Mapping[str, str] | None = None) -> Data:
        """Read something; may be repeated freely. Raises SendError."""
        return await self._call("GET", service, path, None, query or {}, "look")

    async def post(self, service: str, path: str, body: Data, query: Mapping[str, str] | None = None) -> Data:
        """Send something. Never repeated here: only a 429 says that nothing was posted. Raises SendError."""
        return await self._call("POST", service, path, body, query or {}, "post")

    async def put(self, service: str, path: str, body: Data) -> Data:
        """Put something in the place of what stands there; may be repeated freely. Raises SendError."""
        return await self._call("PUT", service, path, body, {}, "edit")

    async def _call(
        self, method: str, service: str, path: str, body: Data | None, query: Mapping[str, str], doing: Doing
    ) -> Data:
        try:
            url = self._hosts.check(service) + path
        except Strange as error:
            raise PlaceGone(f"strange service: {error}") from None
        try:
            token = await self._credentials.token()
            try:
                return await self._once(method, url, body, query, token)
            except Refusal as refusal:
                if refusal.status != 401 or not token:
                    raise
                # The token was refused and so nothing was done: another one may be taken.
                return await self._once(method, url, body, query, await self._credentials.fresh(token))
        except (SendError, aiohttp.ClientError, OSError, ValueError) as error:
            raise meaning(error, doing) from error

    async def _once(self, method: str, url: str, body: Data | None, query: Mapping[str, str], token: str) -> Data:
        await self._in_turn()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given: dict[str, Any] = {"params": query, "headers": headers, "allow_redirects": False}
        if body is not None:
            given["data"] = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
            headers["Content-Type"] = "application/json; charset=utf-8"
        async with self.session.request(method, url, **given) as response:
            raw = await _read(response)
            if not 200 <= response.status < 300:
                raise Refusal(response.status, code_of(_object(raw, strict=False)), response.headers)
            return _object(raw, strict=bool(raw.strip()))

    async def _in_turn(self) -> None:
        """At most so many calls a second, all conversations of the tenant together."""
        while len(self._calls) == APP_PER_SECOND and (wait := self._calls[0] + 1.0 - self._clock.now().timestamp()) > 0:
            await self._clock.sleep(wait)
        self._calls.append(self._clock.now().timestamp())


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The whole body. Raises ValueError where it is longer than anything that is asked for."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MOST:
            raise ValueError("an answer that is too long")
    return bytes(body)


def path(*parts: str) -> str:
    """`/v3/conversations/…` of these parts, each escaped."""
    return _path("conversations", *parts)


def team_path(*parts: str) -> str:
    """`/v3/teams/…` of these parts, each escaped."""
    return _path("teams", *parts)


def _path(*parts: str) -> str:
    return "/v3" + "".join(f"/{quote(part, safe='')}" for part in parts)


def _object(raw: bytes, *, strict: bool) -> Data:
    """The object in an answer. Raises ValueError for anything else where `strict`; whatever it was, it was done."""
    try:
        found = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError):
        if strict:
            raise ValueError("an answer that cannot be read") from None
        return {}
    return found if isinstance(found, dict) else {}
