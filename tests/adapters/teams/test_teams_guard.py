"""Who may speak as Teams: nothing is parsed, and nothing reaches the door, before the token is right."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization

from adapters.teams.limits import REQUEST_BYTES
from adapters.teams.trust.guard import Guard
from adapters.teams.trust.hosts import Hosts
from adapters.teams.trust.keys import Keys, KeysAway
from adapters.teams.trust.replays import Replays, print_of
from adapters.teams.trust.tokens import Refused
from tests.fakes.teams_issuer import APP, CHANNELS, TENANT, FakeIssuer, private_key

SERVICE = "https://smba.trafficmanager.net/emea/"
JSON = "application/json; charset=utf-8"
NOON = 1_795_000_000.0
CANARY = "the badge printer c4n4ry"


def activity(**changed: Any) -> dict[str, Any]:
    """A message as Teams sends it; None leaves a field out."""
    whole = {
        "type": "message",
        "id": "1700000000000",
        "text": CANARY,
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {"id": "29:anna", "aadObjectId": "0id-anna"},
        "conversation": {"id": "19:ops@thread.tacv2", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    }
    return {name: value for name, value in (whole | changed).items() if value is not None}


def part(raw: bytes) -> str:
    """A part of a token."""
    return jwt.utils.base64url_encode(raw).decode()


@dataclass
class Stage:
    """A guard before a handler that takes `takes` seconds and answers `status`; the clock stands until it is moved."""

    issuer: FakeIssuer
    session: aiohttp.ClientSession
    at: list[float]
    url: str = ""
    status: int = 200
    takes: float = 0.0
    heard: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def move(self, seconds: float) -> None:
        self.at[0] += seconds

    async def post(self, body: Any, bearer: str | None = None, **headers: str) -> int:
        """The status that a body gets, with a token of the Bot Connector where no other header is named."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": JSON, "Authorization": f"Bearer {bearer or self.issuer.bearer(SERVICE)}"}
        return await self.send(data, given | {name.replace("_", "-"): value for name, value in headers.items()})

    async def send(self, data: Any, headers: Mapping[str, str] | list[tuple[str, str]]) -> int:
        async with self.session.post(self.url, data=data, headers=headers) as response:
            return response.status

    async def refused(self, status: int, body: Any = None, bearer: str | None = None, **headers: str) -> None:
        """Assert that this is refused with `status`, that nobody hears it, and that the log may be read by anybody."""
        before = len(self.heard)
        assert await self.post(activity() if body is None else body, bearer, **headers) == status, self.reasons[-1:]
        assert len(self.heard) == before
        for secret in (CANARY, bearer or CANARY):
            assert secret not in self.reasons[-1]


@asynccontextmanager
async def stage(*, local: bool = False, patience: float = 10.0) -> AsyncIterator[Stage]:
    at = [NOON]
    async with FakeIssuer(now=lambda: at[0]) as issuer, aiohttp.ClientSession() as session:
        here = Stage(issuer, session, at)
        keys = None if local else Keys(issuer.metadata_url, lambda: session, lambda: at[0])
        who = ("", "") if local else (APP, TENANT.upper())
        guard = Guard(*who, keys, Hosts("127.0.0.1:3978"), lambda: at[0], local=local, patience=patience)

        async def receive(request: web.Request) -> web.Response:
            try:
                heard = await guard.read(request)
            except Refused as refused:
                here.reasons.append(refused.reason)
                return web.Response(status=refused.status)
            except KeysAway:
                return web.Response(status=503)
            here.heard.append(heard)
            here.move(here.takes)
            guard.answered(request, here.status)
            return web.Response(status=here.status)

        app = web.Application()
        app.router.add_post("/api/messages", receive)
        runner = web.AppRunner(app, access_log=None, lingering_time=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        here.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        try:
            yield here
        finally:
            await runner.cleanup()


async def test_what_the_bot_connector_sends_is_heard() -> None:
    async with stage() as here:
        assert await here.post(activity()) == 200
        assert await here.post(activity(id="2", serviceUrl="https://SMBA.trafficmanager.net/emea")) == 200
        assert await here.post(activity(id="3", conversation={"id": "a:1"})) == 200
        assert await here.post(activity(id="4", channelData=None)) == 200
        assert [each["id"] for each in here.heard] == ["1700000000000", "2", "3", "4"]


# --- before anything is parsed


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer x", "Bearer a.b", "Bearer a.b.c.d", "Bearer a.b.c d", "Bearer ..",
     "Bearer !.!.!", "Bearer a.b.ü", "Bearer e30.e30.e30", "Bearer bnVsbA.e30.e30", "Bearer W10.e30.e30", "a.b.c",
     "Bearer " + "a" * 5_000 + ".b.c"],
)  # fmt: skip
async def test_what_is_no_token_is_refused_unread(authorization: str) -> None:
    async with stage() as here:
        for body in (activity(), b"{", b"", b"[" * 100_000):
            await here.refused(401, body, Authorization=authorization)
        assert here.issuer.journal == []


