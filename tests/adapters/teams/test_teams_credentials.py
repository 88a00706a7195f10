"""How we prove who we are: one token for everybody, renewed ahead of time, and secrets that nobody reads."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from adapters.teams.trust.credentials import (
    ClientSecret,
    Credentials,
    ManagedIdentity,
    Nobody,
    Source,
    connector,
)
from bot.ports import SendError, TenantGone, Throttled
from tests.fakes.teams_issuer import APP, HEADER, SECRET, TENANT, FakeIssuer

NOON = 1_795_000_000.0


@dataclass
class Stage:
    """The issuer, and our credentials there; the clock stands until it is moved."""

    issuer: FakeIssuer
    credentials: Credentials
    at: list[float]

    def move(self, seconds: float) -> None:
        self.at[0] += seconds

    @property
    def asked(self) -> int:
        """How often a token was asked for."""
        return self.issuer.count("token") + self.issuer.count("identity")

    def tries(self) -> int:
        """The same; a GET that was hung up on is made again by aiohttp itself, which is one try of ours."""
        twice = self.issuer.trouble == "hang up" and self.issuer.count("identity")
        return self.asked // 2 if twice else self.asked


@asynccontextmanager
async def stage(
    kind: str = "secret", *, password: str = SECRET, tenant: str = TENANT, app_id: str = APP, patience: float = 5.0
) -> AsyncIterator[Stage]:
    at = [NOON]
    async with FakeIssuer(now=lambda: at[0]) as issuer, aiohttp.ClientSession() as session:
        source: Source
        match kind:
            case "secret":
                source = ClientSecret(issuer.url, tenant, app_id, password)
            case "hosted":
                source = ManagedIdentity(app_id, issuer.environ)
            case _:
                source = ManagedIdentity(app_id, {}, imds=issuer.url)
        yield Stage(issuer, Credentials(source, lambda: session, lambda: at[0], patience), at)


async def test_an_app_asks_for_the_bot_connector_with_its_secret_in_the_body() -> None:
    async with stage() as here:
        token = await here.credentials.token()
        assert here.issuer.granted == {token: APP}
        asked = here.issuer.journal[-1]
        assert asked.fields == {
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": SECRET,
            "scope": "https://api.botframework.com/.default",
            "tenant": TENANT,
        }
        assert "Authorization" not in asked.headers


async def test_app_service_is_asked_with_its_header() -> None:
    async with stage("hosted") as here:
        assert here.issuer.granted[await here.credentials.token()] == APP
        asked = here.issuer.journal[-1]
        assert asked.fields == {
            "api-version": "2019-08-01",
            "resource": "https://api.botframework.com",
            "client_id": APP,
        }
        assert asked.headers["X-IDENTITY-HEADER"] == HEADER


async def test_a_machine_in_azure_is_asked_for_its_identity() -> None:
    async with stage("machine") as here:
        assert here.issuer.granted[await here.credentials.token()] == APP
        asked = here.issuer.journal[-1]
        assert asked.fields["api-version"] == "2018-02-01"
        assert asked.headers["Metadata"] == "true"
        assert "X-IDENTITY-HEADER" not in asked.headers


async def test_nobody_has_no_token_and_asks_nobody() -> None:
    async with aiohttp.ClientSession() as session:
        credentials = Credentials(Nobody(), lambda: session, lambda: NOON)
        assert await credentials.token() == await credentials.fresh("") == ""


KINDS = ["secret", "hosted", "machine"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_token_is_kept_until_five_minutes_before_its_end(kind: str) -> None:
    async with stage(kind) as here:
        first = await here.credentials.token()
        here.move(3299)
        assert await here.credentials.token() == first
        assert here.asked == 1
        here.move(2)
        second = await here.credentials.token()
        assert second != first
        assert here.asked == 2


async def test_a_short_token_is_not_asked_for_all_the_time() -> None:
    async with stage() as here:
        here.issuer.lasts = 60
        first = await here.credentials.token()
        here.move(29)
        assert await here.credentials.token() == first
        here.move(2)
        assert await here.credentials.token() != first


async def test_many_who_need_a_token_at_once_ask_once() -> None:
    async with stage() as here:
        here.issuer.trouble = "slow"
        waiting = [asyncio.create_task(here.credentials.token()) for _ in range(20)]
        while not here.issuer.journal:
            await asyncio.sleep(0)
        here.issuer.gate.set()
        assert len(set(await asyncio.gather(*waiting))) == 1
        assert here.asked == 1


async def test_while_a_token_is_renewed_the_old_one_serves_everybody_else() -> None:
    async with stage() as here:
        old = await here.credentials.token()
        here.move(3400)
        here.issuer.trouble = "slow"
        one = asyncio.create_task(here.credentials.token())
        while here.asked < 2:
            await asyncio.sleep(0)
        assert await here.credentials.token() == old
        here.issuer.gate.set()
        assert await one != old


TROUBLE = ["500", "garbage", "hang up", "slow", "redirect", "huge"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trouble", TROUBLE)
async def test_when_nobody_answers_well_nothing_was_sent_and_the_old_token_serves(kind: str, trouble: str) -> None:
    async with stage(kind, patience=0.2 if trouble == "slow" else 5.0) as here:
        here.issuer.trouble = trouble
        for _ in range(3):
            with pytest.raises(Throttled) as raised:
                await here.credentials.token()
            assert raised.value.after == 2.0
            assert here.tries() <= 1  # and none at once after it
        here.issuer.trouble = ""
        here.move(2)
        old = await here.credentials.token()
        here.issuer.trouble = trouble
        here.move(3400)
        here.issuer.journal.clear()
        for _ in range(3):
            assert await here.credentials.token() == old
            assert here.tries() == 1
        here.move(31)
        assert await here.credentials.token() == old
        assert here.tries() == 2
        here.move(200)
        with pytest.raises(Throttled):
            await here.credentials.token()
        here.issuer.trouble = ""
        here.move(2)
        assert await here.credentials.token() != old


async def test_everybody_who_waited_for_a_try_that_failed_is_told_so() -> None:
    async with stage() as here:
        here.issuer.trouble = "slow"
        here.issuer.refusal = (503, {})
        waiting = [asyncio.create_task(here.credentials.token()) for _ in range(5)]
        while not here.issuer.journal:
            await asyncio.sleep(0)
        here.issuer.gate.set()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(each, Throttled) for each in outcomes)
        assert here.asked == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "wr0ng-c4n4ry"}, "invalid_client AADSTS7000215"),
        ({"app_id": "another"}, "unauthorized_client AADSTS700016"),
        ({"tenant": "another"}, "invalid_request AADSTS90002"),
        ({"kind": "hosted", "app_id": "another"}, "invalid_request"),
        ({"kind": "machine", "app_id": "another"}, "invalid_request"),
    ],
)
async def test_what_somebody_has_to_mend_is_said_by_its_code_and_without_secrets(
    wrong: dict[str, Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage(**wrong) as here:
        with pytest.raises(TenantGone) as raised:
            await here.credentials.token()
        assert raised.value.args == (said,)
        written = caplog.text + repr(raised.value) + repr([vars(each) for each in caplog.records])
        for secret in (SECRET, "wr0ng-c4n4ry", HEADER):
            assert secret not in written


@pytest.mark.parametrize(
    ("refusal", "meant"),
    [
        ((429, {"error": "too_many_requests"}), Throttled(2.0)),
        ((404, {}), Throttled(2.0)),
        ((410, {}), Throttled(2.0)),
        ((400, {"error": "temporarily_unavailable"}), Throttled(2.0)),
        ((200, {"access_token": 7}), Throttled(2.0)),
        ((200, {"access_token": "a\r\nb", "expires_in": 3600}), Throttled(2.0)),
        ((200, {}), Throttled(2.0)),
        ((401, {}), TenantGone("HTTP 401")),
        ((403, {"error": f"<b>{SECRET}</b>"}), TenantGone("HTTP 403")),
        ((400, {"error": ["x"], "error_description": 7}), TenantGone("HTTP 400")),
    ],
)
async def test_every_refusal_is_told_in_the_words_of_the_core(
    refusal: tuple[int, dict[str, Any]], meant: SendError
) -> None:
    async with stage() as here:
        here.issuer.refusal = refusal
        with pytest.raises(type(meant)) as raised:
            await here.credentials.token()
        assert raised.value.args == meant.args


async def test_after_a_401_another_token_is_asked_for_once() -> None:
    async with stage() as here:
        old = await here.credentials.token()
        here.move(3200)
        new = set(await asyncio.gather(*(here.credentials.fresh(old) for _ in range(10))))
        assert len(new) == 1
        assert old not in new
        assert {await here.credentials.fresh(old)} == new == {await here.credentials.token()}
        assert here.asked == 2


async def test_after_a_401_it_is_said_when_no_other_can_be_had() -> None:
    async with stage() as here:
        old = await here.credentials.token()
        here.issuer.secrets.clear()
        with pytest.raises(TenantGone):
            await here.credentials.fresh(old)


@pytest.mark.parametrize("until", [{"expires_in": 0}, {"expires_in": "soon"}, {}, {"expires_on": str(int(NOON) - 9)}])
async def test_a_token_that_says_no_time_is_used_for_a_moment(until: Mapping[str, Any]) -> None:
    async with stage() as here:
        here.issuer.refusal = (200, {"access_token": "granted-c4n4ry", **until})
        assert await here.credentials.token() == await here.credentials.token() == "granted-c4n4ry"
        assert here.asked == 1
        here.move(5)
        await here.credentials.token()
        assert here.asked == 2


async def test_a_clock_that_was_set_back_does_not_hold_up_the_next_try() -> None:
    async with stage() as here:
        here.issuer.trouble = "500"
        with pytest.raises(Throttled):
            await here.credentials.token()
        here.issuer.trouble = ""
        here.move(-7200)
        assert await here.credentials.token()


def test_us_government_has_a_bot_connector_of_its_own() -> None:
    assert connector("https://login.microsoftonline.us") == "https://api.botframework.us"
    assert connector("https://LOGIN.microsoftonline.us/") == "https://api.botframework.us"
    for public in ("https://login.microsoftonline.com", "http://127.0.0.1:80", "https://login.microsoftonline.us.evil"):
        assert connector(public) == "https://api.botframework.com"


@pytest.mark.parametrize(
    "given",
    [
        ("http://login.microsoftonline.com", TENANT, APP, SECRET),
        ("login.microsoftonline.com", TENANT, APP, SECRET),
        ("https://login.microsoftonline.com", "", APP, SECRET),
        ("https://login.microsoftonline.com", "../x", APP, SECRET),
        ("https://login.microsoftonline.com", TENANT, "", SECRET),
        ("https://login.microsoftonline.com", TENANT, APP, ""),
    ],
)
def test_what_is_missing_or_in_clear_is_refused_at_once(given: tuple[str, str, str, str]) -> None:
    with pytest.raises(ValueError) as raised:
        ClientSecret(*given)
    assert SECRET not in str(raised.value)


def test_an_identity_has_an_app_id() -> None:
    with pytest.raises(ValueError, match="app id"):
        ManagedIdentity("", {})
