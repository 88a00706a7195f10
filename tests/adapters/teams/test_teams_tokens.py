"""Tokens that Microsoft signed, and the keys to tell them: fetched when they are needed, and no oftener than that."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.trust.keys import Keys, KeysAway
from adapters.teams.trust.tokens import Refused, Tokens, bearer_of, key_id
from tests.fakes.teams_issuer import APP, TENANT, FakeIssuer, private_key

SERVICE = "https://smba.trafficmanager.net/emea"
NOON = 1_795_000_000.0


@dataclass
class Trust:
    """The issuer, and what trusts it; the clock stands until it is moved."""

    issuer: FakeIssuer
    keys: Keys
    tokens: Tokens
    at: list[float] = field(default_factory=lambda: [NOON])

    def move(self, seconds: float) -> None:
        self.at[0] += seconds

    async def verified(self, bearer: str) -> bool:
        """Whether a token is taken; otherwise it is a 401."""
        try:
            await self.tokens.verify(bearer)
        except Refused as refused:
            return refused.status != 401
        return True


@asynccontextmanager
async def trust(patience: float = 5.0) -> AsyncIterator[Trust]:
    at = [NOON]
    async with FakeIssuer(now=lambda: at[0]) as issuer, aiohttp.ClientSession() as session:
        keys = Keys(issuer.metadata_url, lambda: session, lambda: at[0], patience)
        yield Trust(issuer, keys, Tokens(keys, [APP], lambda: at[0]), at)


async def test_a_token_of_the_bot_connector_says_what_it_covers() -> None:
    async with trust() as here:
        claims = await here.tokens.verify(here.issuer.bearer(SERVICE))
        assert (claims.text("serviceurl"), claims.expires) == (SERVICE, NOON + 3600)
        assert "msteams" in claims.endorsements
        assert claims.text("nbf") == claims.text("none") == ""
        assert here.keys.issuer == "https://api.botframework.com"


async def test_keys_are_asked_for_once_however_many_come_at_once() -> None:
    async with trust() as here:
        here.issuer.trouble = "slow"
        waiting = [asyncio.create_task(here.tokens.verify(here.issuer.bearer(SERVICE, n=n))) for n in range(20)]
        while not here.issuer.journal:
            await asyncio.sleep(0)
        here.issuer.gate.set()
        await asyncio.gather(*waiting)
        assert [asked.what for asked in here.issuer.journal] == ["metadata", "keys"]


async def test_a_rotated_key_is_taken_after_a_refresh_that_strangers_cannot_hurry() -> None:
    async with trust() as here:
        assert await here.verified(here.issuer.bearer(SERVICE))
        here.issuer.rotate("key-2")
        new = here.issuer.bearer(SERVICE)
        for _ in range(5):
            here.move(50)
            assert not await here.verified(new)
        assert here.issuer.count("keys") == 1
        here.move(51)
        assert await here.verified(new)
        for n in range(20):
            assert not await here.verified(here.issuer.signed({"exp": NOON + 3600}, f"unknown-{n}", private_key("no")))
        assert here.issuer.count("keys") == here.issuer.count("metadata") == 2


async def test_a_remembered_token_falls_with_its_key() -> None:
    async with trust() as here:
        old = here.issuer.bearer(SERVICE, exp=int(NOON) + 10_000)
        assert await here.verified(old)
        here.issuer.rotate("key-2")
        here.move(301)
        assert await here.verified(old)  # nothing asked for new keys yet
        assert await here.verified(here.issuer.bearer(SERVICE))
        assert not await here.verified(old)


async def test_a_remembered_token_falls_when_its_key_is_replaced_under_the_same_name() -> None:
    async with trust() as here:
        old = here.issuer.bearer(SERVICE)
        assert await here.verified(old)
        here.issuer.publish("key-2")
        here.issuer.published["key-1"] = {**here.issuer.published["key-2"], "kid": "key-1"}
        here.issuer.signing = "key-2"
        here.move(301)
        assert await here.verified(here.issuer.bearer(SERVICE))
        assert not await here.verified(old)


async def test_a_remembered_token_runs_out() -> None:
    async with trust() as here:
        bearer = here.issuer.bearer(SERVICE)
        assert await here.verified(bearer)
        here.move(3600 + 299)
        assert await here.verified(bearer)
        here.move(2)
        assert not await here.verified(bearer)


async def test_keys_of_yesterday_are_asked_for_again() -> None:
    async with trust() as here:
        assert await here.verified(here.issuer.bearer(SERVICE))
        here.move(24 * 3600 + 1)
        assert await here.verified(here.issuer.bearer(SERVICE))
        assert here.issuer.count("keys") == 2


TROUBLE = ["500", "garbage", "hang up", "slow", "redirect", "huge"]


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_without_keys_nobody_is_judged_and_with_old_ones_life_goes_on(trouble: str) -> None:
    async with trust(patience=0.5 if trouble == "slow" else 5.0) as here:
        here.issuer.trouble = trouble
        bearer = here.issuer.bearer(SERVICE, exp=int(NOON) + 200_000)
        with pytest.raises(KeysAway):
            await here.tokens.verify(bearer)
        asked = len(here.issuer.journal)
        with pytest.raises(KeysAway):
            await here.tokens.verify(bearer)
        assert len(here.issuer.journal) == asked  # not at once again
        here.issuer.trouble = ""
        here.move(11)
        assert await here.verified(bearer)
        here.issuer.trouble = trouble
        here.move(24 * 3600 + 1)
        assert await here.verified(bearer)
        assert await here.verified(here.issuer.bearer(SERVICE))
        with pytest.raises(KeysAway):  # it may be a new one
            await here.tokens.verify(here.issuer.signed({"aud": APP}, "key-3"))


async def test_while_old_keys_are_renewed_only_one_waits() -> None:
    async with trust() as here:
        assert await here.verified(here.issuer.bearer(SERVICE))
        here.move(24 * 3600 + 1)
        here.issuer.trouble = "slow"
        one = asyncio.create_task(here.tokens.verify(here.issuer.bearer(SERVICE, n=1)))
        while here.issuer.count("metadata") < 2:
            await asyncio.sleep(0)
        assert await here.verified(here.issuer.bearer(SERVICE, n=2))
        assert not one.done()
        here.issuer.gate.set()
        await one


async def test_a_clock_that_was_set_back_does_not_hold_up_the_next_refresh() -> None:
    async with trust() as here:
        assert await here.verified(here.issuer.bearer(SERVICE))
        here.issuer.rotate("key-2")
        here.move(-7200)
        assert await here.verified(here.issuer.bearer(SERVICE))


@pytest.mark.parametrize(
    "changed",
    [{"jwks_uri": "http://keys.example/v1"}, {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": "https://a:b@c/"},
     {"jwks_uri": "http://0.0.0.0:PORT/v1/.well-known/keys"}, {"issuer": ""}, {"issuer": 7}, {"published": {}}],
)  # fmt: skip
async def test_metadata_that_cannot_be_trusted_gives_no_keys(changed: dict[str, Any]) -> None:
    async with trust() as here:
        bearer = here.issuer.bearer(SERVICE)
        port = here.issuer.url.rpartition(":")[2]
        for name, value in changed.items():
            setattr(here.issuer, name, value.replace("PORT", port) if isinstance(value, str) else value)
        with pytest.raises(KeysAway):
            await here.tokens.verify(bearer)


@pytest.mark.parametrize(
    "changed",
    [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC"}, {"use": "enc"}, {"n": 7}, {"n": "!"}, {"e": None}, {"kid": ["x"]},
     {"endorsements": "msteams"}],
)  # fmt: skip
async def test_keys_that_are_not_for_this_are_left_out(changed: dict[str, Any]) -> None:
    async with trust() as here:
        here.issuer.publish("key-2")
        here.issuer.published["key-2"] = {**here.issuer.published["key-2"], **changed}
        assert await here.verified(here.issuer.bearer(SERVICE))
        assert not await here.verified(here.issuer.signed({"aud": APP}, "key-2"))


async def test_short_keys_are_left_out() -> None:
    async with trust() as here:
        short = private_key("short", 1024).public_key().public_numbers()
        numbers = {"n": short.n.to_bytes(128, "big"), "e": b"\x01\x00\x01"}
        coded = {name: _base64(value) for name, value in numbers.items()}
        here.issuer.published["short"] = {**here.issuer.published["key-1"], "kid": "short", **coded}
        assert await here.verified(here.issuer.bearer(SERVICE))
        assert await here.keys.find("short") is None


def test_metadata_and_audience_are_a_must() -> None:
    for url in ("http://login.botframework.com/v1", "ftp://x", "", "https://u:p@login.botframework.com/"):
        with pytest.raises(ValueError):
            Keys(url, aiohttp.ClientSession, lambda: NOON)
    keys = Keys(
        "https://login.botframework.com/v1/.well-known/openidconfiguration", aiohttp.ClientSession, lambda: NOON
    )
    for audiences in ([], [""], [APP, ""]):
        with pytest.raises(ValueError, match="no app id"):
            Tokens(keys, audiences, lambda: NOON)


async def test_people_in_a_tab_are_known_by_entras_token() -> None:
    async with trust() as here, aiohttp.ClientSession() as session:
        keys = Keys(here.issuer.entra_url, lambda: session, lambda: here.at[0])
        resource, old = f"api://bmm.example.com/{APP}", f"https://sts.windows.net/{TENANT}/"
        people = Tokens(keys, [APP, resource], lambda: here.at[0], [old])
        claims = await people.verify(here.issuer.person("0id-anna", "Anna"))
        assert [claims.text(name) for name in ("oid", "tid", "name")] == ["0id-anna", TENANT, "Anna"]
        assert (await people.verify(here.issuer.person("0id-ben", "Ben", aud=resource, iss=old))).text("name") == "Ben"
        for wrong in ({"aud": "api://other"}, {"iss": here.issuer.issuer}, {"iss": here.issuer.entra_url}):
            with pytest.raises(Refused):
                await people.verify(here.issuer.person("0id-anna", "Anna", **wrong))
        with pytest.raises(Refused):
            await people.verify(here.issuer.bearer(SERVICE))


async def test_only_so_many_tokens_are_remembered() -> None:
    async with trust() as here:
        for n in range(1_010):
            assert await here.verified(here.issuer.bearer(SERVICE, n=n))
        assert len(here.tokens._verified) == 1_000


@given(st.text() | st.binary().map(lambda raw: f"Bearer {_base64(raw)}.e30.AA"))
def test_whatever_stands_in_the_header_is_a_token_or_a_401(header: str) -> None:
    try:
        assert key_id(bearer_of([header]))
    except Refused as refused:
        assert refused.args[0] == 401  # noqa: PT017 – most of what is tried is no token


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