async def test_no_token_and_two_tokens_are_refused() -> None:
    async with stage() as here:
        good = ("Authorization", f"Bearer {here.issuer.bearer(SERVICE)}")
        body = json.dumps(activity()).encode()
        assert await here.send(body, {"Content-Type": JSON}) == 401
        assert await here.send(body, [("Content-Type", JSON), good, good]) == 401
        assert await here.send(body, [("Content-Type", JSON), good, ("Authorization", "Basic dTpw")]) == 401
        assert here.heard == []


async def test_only_plain_json_is_read() -> None:
    async with stage() as here:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json-seq", "", "json"):
            await here.refused(415, Content_Type=kind)
        packed = gzip.compress(json.dumps(activity()).encode())
        await here.refused(415, packed, Content_Encoding="gzip")
        await here.refused(415, Content_Encoding="identity, gzip")
        assert await here.post(activity(), Content_Encoding="identity", Content_Type="Application/JSON") == 200


@pytest.mark.parametrize("chunked", [False, True])
async def test_what_is_too_large_is_refused(chunked: bool) -> None:
    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    async with stage() as here:
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {here.issuer.bearer(SERVICE)}"}
        for size, status in ((REQUEST_BYTES, 200), (REQUEST_BYTES + 1, 413)):
            body = json.dumps(activity()).encode().ljust(size)
            assert await here.send(pieces(body) if chunked else body, headers) == status
        assert len(here.heard) == 1


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    async with stage(patience=0.05) as here:
        never = asyncio.Event()

        async def stalled() -> AsyncIterator[bytes]:
            yield b"{"
            await never.wait()

        headers = {"Content-Type": JSON, "Authorization": f"Bearer {here.issuer.bearer(SERVICE)}"}
        assert await here.send(stalled(), headers) == 400
        assert here.heard == []


# --- the token


async def test_a_token_that_is_signed_in_any_other_way_is_refused() -> None:
    async with stage() as here:
        issuer = here.issuer
        good = issuer.bearer(SERVICE)
        claims = jwt.decode(good, options={"verify_signature": False})
        public = private_key("key-1").public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        head, payload, signature = good.split(".")
        as_hs256 = part(b'{"alg":"HS256","kid":"key-1","typ":"JWT"}')
        as_none = part(b'{"alg":"none","kid":"key-1","typ":"JWT"}')
        header = {"kid": "key-1", "jwk": issuer.published["key-1"], "jku": "https://evil.example/keys"}
        own = jwt.encode(claims, private_key("forger"), "RS256", header)
        mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        signed = part(mac.sign(f"{as_hs256}.{payload}".encode(), pem))
        forged = {
            "HS256 with the public key": f"{as_hs256}.{payload}.{signed}",
            "none": f"{as_none}.{payload}.",
            "none, with a signature": f"{as_none}.{payload}.{signature}",
            "RS384": issuer.signed(claims, alg="RS384"),
            "RS512": issuer.signed(claims, alg="RS512"),
            "PS256": issuer.signed(claims, alg="PS256"),
            "another's key of the same name": issuer.signed(claims, key=private_key("forger")),
            "an unknown key": issuer.signed(claims, "key-9"),
            "a path as the key's name": issuer.signed(claims, "../../dev/null", private_key("forger")),
            "no key named": issuer.signed(claims, ""),
            "another signature": f"{head}.{payload}.{'A' * len(signature)}",
            "another payload": f"{head}.{part(json.dumps(claims | {'x': 1}).encode())}.{signature}",
            "another's key, sent along": own,
            "deep": f"{part(b'[' * 2_900)}.{payload}.{signature}",
        }
        for name, bearer in forged.items():
            await here.refused(401, bearer=bearer)
            assert here.reasons[-1], name
        assert await here.post(activity(), good) == 200


