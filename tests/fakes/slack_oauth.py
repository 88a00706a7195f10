"""The fake Slack as somebody installs bmm there: Slack's question, the code, tokens, rotation, uninstalling.

    async with FakeSlackOAuth() as slack:
        address = slack.agrees(link, "T1ACME")  # where the browser is sent back with a code

Answers have the shapes of the examples in `oauth.v2.access` of the contract documents.
"""

import asyncio
import base64
import itertools
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from tests.fakes.slack import FakeSlack, Refusal
from tests.fakes.slack_seen import Payload
from tests.fakes.slack_workspace import Grant

CLIENT, SECRET = "17653672481.1987", "e1b9e11dfcd19c1982d5de12921e17e8c"


class FakeSlackOAuth(FakeSlack):
    """Any number of workspaces and organisations, with no bot in them until somebody agrees.

    `lasts` is in seconds: how long tokens last, None for ever. What was secret at any time stands in `secrets`.
    """

    def __init__(self, *, lasts: int | None = None, back: str = "", **more: Any) -> None:
        super().__init__(**more)
        self.grants.clear()
        self.lasts = lasts
        self.back = back  # the redirect URL of the app
        self.gate: asyncio.Event | None = None  # a new token is on its way until this is set
        self.secrets: set[str] = {SECRET}
        self.installs: list[dict[str, list[str]]] = []  # what the links asked for
        self.methods["oauth.v2.access"] = self._access
        self._codes: dict[str, tuple[str, bool]] = {}  # the workspace, and whether for its organisation
        self._refreshes: dict[str, str] = {}  # refresh token: the token it renews
        self._client = ""
        self._numbered = itertools.count(1)

    # --- people

    def agrees(self, link: str, team: str, *, organisation: bool = False) -> str:
        """Somebody follows a link to Slack's question and says yes: the address that their browser is sent to."""
        asked = self._question(link)
        code = self._secret(f"code-{next(self._numbered)}")
        self._codes[code] = (team, organisation)
        return f"{self.back}?{urlencode({'code': code, 'state': asked['state'][0]})}"

    def refuses(self, link: str, error: str = "access_denied") -> str:
        """Somebody says no."""
        return f"{self.back}?{urlencode({'error': error, 'state': self._question(link)['state'][0]})}"

    def uninstall(self, team: str) -> None:
        """The tokens of a workspace work no more; Slack's events about it are the test's to send."""
        for grant in self.grants.values():
            if grant.team == team:
                grant.error = "account_inactive"

    def newest(self, team: str) -> str:
        """The newest token of a workspace."""
        return [grant.token for grant in self.grants.values() if grant.team == team][-1]

    def _question(self, link: str) -> dict[str, list[str]]:
        parts = urlsplit(link)
        asked = parse_qs(parts.query)
        assert link.startswith(f"{self.origin}/oauth/v2/authorize?"), link
        assert asked["client_id"] == [CLIENT]
        self.installs.append(asked)
        return asked

    # --- the method

    async def _api(self, request: web.Request) -> web.StreamResponse:
        self._client = request.headers.get("Authorization", "")
        if request.match_info["method"] == "oauth.v2.access" and request.query:
            self.wrong.append("secrets in an address")
        response = await super()._api(request)
        if self.gate is not None and request.match_info["method"] == "oauth.v2.access":
            await self.gate.wait()
        grant = self.grants.get(self._client.removeprefix("Bearer "))
        if grant is not None:
            response.headers["x-oauth-scopes"] = ",".join(sorted(grant.scopes))
        return response

    def _access(self, given: Payload, _: Grant | None) -> Payload:
        self._check_client(given)
        if given.get("grant_type") == "refresh_token":
            return self._renewed(given.get("refresh_token", ""))
        team, organisation = self._codes.pop(given.get("code", ""), ("", False))
        if not team:
            raise Refusal("invalid_code")
        return self._granted_anew(team, organisation)

    def _check_client(self, given: Payload) -> None:
        named, _, secret = base64.b64decode(self._client.removeprefix("Basic ") or "").decode().partition(":")
        if given.get("client_id", named) != CLIENT:
            raise Refusal("invalid_client_id")
        if given.get("client_secret", secret) != SECRET:
            raise Refusal("bad_client_secret")

    def _granted_anew(self, team: str, organisation: bool) -> Payload:
        here, n = self.workspace(team), next(self._numbered)
        token = self._secret(f"{'xoxe.xoxb-1' if self.lasts else 'xoxb'}-{team}-{n}")
        self.grant(token, team, organisation=organisation)
        enterprise = {"id": here.enterprise, "name": f"Org {here.enterprise}"} if here.enterprise else None
        told = {
            "app_id": "A0BMM",
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(self.grants[token].scopes)),
            "bot_user_id": here.bot,
            "authed_user": {"id": "U1ANNA"},
            "team": None if organisation else {"id": team, "name": f"Team {team}"},
            "enterprise": enterprise,
            "is_enterprise_install": organisation,
        }
        return told | self._lasting(token)

    def _renewed(self, refresh: str) -> Payload:
        old = self._refreshes.pop(refresh, "")
        if not old or self.grants[old].error == "account_inactive":
            raise Refusal("invalid_refresh_token")
        return self._granted_anew(self.grants[old].team, self.grants[old].organisation)

    def _lasting(self, token: str) -> Payload:
        if not self.lasts:
            return {}
        refresh = self._secret(f"xoxe-1-{next(self._numbered)}")
        self._refreshes[refresh] = token
        return {"expires_in": self.lasts, "refresh_token": refresh}

    def _secret(self, text: str) -> str:
        made = f"{text}-{'c4n4ry'}"
        self.secrets.add(made)
        return made
