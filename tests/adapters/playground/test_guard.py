"""Who and what is let in at the front door."""

import json
from collections.abc import AsyncIterator

import pytest

from adapters.playground.limits import REQUEST_BYTES
from tests.adapters.playground.conftest import Room

SAY = {"as": "ada", "nonce": "n", "channel": "ops", "text": "hi"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost:1", "127.0.0.1.evil.example:{port}", "[::1"]
)
@pytest.mark.parametrize("path", ["/", "/board", "/api/state?as=ada", "/api/live?as=ada", "/static/app.js"])
async def test_a_foreign_host_is_refused(room: Room, host: str, path: str) -> None:
    async with room.client.get(path, headers={"Host": host.format(port=room.client.port)}) as response:
        assert response.status == 403


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"])
async def test_the_names_of_this_machine_are_let_in(room: Room, host: str) -> None:
    async with room.client.get("/", headers={"Host": host.format(port=room.client.port)}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example"]
)
async def test_a_page_from_elsewhere_may_neither_write_nor_listen(room: Room, origin: str) -> None:
    async with room.client.post("/api/say", json=SAY, headers={"Origin": origin}) as response:
        assert response.status == 403
    upgrade = {"Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    async with room.client.get("/api/live?as=ada", headers={**upgrade, "Sec-WebSocket-Key": "AAAA"}) as response:
        assert response.status == 403
    assert await room.seen() == []


async def test_a_page_of_our_own_may(room: Room) -> None:
    async with room.client.post("/api/say", json=SAY, headers={"Origin": room.url}) as response:
        assert response.status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_what_a_form_of_another_site_could_send_is_refused(room: Room, kind: str) -> None:
    async with room.client.post("/api/say", data=json.dumps(SAY).encode(), headers={"Content-Type": kind}) as response:
        assert response.status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"as":"ada"}',
        b"[" * 100_000,
        json.dumps(SAY | {"text": "\ud800"}).encode(),
    ],
)
async def test_a_malformed_request_is_told_what_is_wrong(room: Room, body: bytes) -> None:
    async with room.client.post("/api/say", data=body, headers=JSON) as response:
        assert response.status == 400
        assert (await response.json())["error"].startswith("This cannot be read")


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_request_that_is_too_long_is_refused(room: Room, chunked: bool) -> None:
    long = json.dumps(SAY | {"text": "x" * REQUEST_BYTES}).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield long

    async with room.client.post("/api/say", data=pieces() if chunked else long, headers=JSON) as response:
        assert response.status == 413
        assert "256 KB" in (await response.json())["error"]


async def test_pages_run_only_what_is_ours_and_answers_are_not_stored(room: Room) -> None:
    async with room.client.get("/") as page, room.client.get("/api/state?as=ada") as state:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert state.headers["Cache-Control"] == "no-store"
        text = await page.text()
        assert "<script>" not in text
        assert "style=" not in text


@pytest.mark.parametrize("name", ["..%2Finbound.py", "..%2f..%2fteam.py", "nothing.js", "%2Fetc%2Fpasswd", "a%00.js"])
async def test_only_our_own_files_are_served(room: Room, name: str) -> None:
    async with room.client.get(f"/static/{name}") as response:
        assert response.status == 404


async def test_nobody_reads_or_writes_in_a_talk_of_somebody_else(room: Room) -> None:
    await room.say("between us", channel="ada")
    async with room.client.get("/api/thread?as=ben&channel=ada&message=00000001") as response:
        assert response.status == 404
    await room.post("say", "ben", 404, channel="ada", text="hello")
    await room.post("submit", "ben", 404, channel="ada", intent="x.y", values={})
    await room.post("press", "ben", 404, message="00000001", intent="x.y")
    assert [each["text"] for each in await room.seen(channel="ada")] == ["between us"]


async def test_somebody_unknown_is_told_to_say_who_they_are(room: Room) -> None:
    await room.post("say", "zoe", 400, channel="ops", text="hello")
    async with room.client.get("/api/state?as=zoe") as response:
        assert response.status == 400
    async with room.client.get("/?as=zoe", allow_redirects=False) as response:
        assert response.status == 302