async def test_the_algorithm_is_looked_at_before_any_key_is_asked_for() -> None:
    async with stage() as here:
        await here.refused(401, bearer=here.issuer.signed({"aud": APP}, alg="RS384"))
        assert here.reasons == ["wrong algorithm"]
        assert here.issuer.journal == []


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-app"}, {"aud": ["another-app"]}, {"aud": 7}, {"aud": ""}, {"aud": {APP: 1}},
        {"iss": "https://sts.windows.net/x/"}, {"iss": ""}, {"iss": ["https://api.botframework.com"]},
        {"iss": "https://api.botframework.com/"},
        {"exp": int(NOON) - 301}, {"exp": int(NOON) - 300}, {"exp": 0}, {"exp": "soon"}, {"exp": True}, {"exp": {}},
        {"exp": float("nan")}, {"exp": float("inf")}, {"nbf": int(NOON) + 301}, {"nbf": "now"}, {"nbf": None},
        {"without": ("exp",)}, {"without": ("aud",)}, {"without": ("iss",)}, {"exp": None},
    ],
)  # fmt: skip
async def test_a_token_for_others_or_of_another_time_is_refused(changed: dict[str, Any]) -> None:
    async with stage() as here:
        claims: dict[str, Any] = {"serviceurl": SERVICE, "iss": here.issuer.issuer, "aud": APP, "exp": int(NOON) + 60}
        assert await here.post(activity(), here.issuer.signed(claims)) == 200
        claims |= changed
        without = claims.pop("without", ())
        bearer = here.issuer.signed({name: value for name, value in claims.items() if name not in without})
        await here.refused(401, bearer=bearer)
        await here.refused(401, bearer=bearer)  # and is not remembered as anything else


@pytest.mark.parametrize("changed", [{"exp": int(NOON) - 299}, {"nbf": int(NOON) + 300}])
async def test_clocks_may_differ_by_five_minutes(changed: dict[str, Any]) -> None:
    async with stage() as here:
        assert await here.post(activity(), here.issuer.bearer(SERVICE, **changed)) == 200


async def test_a_rotated_key_is_accepted_after_a_refresh() -> None:
    async with stage() as here:
        assert await here.post(activity()) == 200
        here.issuer.rotate("key-2")
        await here.refused(401, activity(id="2"))
        here.move(301)
        assert await here.post(activity(id="3")) == 200
        assert here.issuer.count("keys") == 2


async def test_while_the_keys_cannot_be_had_nobody_is_judged() -> None:
    async with stage() as here:
        here.issuer.trouble = "500"
        assert await here.post(activity()) == await here.post(activity()) == 503
        here.issuer.trouble = ""
        here.move(11)
        assert await here.post(activity()) == 200
        assert len(here.heard) == 1


# --- what the token covers


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"{}", b"[" * 100_000, b'{"type":' * 20_000,
        b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1e999}', b'{"a":' + b"9" * 5_000 + b"}", b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"), b'{"a":' + b"[" * 64 + b"]" * 64 + b"}",
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_bad_request(body: bytes) -> None:
    async with stage() as here:
        await here.refused(400, body)


async def test_an_activity_may_be_as_deep_as_cards_are() -> None:
    async with stage() as here:
        deep: Any = "x"
        for _ in range(60):
            deep = [deep]
        assert await here.post(activity(value=deep)) == 200
        assert await here.post(activity(id="2", value=[{"a": [n]} for n in range(1_000)])) == 200
        assert await here.post(activity(id="3", text="[" * 10_000)) == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"serviceUrl": None}, {"serviceUrl": ""}, {"serviceUrl": 7}, {"serviceUrl": {}}, {"serviceUrl": "\ud800"},
        {"serviceUrl": "https://smba.trafficmanager.net/amer/"}, {"serviceUrl": "https://evil.example/emea/"},
        {"serviceUrl": "http://smba.trafficmanager.net/emea/"}, {"serviceUrl": SERVICE + "?x"},
        {"serviceUrl": "https://smba.trafficmanager.net/EMEA/"},
        {"channelId": None}, {"channelId": "webchat"}, {"channelId": "MSTEAMS"}, {"channelId": ["msteams"]},
        {"conversation": {"tenantId": "another"}}, {"channelData": {"tenant": {"id": "another"}}},
        {"conversation": {"tenantId": "another"}, "channelData": {"tenant": {"id": "another"}}},
        {"conversation": {"tenantId": ""}}, {"conversation": {"tenantId": [TENANT]}},
        {"channelData": {"tenant": {"id": 7}}},
        {"conversation": None, "channelData": None}, {"conversation": 7, "channelData": "x"},
        {"conversation": {}, "channelData": {"tenant": TENANT}},
    ],
)  # fmt: skip
async def test_what_the_token_does_not_cover_is_forbidden(changed: dict[str, Any]) -> None:
    async with stage() as here:
        await here.refused(403, activity(**changed))


