"""A fake of whom Teams' tokens come from: the Bot Connector's keys, Entra's, and the tokens that a bot asks for.

    async with FakeIssuer() as issuer:
        keys = Keys(issuer.metadata_url, lambda: session, time.time)
        bearer = issuer.bearer("https://smba.trafficmanager.net/emea")  # as the Bot Connector sends it

Documents have the shapes of login.botframework.com and login.microsoftonline.com; errors are worded as Entra does.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

APP = "7d3b2f1a-5c04-4d8e-9a61-0f2c8e5b4a90"
TENANT = "c0ffee00-1234-4abc-8def-001122334455"
SECRET = "s8~Q" + "c4n4ry-of-teams"
HEADER = "identity-" + "c4n4ry"  # what App Service tells its own process
BOT_CONNECTOR = "https://api.botframework.com"
CHANNELS = ("msteams", "webchat", "directline")
_HOUR = 3600.0


@dataclass(frozen=True)
class Asked:
    """One request: what for (metadata, keys, token, identity), with which fields and headers."""

    what: str
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@cache
def private_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key pair, the same for a name as long as the tests run: making one is slow."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class FakeIssuer:
    """Publishes keys, signs, and grants. `now` is in Unix seconds; `lasts` is how long our own tokens do.

    `trouble` is one of "500", "garbage", "hang up", "slow" (until `gate` is set), "redirect" or "huge". Everything
    that was asked stands in `journal`, and every token that was granted, with who asked for it, in `granted`.
    """

    def __init__(self, *, now: Callable[[], float] = time.time, lasts: float = _HOUR) -> None:
        self.now = now
        self.lasts = lasts
        self.issuer = BOT_CONNECTOR
        self.trouble = ""
        self.gate = asyncio.Event()
        self.journal: list[Asked] = []
        self.granted: dict[str, str] = {}
        self.secrets = {APP: SECRET}
        self.refusal: tuple[int, dict[str, Any]] | None = None  # what every request for a token gets instead
        self.jwks_uri = ""  # elsewhere than here
        self.published: dict[str, Mapping[str, Any]] = {}  # by kid: what stands in the key set
        self.signing = "key-1"
        self.publish("key-1")
        self._numbered = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._metadata)
        app.router.add_get("/{tenant}/discovery/v2.0/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_get("/msi/token", self._hosted_identity)
        app.router.add_get("/metadata/identity/oauth2/token", self._machine_identity)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.gate.set()
        assert self._runner is not None
        await self._runner.cleanup()

    # --- where it is

    @property
    def url(self) -> str:
        """Where people and apps log in."""
        assert self._runner is not None
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    @property
    def metadata_url(self) -> str:
        """The Bot Connector's OpenID metadata."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def entra_url(self) -> str:
        """The OpenID metadata of the tenant, for tokens of people."""
        return f"{self.url}/{TENANT}/v2.0/.well-known/openid-configuration"

    @property
    def environ(self) -> dict[str, str]:
        """What App Service and Container Apps put into the environment."""
        return {"IDENTITY_ENDPOINT": f"{self.url}/msi/token", "IDENTITY_HEADER": HEADER}

    def count(self, what: str) -> int:
        """How often something was asked for."""
        return sum(asked.what == what for asked in self.journal)

    # --- keys

    def publish(self, kid: str, endorsements: tuple[str, ...] = CHANNELS, **changed: Any) -> None:
        """Put a key into the key set, with fields changed."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
        jwk = {**public, "use": "sig", "kid": kid, "x5t": kid, "endorsements": list(endorsements), **changed}
        jwk.pop("key_ops", None)
        self.published[kid] = jwk

    def rotate(self, kid: str) -> None:
        """From now on this key signs, and no other is published."""
        self.published.clear()
        self.publish(kid)
        self.signing = kid

    # --- tokens that others show us

    def bearer(self, service_url: str, without: tuple[str, ...] = (), **changed: Any) -> str:
        """A token as the Bot Connector sends it to the bot; claims can be left out or be others."""
        now = int(self.now())
        claims = {"serviceurl": service_url, "iss": self.issuer, "aud": APP, "nbf": now - 60, "exp": now + 3600}
        return self.signed({name: value for name, value in (claims | changed).items() if name not in without})

    def person(self, oid: str, name: str, **changed: Any) -> str:
        """A token of somebody of the tenant who opened a tab of the app."""
        now = int(self.now())
        claims = {"iss": f"{self.url}/{TENANT}/v2.0", "aud": APP, "nbf": now - 60, "exp": now + 3600, "ver": "2.0"}
        return self.signed(claims | {"oid": oid, "tid": TENANT, "name": name, "scp": "access_as_user"} | changed)

    def signed(self, claims: Mapping[str, Any], kid: str | None = None, key: Any = None, alg: str = "RS256") -> str:
        """Claims under a signature; an empty `kid` names no key."""
        kid = self.signing if kid is None else kid
        headers = {"x5t": kid, "kid": kid} if kid else {}
        payload = json.dumps(dict(claims)).encode()  # whatever it is: jwt.encode would refuse some wrong ones
        return jwt.PyJWS().encode(payload, key or private_key(kid), alg, headers)

    # --- the addresses

    async def _metadata(self, request: web.Request) -> web.StreamResponse:
        self.journal.append(Asked("metadata"))
        tenant = request.match_info.get("tenant")
        where = f"{self.url}/{tenant}/discovery/v2.0/keys" if tenant else f"{self.url}/v1/.well-known/keys"
        return await self._answered(
            request,
            {
                "issuer": f"{self.url}/{tenant}/v2.0" if tenant else self.issuer,
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": self.jwks_uri or where,
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            },
        )

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        self.journal.append(Asked("keys"))
        return await self._answered(request, {"keys": list(self.published.values())})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        asked = Asked("token", {**fields, "tenant": request.match_info["tenant"]}, dict(request.headers))
        self.journal.append(asked)
        if fields.get("grant_type") != "client_credentials" or not fields.get("scope", "").endswith("/.default"):
            return await self._answered(request, *_refusal(400, "invalid_request", 900144))
        if asked.fields["tenant"] != TENANT:
            return await self._answered(request, *_refusal(400, "invalid_request", 90002))
        if fields.get("client_id") not in self.secrets:
            return await self._answered(request, *_refusal(400, "unauthorized_client", 700016))
        if self.secrets[fields["client_id"]] != fields.get("client_secret"):
            return await self._answered(request, *_refusal(401, "invalid_client", 7000215))
        granted = {"token_type": "Bearer", "expires_in": int(self.lasts), "ext_expires_in": int(self.lasts)}
        return await self._answered(request, granted, who=fields["client_id"])

    async def _hosted_identity(self, request: web.Request) -> web.StreamResponse:
        good = request.headers.get("X-IDENTITY-HEADER") == HEADER and request.query.get("api-version") == "2019-08-01"
        return await self._identity(request, good)

    async def _machine_identity(self, request: web.Request) -> web.StreamResponse:
        good = request.headers.get("Metadata") == "true" and request.query.get("api-version") == "2018-02-01"
        return await self._identity(request, good)

    async def _identity(self, request: web.Request, good: bool) -> web.StreamResponse:
        self.journal.append(Asked("identity", dict(request.query), dict(request.headers)))
        who = request.query.get("client_id", "")
        if not good or who not in self.secrets:
            told = {"error": "invalid_request", "error_description": "Identity not found"}
            return await self._answered(request, told, 400)
        until = str(int(self.now() + self.lasts))
        granted = {"token_type": "Bearer", "expires_on": until, "resource": request.query.get("resource", "")}
        return await self._answered(request, granted, who=who)

    # --- what becomes of them

    async def _answered(
        self, request: web.Request, told: dict[str, Any], status: int = 200, who: str = ""
    ) -> web.StreamResponse:
        """The answer, or what a failing server gives in its place; a grant gets its token here."""
        match self.trouble:
            case "slow":
                await self.gate.wait()
            case "500":
                return web.Response(status=500, text="<html>Our services aren't available right now</html>")
            case "garbage":
                return web.Response(text="<html>hello</html>", content_type="text/html")
            case "huge":
                return web.Response(body=b'{"keys":[' + b" " * 2_000_000 + b"]}", content_type="application/json")
            case "redirect" if "moved" not in request.query:  # whoever follows gets what they want
                raise web.HTTPTemporaryRedirect(str(request.rel_url.update_query(moved="1")))
            case "hang up":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case _:
                pass
        if self.refusal is not None and (who or status != 200):
            status, told = self.refusal
        elif who:
            token = f"granted-{next(self._numbered)}-{'c4n4ry'}"
            self.granted[token] = who
            told = {**told, "access_token": token}
        return web.Response(status=status, body=json.dumps(told).encode(), content_type="application/json")


def _refusal(status: int, error: str, code: int) -> tuple[dict[str, Any], int]:
    described = f"AADSTS{code}: Something is wrong with '{SECRET}'. Trace ID: 0a1b Timestamp: 2026-11-27 09:00:00Z"
    return {"error": error, "error_description": described, "error_codes": [code]}, status
