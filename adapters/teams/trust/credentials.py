"""Our own tokens for the Bot Connector: asked of Entra or of the machine's managed identity, and renewed ahead of time.

See learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, and for managed identities
learn.microsoft.com/azure/app-service/overview-managed-identity (which Container Apps shares) and
learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from adapters.teams.trust.bounded import safe, told
from adapters.teams.trust.keys import Session
from bot.ports import SendError, TenantGone, Throttled

log = logging.getLogger("bmm.teams")

IMDS = "http://169.254.169.254"  # the instance metadata service, the same address on every machine in Azure
PUBLIC, US_GOVERNMENT = "https://api.botframework.com", "https://api.botframework.us"  # as the Bot Connector is called

_PATIENCE = 5.0  # seconds
_MOST = 64 * 1024  # bytes of an answer
_AHEAD = 300.0  # seconds before its end that a token is renewed
_SOON = 2.0  # seconds after a failure before it is tried again
_LATER = 30.0  # the same, while the old token serves
_REST = 300.0  # the same at most, whatever is asked of us
_PASSING = (404, 408, 410, 429)  # managed identities: 404 and 410 while the service behind is being updated
_WORD = re.compile(r"[a-z_]{1,60}", re.ASCII)
_CODE = re.compile(r"AADSTS[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True)
class Granted:
    """A token and when it runs out, in Unix seconds."""

    token: str = field(repr=False)
    until: float


class Source(Protocol):
    """Where our tokens come from."""

    async def ask(self, session: aiohttp.ClientSession, now: float) -> Granted:
        """A token. Raises SendError, and what the session raises."""
        ...


def connector(login_url: str) -> str:
    """What the Bot Connector is called where people log in at `login_url`: US government has its own.

    See learn.microsoft.com/azure/bot-service/how-to-deploy-gov-cloud-high.
    """
    host = urlsplit(login_url).hostname or ""
    return US_GOVERNMENT if host == "login.microsoftonline.us" else PUBLIC


class ClientSecret:
    """An app with a secret of its own, in a tenant that logs in at `login_url`. ValueError where one is missing."""

    def __init__(self, login_url: str, tenant: str, app_id: str, password: str) -> None:
        if not (re.fullmatch(r"[\w.-]+", tenant, re.ASCII) and app_id and password):
            raise ValueError("Teams' tenant, app id or password is missing or malformed")
        self._url = f"{safe(login_url).rstrip('/')}/{tenant}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": password,
            "scope": f"{connector(login_url)}/.default",
        }

    async def ask(self, session: aiohttp.ClientSession, now: float) -> Granted:
        """A token for the app. Raises as Source says."""
        async with session.post(self._url, data=self._form, allow_redirects=False) as response:
            return await _granted(response, now)


class ManagedIdentity:
    """An identity that the machine itself has; `app_id` says which, since it may have several.

    App Service and Container Apps name their endpoint in `environ`; elsewhere in Azure it is at `imds`.
    """

    def __init__(self, app_id: str, environ: Mapping[str, str], resource: str = PUBLIC, imds: str = IMDS) -> None:
        if not app_id:
            raise ValueError("Teams' app id is missing")
        endpoint, secret = environ.get("IDENTITY_ENDPOINT"), environ.get("IDENTITY_HEADER")
        hosted = bool(endpoint and secret)
        self._url = endpoint if endpoint and hosted else f"{imds}/metadata/identity/oauth2/token"
        self._headers = {"X-IDENTITY-HEADER": secret} if secret and hosted else {"Metadata": "true"}
        version = "2019-08-01" if hosted else "2018-02-01"
        self._params = {"api-version": version, "resource": resource, "client_id": app_id}

    async def ask(self, session: aiohttp.ClientSession, now: float) -> Granted:
        """A token for the identity. Raises as Source says."""
        given: dict[str, Any] = {"params": self._params, "headers": self._headers, "allow_redirects": False}
        async with session.get(self._url, **given) as response:
            return await _granted(response, now)


class Nobody:
    """Local mode: there is no token, and nobody asks for one."""

    async def ask(self, session: aiohttp.ClientSession, now: float) -> Granted:
        """An empty token that is good for ever."""
        return Granted("", float("inf"))


class Credentials:
    """The token of the moment, from `source`, asked for once however many want it. `now` is in Unix seconds."""

    def __init__(self, source: Source, session: Session, now: Callable[[], float], patience: float = _PATIENCE) -> None:
        self._source = source
        self._session = session
        self._now = now
        self._patience = patience
        self._held: Granted | None = None
        self._renew_at = 0.0
        self._failure: SendError | None = None  # of the last try, for as long as the next one waits
        self._lock = asyncio.Lock()

    def refused(self) -> bool:
        """Whether we were told last that we are nobody, or not allowed."""
        return isinstance(self._failure, TenantGone)

    async def token(self) -> str:
        """A token that is good for a while, empty for nobody. Raises Throttled (nothing was sent) and TenantGone."""
        held = self._held
        if held is not None and held.until > self._now():
            if self._now() >= self._renew_at and not self._lock.locked():
                with contextlib.suppress(SendError):  # it is tried again, and the old one serves on
                    held = await self._asked(held)
            return held.token
        return (await self._asked(held)).token

    async def fresh(self, old: str) -> str:
        """Another token than `old`, which was refused. Raises as `token` does."""
        held = self._held
        return (await self._asked(held) if held is None or held.token == old else held).token

    async def _asked(self, seen: Granted | None) -> Granted:
        """A newer grant than the one that was seen; whoever waits for the same try shares its end."""
        async with self._lock:
            if self._held is not None and self._held is not seen:
                return self._held
            if self._failure is not None and 0 < self._renew_at - self._now() <= _REST:  # or was the clock set back?
                raise self._failure.with_traceback(None)
            try:
                self._held, self._failure = await self._ask(), None
            except SendError as error:
                self._failure = error
            return self._settled()

    def _settled(self) -> Granted:
        """The outcome of a try, and when the next one is due."""
        now, held, failure = self._now(), self._held, self._failure
        if held is not None and failure is None:
            self._renew_at = held.until - min(_AHEAD, (held.until - now) / 2)
            return held
        failure = failure or Throttled(_SOON)
        rest = failure.after if isinstance(failure, Throttled) else _SOON
        self._renew_at = now + (max(rest, _LATER) if held and held.until > now + _LATER else rest)
        log.warning("a token for Teams was not given", extra={"error": repr(failure)})
        raise failure

    async def _ask(self) -> Granted:
        try:
            async with asyncio.timeout(self._patience):
                return await self._source.ask(self._session(), self._now())
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise Throttled(_SOON) from error


async def _granted(response: aiohttp.ClientResponse, now: float) -> Granted:
    """What an answer grants. Raises Throttled for what passes, TenantGone for what has to be mended by somebody."""
    if response.status != 200:
        raise await _refused(response)
    answer = await told(response, _MOST)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise ValueError("no token in the answer")
    lasts = _seconds(answer.get("expires_in"))
    until = now + lasts if lasts else _seconds(answer.get("expires_on"))
    return Granted(token, until if until > now else now + 2 * _SOON)


async def _refused(response: aiohttp.ClientResponse) -> SendError:
    """Of what is told only the codes are taken: descriptions may repeat what was sent."""
    answer: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        answer = await told(response, _MOST)
    word, code = str(answer.get("error") or ""), _CODE.search(str(answer.get("error_description") or ""))
    passing = response.status in _PASSING or not 400 <= response.status < 500 or word == "temporarily_unavailable"
    if passing:
        after = _seconds(response.headers.get("Retry-After"))
        return Throttled(min(max(after, _SOON), _REST))
    named = word if _WORD.fullmatch(word) else f"HTTP {response.status}"
    return TenantGone(f"{named} {code.group()}" if code else named)


def _seconds(told_: object) -> float:
    """A number of seconds, as a number or as its digits; 0 for anything else."""
    if isinstance(told_, str) and told_.isdecimal() and len(told_) < 16:
        return float(told_)
    return float(told_) if isinstance(told_, int) and not isinstance(told_, bool) and told_ > 0 else 0.0