@pytest.mark.parametrize(
    ("changed", "url"),
    [
        ({"without": ("serviceurl",)}, SERVICE),
        ({"serviceurl": ""}, SERVICE),
        ({"serviceurl": 7}, SERVICE),
        ({"serviceurl": "https://smba.trafficmanager.net/amer/"}, SERVICE),
        ({"without": ("serviceurl",), "serviceUrl": SERVICE}, SERVICE),
        ({"serviceurl": "https://evil.example/"}, "https://evil.example/"),
        ({"serviceurl": "http://127.0.0.1:80/"}, "http://127.0.0.1:80/"),
    ],
)
async def test_a_service_that_the_token_does_not_name_is_forbidden(changed: dict[str, Any], url: str) -> None:
    async with stage() as here:
        await here.refused(403, activity(serviceUrl=url), here.issuer.bearer(SERVICE, **changed))


async def test_a_listed_host_of_this_machine_is_allowed() -> None:
    async with stage() as here:
        fake = "http://127.0.0.1:3978/teams"
        assert await here.post(activity(serviceUrl=fake), here.issuer.bearer(fake)) == 200


@pytest.mark.parametrize("endorsements", [(), ("webchat",), ("MSTEAMS",)])
async def test_a_key_that_is_not_endorsed_for_teams_is_refused(endorsements: tuple[str, ...]) -> None:
    async with stage() as here:
        here.issuer.publish("key-1", endorsements)
        await here.refused(401)
        here.issuer.publish("key-1", CHANNELS)
        here.move(24 * 3600 + 1)
        assert await here.post(activity()) == 200


# --- replays


async def test_the_same_request_again_is_refused_and_another_is_not() -> None:
    async with stage() as here:
        bearer = here.issuer.bearer(SERVICE)
        assert await here.post(activity(), bearer) == 200
        await here.refused(403, activity(), bearer)
        here.move(200)
        await here.refused(403, activity(), bearer)
        assert await here.post(activity(id="2"), bearer) == 200
        assert await here.post(activity(), here.issuer.bearer(SERVICE)) == 200  # signed anew by Teams itself


@pytest.mark.parametrize(("status", "takes"), [(503, 0.0), (500, 0.0), (404, 0.0), (200, 10.5), (201, 60.0)])
async def test_what_was_not_answered_well_or_in_time_may_come_again(status: int, takes: float) -> None:
    async with stage() as here:
        bearer = here.issuer.bearer(SERVICE)
        here.status, here.takes = status, takes
        assert await here.post(activity(), bearer) == status
        here.status, here.takes = 200, 9.5
        assert await here.post(activity(), bearer) == 200
        await here.refused(403, activity(), bearer)


async def test_what_was_refused_may_come_again() -> None:
    async with stage() as here:
        bearer = here.issuer.bearer(SERVICE)
        for _ in range(2):
            await here.refused(403, activity(channelId="webchat"), bearer)


async def test_requests_are_forgotten_when_their_token_is_good_no_more() -> None:
    at = [NOON]
    replays = Replays(lambda: at[0])
    for n in range(50):
        replays.answered(print_of("t", b"%d" % n), at[0] + 600)
        at[0] += 60
    assert len(replays._answered) <= 11
    assert replays.came_before(print_of("t", b"49"))
    assert not replays.came_before(print_of("t", b"0"))


# --- local mode


async def test_in_local_mode_this_machine_needs_no_token_and_is_answered_alone() -> None:
    async with stage(local=True) as here:
        body = activity(serviceUrl="http://127.0.0.1:51234", conversation={"id": "a:1"}, channelData=None)
        for _ in range(2):
            assert await here.send(json.dumps(body).encode(), {"Content-Type": JSON}) == 200
        await here.refused(403, activity())
        await here.refused(403, activity(serviceUrl=None))
        await here.refused(400, b"{")
        await here.refused(415, body, Content_Type="text/plain")
        for header in ("X_Forwarded_For", "forwarded", "Via"):
            await here.refused(403, body, **{header: "203.0.113.9"})


def test_without_app_id_tenant_or_keys_there_is_no_guard() -> None:
    keys = Keys(
        "https://login.botframework.com/v1/.well-known/openidconfiguration", aiohttp.ClientSession, lambda: NOON
    )
    for app_id, tenant, known in (("", TENANT, keys), (APP, "", keys), (APP, TENANT, None), ("", "", None)):
        with pytest.raises(ValueError, match="could not be told from forged ones"):
            Guard(app_id, tenant, known, Hosts(), lambda: NOON)
