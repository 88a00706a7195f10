"""What is wrong with a set-up of Teams, and how to mend it."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping

import aiohttp

from adapters.ops.doctor import Finding
from adapters.teams.trust.bounded import is_loopback
from adapters.teams.trust.credentials import IMDS, ClientSecret, ManagedIdentity, Source, connector
from adapters.teams.trust.hosts import Hosts
from adapters.teams.trust.keys import Keys, KeysAway
from bot.ports import SendError, TenantGone
from bot.settings import Settings

_PATIENCE = 10.0  # seconds for each answer
_CODE = re.compile(r"AADSTS[0-9]+", re.ASCII)
_IDS = "Compare BMM_TEAMS_APP_ID and BMM_TEAMS_TENANT_ID with the overview of the app registration"
_ANOTHER = (
    "Make another one under Certificates & secrets of the app registration, and set BMM_TEAMS_APP_PASSWORD to its"
)

# learn.microsoft.com/entra/identity-platform/reference-error-codes: what is wrong, and how to mend it
_SAYS = {
    "AADSTS7000215": ("the client secret is wrong", f"{_ANOTHER} Value: the Secret ID is none"),
    "AADSTS7000222": ("the client secret ran out", f"{_ANOTHER} Value"),
    "AADSTS700016": ("the tenant does not know the app", _IDS),
    "AADSTS90002": ("there is no such tenant", _IDS),
    "AADSTS900023": ("there is no such tenant", _IDS),
    "AADSTS7000112": ("the app is turned off", "Let people sign in: Enterprise applications, the app, Properties"),
    "AADSTS7000229": ("the app is not at home in the tenant", "Make it an enterprise application there"),
    "AADSTS500011": (
        "this cloud does not know the Bot Connector",
        "BMM_TEAMS_LOGIN_URL is that of another cloud than the bot's",
    ),
    "AADSTS53003": ("a rule of conditional access forbids it", "Ask who administers the tenant to except this app"),
}


class Examination:
    """Looks at Teams as the settings join it. `environ` and `imds` say where a managed identity is asked for.

    `now` is in Unix seconds.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        now: Callable[[], float] = time.time,
        imds: str = IMDS,
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._now = now
        self._imds = imds

    async def findings(self) -> list[Finding]:
        """Everything that was looked at."""
        if self._settings.teams_local == "1":
            return [self._local()]
        lacking = self._lacking()
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            found = lacking or [await self._token(session)]
            return [*found, await self._keys(session), *self._hosts()]

    def _local(self) -> Finding:
        what, mend = "Teams' local mode", "Leave BMM_TEAMS_LOCAL out where anybody but you uses this bmm"
        if not is_loopback(self._settings.host):
            others = f"nobody has to prove to be Teams, and it would listen on {self._settings.host} to others"
            return Finding(what, others, f"{mend}; with it, BMM_HOST is 127.0.0.1")
        return Finding(what, doubt="nobody has to prove to be Teams", mend=mend)

    def _lacking(self) -> list[Finding]:
        """What is missing of the two ids, or is one for both; that they are ids was seen when they were read."""
        app_id, tenant = self._settings.teams_app_id, self._settings.teams_tenant_id
        overview = "of the overview of the app registration, in the Entra admin centre"
        found = []
        if not app_id:
            mend = f"It is the Application (client) ID {overview}, or the Client ID of the managed identity"
            found.append(Finding("Teams' settings", "BMM_TEAMS_APP_ID is missing", mend))
        if not tenant:
            mend = f"It is the Directory (tenant) ID {overview}"
            found.append(Finding("Teams' settings", "BMM_TEAMS_TENANT_ID is missing", mend))
        if app_id and app_id == tenant:
            found.append(Finding("Teams' settings", "the app and the tenant have the same id", _IDS))
        return found

    def _source(self) -> Source:
        settings = self._settings
        login, app_id = settings.teams_login_url, settings.teams_app_id
        if settings.teams_app_password:
            return ClientSecret(login, settings.teams_tenant_id, app_id, settings.teams_app_password)
        return ManagedIdentity(app_id, self._environ, connector(login), self._imds)

    async def _token(self, session: aiohttp.ClientSession) -> Finding:
        """Whether Microsoft gives us a token."""
        secret = bool(self._settings.teams_app_password)
        what = f"Teams, by {'a client secret' if secret else 'the managed identity of this machine'}"
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._source().ask(session, self._now())
        except TenantGone as error:
            return _refused(what, str(error)) if secret else Finding(what, f"it has none ({error})", _IDENTITY)
        except (SendError, aiohttp.ClientError, OSError, TimeoutError, ValueError):
            network = "Check the network, and BMM_TEAMS_LOGIN_URL if you set it"
            return Finding(what, "no token can be had just now", network if secret else _IDENTITY)
        return Finding(what)

    async def _keys(self, session: aiohttp.ClientSession) -> Finding:
        """Whether it can be known who signs what Teams sends."""
        url = self._settings.teams_openid_url
        try:
            keys = Keys(url, lambda: session, self._now)
            await keys.find("")
        except (KeysAway, ValueError):
            mend = "Check the network, and BMM_TEAMS_OPENID_URL if you set it"
            return Finding("keys of Teams", f"{url} leads to no issuer with keys just now", mend)
        return Finding(f"keys of Teams, from {keys.issuer}")

    def _hosts(self) -> list[Finding]:
        """Whether the further hosts are hosts; without any there is nothing to say."""
        try:
            Hosts(self._settings.teams_service_hosts)
        except ValueError as error:
            return [Finding("Teams' service hosts", str(error), "BMM_TEAMS_SERVICE_HOSTS takes hosts between commas")]
        return [Finding("Teams' service hosts")] if self._settings.teams_service_hosts else []


_IDENTITY = (
    "Assign the user-assigned managed identity whose Client ID is BMM_TEAMS_APP_ID to this machine in Azure; anywhere "
    "else set BMM_TEAMS_APP_PASSWORD"
)


def _refused(what: str, told: str) -> Finding:
    """What Entra's refusal says, in words where the code is a known one. `told` carries codes and nothing else."""
    code = _CODE.search(told)
    wrong, mend = _SAYS.get(code.group() if code else "", ("Microsoft gives no token", _IDS))
    return Finding(what, f"{wrong} ({told})", mend)
