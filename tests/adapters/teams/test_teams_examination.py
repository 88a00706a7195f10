"""The doctor knows what is wrong with a set-up of Teams, in words, and what mends it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from adapters.teams.examination import Examination
from bot.settings import Settings

APP, TENANT = "1f3a0c52-8f4e-4a55-9d0e-0c6a4f1b2d3e", "7c1d2e3f-1111-4222-8333-944455566677"
SECRET = "the~secret.of-the-app"


class Microsoft:
    """What answers for Entra, the Bot Connector's metadata and a machine's identity; tests say what is wrong."""

    def __init__(self) -> None:
        key = generate_private_key(65537, 2048).public_key()
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key))
        self.keys = [public | {"kid": "one", "use": "sig", "endorsements": ["msteams"]}]
        self.refusal: dict[str, str] = {}
        self.status = 400
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_get("/metadata/identity/oauth2/token", self._token)
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append({**request.match_info, **request.query, **form})
        if self.refusal:
            return web.json_response(self.refusal, status=self.status)
        return web.json_response({"access_token": "a.b.c", "expires_in": 3600})

    async def _openid(self, _request: web.Request) -> web.Response:
        return web.json_response({"issuer": "https://api.example.com", "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": self.keys})


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    made = Microsoft()
    async with TestServer(made.app()) as server:
        made.url = str(server.make_url("/")).rstrip("/")
        yield made


async def told(microsoft: Microsoft, **settings: Any) -> str:
    """Every finding, a line each."""
    urls = {"teams_login_url": microsoft.url, "teams_openid_url": f"{microsoft.url}/openid"}
    given = Settings(
        **{"teams_app_id": APP, "teams_tenant_id": TENANT, "teams_app_password": SECRET, **urls, **settings}
    )
    findings = await Examination(given, {}, lambda: 1_800_000_000.0, microsoft.url).findings()
    said = "\n".join(map(str, findings))
    assert SECRET not in said
    assert all(each.mend for each in findings if each.wrong or each.doubt)
    return said


async def test_a_set_up_that_is_well_is_said_to_be(microsoft: Microsoft) -> None:
    assert (await told(microsoft)).splitlines() == [
        "well:     Teams, by a client secret",
        "well:     keys of Teams, from https://api.example.com",
    ]
    [asked] = microsoft.asked
    assert (asked["tenant"], asked["client_id"], asked["client_secret"]) == (TENANT, APP, SECRET)


@pytest.mark.parametrize(
    ("code", "wrong", "mend"),
    [
        ("AADSTS7000215", "the client secret is wrong", "Secret ID"),
        ("AADSTS7000222", "the client secret ran out", "Make another one"),
        ("AADSTS700016", "does not know the app", "BMM_TEAMS_APP_ID and BMM_TEAMS_TENANT_ID"),
        ("AADSTS90002", "no such tenant", "BMM_TEAMS_TENANT_ID"),
        ("AADSTS7000112", "turned off", "Enterprise applications"),
        ("AADSTS7000229", "not at home in the tenant", "enterprise application"),
        ("AADSTS500011", "does not know the Bot Connector", "BMM_TEAMS_LOGIN_URL"),
        ("AADSTS53003", "conditional access", "administers"),
        ("AADSTS1234567", "gives no token", "BMM_TEAMS_APP_ID"),
    ],
)
async def test_what_entra_refuses_is_said_in_words(microsoft: Microsoft, code: str, wrong: str, mend: str) -> None:
    microsoft.refusal = {"error": "invalid_client", "error_description": f"{code}: about {SECRET}. Trace ID: 1"}
    line = (await told(microsoft)).splitlines()[0]
    assert line.startswith("not well: Teams, by a client secret: ")
    assert wrong in line
    assert mend in line
    assert f"(invalid_client {code})" in line


async def test_without_a_secret_the_identity_of_the_machine_is_asked(microsoft: Microsoft) -> None:
    assert "well:     Teams, by the managed identity of this machine" in await told(microsoft, teams_app_password="")
    [asked] = microsoft.asked
    assert (asked["client_id"], asked["resource"]) == (APP, "https://api.botframework.com")


async def test_a_machine_that_has_no_such_identity_is_told_of_both_ways(microsoft: Microsoft) -> None:
    microsoft.refusal = {"error": "invalid_request", "error_description": "Identity not found"}
    for status in (400, 503):
        microsoft.status = status
        line = (await told(microsoft, teams_app_password="")).splitlines()[0]
        assert line.startswith("not well: Teams, by the managed identity of this machine")
        assert "user-assigned managed identity" in line
        assert "BMM_TEAMS_APP_PASSWORD" in line


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"teams_app_id": ""}, ["BMM_TEAMS_APP_ID is missing"]),
        ({"teams_tenant_id": ""}, ["BMM_TEAMS_TENANT_ID is missing"]),
        ({"teams_app_id": "", "teams_tenant_id": ""}, ["BMM_TEAMS_APP_ID is", "BMM_TEAMS_TENANT_ID is"]),
        ({"teams_tenant_id": APP}, ["have the same id"]),
    ],
)
async def test_nobody_is_asked_for_a_token_with_half_a_set_up(
    microsoft: Microsoft, settings: dict[str, str], says: list[str]
) -> None:
    said = await told(microsoft, **settings)
    assert all(each in said for each in says)
    assert said.count("not well: Teams' settings") == len(says)
    assert microsoft.asked == []


async def test_keys_that_cannot_be_had_are_not_well(microsoft: Microsoft) -> None:
    for keys in ([], [{"kid": "one", "kty": "EC"}]):
        microsoft.keys = keys
        assert "not well: keys of Teams: " in await told(microsoft)
    line = (await told(microsoft, teams_openid_url=f"{microsoft.url}/nowhere")).splitlines()[-1]
    assert "/nowhere" in line
    assert "BMM_TEAMS_OPENID_URL" in line


async def test_a_network_that_is_away_is_no_fault_of_the_secret(microsoft: Microsoft) -> None:
    away = "http://127.0.0.1:9"
    said = await told(microsoft, teams_login_url=away, teams_openid_url=away)
    assert "no token can be had just now" in said
    assert said.count("Check the network") == 2


async def test_hosts_are_looked_at_where_there_are_some(microsoft: Microsoft) -> None:
    assert "well:     Teams' service hosts" in await told(
        microsoft, teams_service_hosts="teams.example.com, 127.0.0.1:1"
    )
    said = await told(microsoft, teams_service_hosts="https://teams.example.com/")
    assert "not well: Teams' service hosts: 'https://teams.example.com/' is no host" in said


async def test_local_mode_is_in_doubt_and_for_others_not_well(microsoft: Microsoft) -> None:
    line = await told(microsoft, teams_local="1")
    assert line.startswith("in doubt: Teams' local mode: nobody has to prove to be Teams")
    line = await told(microsoft, teams_local="1", host="0.0.0.0")
    assert line.startswith("not well: Teams' local mode")
    assert "BMM_TEAMS_LOCAL" in line
    assert microsoft.asked == []
