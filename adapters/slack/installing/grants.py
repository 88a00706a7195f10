"""What Slack grants: a code or a refresh token is exchanged for a bot's token, by oauth.v2.access.

See docs.slack.dev/authentication/installing-with-oauth and using-token-rotation. The call is made here and not by
slack_sdk, which at DEBUG logs what it sends and what comes back: secrets, all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from adapters.slack.installing.installations import Installation
from adapters.slack.web import Web
from bot.ports import SendError, Throttled


class NotGranted(SendError):
    """Slack says no; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Grant:
    """An installation with what renews its token. `lasts` is in seconds, None for ever; names are for people."""

    installation: Installation
    refresh: str = field(default="", repr=False)
    lasts: int | None = None
    app: str = ""
    name: str = ""
    scopes: tuple[str, ...] = ()


class Grants:
    """Asks Slack for tokens, in the name of the app with this client id and secret."""

    def __init__(self, web: Web, client_id: str, client_secret: str) -> None:
        self.client_id = client_id
        self._secret = client_secret
        self._web = web

    async def exchange(self, code: str) -> Grant:
        """The grant that somebody has just given. Raises NotGranted, Throttled where Slack cannot be reached."""
        return grant(await self._access({"code": code}))

    async def renew(self, refresh: str) -> Grant:
        """A new token for one that runs out; the refresh token is spent with this. Raises as `exchange` does."""
        return grant(await self._access({"grant_type": "refresh_token", "refresh_token": refresh}))

    async def _access(self, what: Mapping[str, str]) -> dict[str, Any]:
        """One call, with the client's secret in a header and everything else in the body."""
        client = aiohttp.encode_basic_auth(self.client_id, self._secret)
        try:
            async with self._web.session.post(
                f"{self._web.client.base_url}oauth.v2.access",
                data=dict(what),
                headers={"Authorization": client},
                allow_redirects=False,
            ) as response:
                if response.status == 429:
                    after = response.headers.get("Retry-After", "")
                    raise Throttled(float(after) if after.isdecimal() else 30.0)
                told = await response.json(content_type=None)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Throttled(5.0) from error
        if not isinstance(told, dict):
            raise Throttled(5.0)
        if not told.get("ok"):
            raise NotGranted(str(told.get("error") or "unknown"))
        return told


def grant(told: Mapping[str, Any]) -> Grant:
    """What an answer of oauth.v2.access grants. Raises NotGranted where it grants no bot."""
    team, enterprise = _part(told, "team"), _part(told, "enterprise")
    whole = bool(told.get("is_enterprise_install"))
    token, user = str(told.get("access_token") or ""), str(told.get("bot_user_id") or "")
    home = enterprise if whole else team
    if not (token and user and home.get("id")):
        raise NotGranted("no_bot_token")
    lasts = told.get("expires_in")
    return Grant(
        Installation(
            team="" if whole else str(team["id"]),
            user=user,
            enterprise=str(enterprise.get("id") or ""),
            organisation=whole,
            token=token,
        ),
        refresh=str(told.get("refresh_token") or ""),
        lasts=lasts if isinstance(lasts, int) and lasts > 0 and told.get("refresh_token") else None,
        app=str(told.get("app_id") or ""),
        name=str(home.get("name") or ""),
        scopes=tuple(filter(None, str(told.get("scope") or "").split(","))),
    )


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}
