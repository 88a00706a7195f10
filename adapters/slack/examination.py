"""What is wrong with a set-up of Slack, and how to mend it."""

import re
from collections.abc import Mapping

import aiohttp

from adapters.ops.doctor import Finding
from adapters.slack.installing import credentials
from adapters.slack.installing.grants import Grants, NotGranted
from adapters.slack.joining import NO_KEY
from adapters.slack.modes import Mode, mode
from adapters.slack.web import Web
from bot.ledger import Credential
from bot.ports import Database, Query, Seal, SendError, Store, Unavailable, Unsealable
from bot.settings import Settings, WrongSettings

_NETWORK = "Check the network, and BMM_SLACK_API_URL if you set it"
_INSTALL = "take the token from OAuth & Permissions of the app at api.slack.com/apps, and install the app there first"
_AWAY = "it cannot be reached just now"
_SECRET = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MOST = 10_000  # installations looked at


class Examination:
    """Looks at Slack as the settings join it. `database` is None where there is none yet; no key is made."""

    def __init__(
        self, settings: Settings, seal: Seal | None, database: Database | None, scopes: Mapping[str, str]
    ) -> None:
        self._settings = settings
        self._seal = seal
        self._database = database
        self._scopes = scopes
        self._web = Web(settings.slack_api_url)

    async def findings(self) -> list[Finding]:
        """Everything that was looked at."""
        try:
            joined = mode(self._settings)
        except WrongSettings as error:
            return [Finding("Slack's settings", str(error), "The README has the names and where to find each value")]
        try:
            found = [*(await self._bot() if joined is Mode.ONE else await self._client())]
            found += self._secret()
            found += [await self._socket()] if self._settings.slack_app_token else []
            return found + (await self._kept() if joined is Mode.MANY else [])
        finally:
            await self._web.close()

    async def _bot(self) -> list[Finding]:
        """Whether Slack takes the token, and whether it may do what it will have to."""
        told, granted = await self._asked("auth.test", self._settings.slack_bot_token)
        match told:
            case {"ok": True, "user": user, "team": team}:
                who = Finding(f"Slack, as {user} in {team}")
            case {"error": str(error)}:
                return [Finding("Slack", f"it refuses BMM_SLACK_BOT_TOKEN ({error})", f"Mend it: {_INSTALL}")]
            case _:
                return [Finding("Slack", _AWAY, _NETWORK)]
        lacking = sorted(set(self._scopes) - set(granted)) if granted else []
        if not lacking:
            return [who, *([Finding("Slack's scopes")] if granted else [])]
        mend = "`bmm manifest slack` writes the manifest to paste into the app; then install the app again"
        return [who, Finding("Slack's scopes", f"the token lacks {', '.join(lacking)}", mend)]

    def _secret(self) -> list[Finding]:
        """Whether the signing secret looks like one: Slack cannot be asked, it only signs."""
        given = self._settings.slack_signing_secret
        if not given or _SECRET.fullmatch(given):
            return []
        return [
            Finding(
                "Slack's signing secret",
                doubt="BMM_SLACK_SIGNING_SECRET does not look like one, which has 32 characters from 0-9 and a-f",
                mend="Where the log says 401, take the Signing Secret from Basic Information of the app",
            )
        ]

    async def _socket(self) -> Finding:
        told, _ = await self._asked("apps.connections.open", self._settings.slack_app_token)
        match told:
            case {"ok": True}:
                return Finding("Slack's Socket Mode")
            case {"error": str(error)}:
                mend = "It needs the scope connections:write, and Socket Mode turned on for the app"
                return Finding("Slack's Socket Mode", f"Slack refuses BMM_SLACK_APP_TOKEN ({error})", mend)
            case _:
                return Finding("Slack's Socket Mode", _AWAY, _NETWORK)

    async def _client(self) -> list[Finding]:
        """Whether Slack knows the app: it looks at id and secret before it looks at a code that nobody gave."""
        settings = self._settings
        try:
            await Grants(self._web, settings.slack_client_id, settings.slack_client_secret).exchange("none")
        except NotGranted as error:
            if error.code in ("invalid_client_id", "bad_client_secret"):
                mend = "Take both from Basic Information of the app at api.slack.com/apps"
                return [Finding("Slack's app", f"Slack refuses its client id or secret ({error.code})", mend)]
        except SendError:
            return [Finding("Slack's app", _AWAY, _NETWORK)]
        return [Finding("Slack's app")]

    async def _kept(self) -> list[Finding]:
        """Whether what workspaces have given can be opened."""
        if self._seal is None:
            if self._settings.database_url.startswith("sqlite:"):
                return [Finding("key of stored tokens: the first `bmm serve` makes one")]
            return [Finding("key of stored tokens", "there is none", f"{NO_KEY[0].upper()}{NO_KEY[1:]}")]
        if self._database is None:
            return []
        seal = self._seal

        def look(store: Store) -> tuple[int, list[str]]:
            rows = store.find(Credential, Query({"via": ""}, order=("id",), limit=_MOST))
            return len(rows), [row.id for row in rows if not _opens(row, seal)]

        try:
            total, closed = await self._database.read(look, None)
        except Unavailable:
            return []  # what is wrong with the database was said
        if closed:
            mend = "Put the key that sealed them back into BMM_SECRET_KEY, behind the newest one and a comma"
            return [Finding("installed workspaces", f"no key opens {len(closed)} of {total}", mend)]
        return [Finding(f"installed workspaces: {total}")]

    async def _asked(self, method: str, token: str) -> tuple[object, list[str]]:
        """What Slack answers, None where it does not, and the scopes of the token."""
        try:
            async with self._web.session.post(
                f"{self._web.client.base_url}{method}",
                headers={"Authorization": f"Bearer {token}"},
                allow_redirects=False,
            ) as response:
                told = await response.json(content_type=None)
                scopes = response.headers.get("x-oauth-scopes", "")
        except (aiohttp.ClientError, OSError, ValueError):
            return None, []
        return told, [each.strip() for each in scopes.split(",") if each.strip()]


def _opens(row: Credential, seal: Seal) -> bool:
    try:
        credentials.opened(row, seal)
    except Unsealable:
        return False
    return True
