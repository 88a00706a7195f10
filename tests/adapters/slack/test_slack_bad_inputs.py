"""Bad input through the front door: a status that blames the sender, nothing kept, and no secret in the logs."""

import asyncio
import gzip
import json
import logging
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from adapters.slack.guard import Guard, Refused
from adapters.slack.reading import parse
from adapters.slack.reading.parse import Here
from adapters.slack.reading.payload import Malformed
from bot.cleaning import cleaned
from bot.events import Event
from bot.wire import adapter
from tests.adapters.slack.slack_recorded import EXPECTED, NAMES, NOW, Payload, recorded
from tests.adapters.slack.slack_stage import AWKWARD, SECRET, Stage, stage
from tests.fakes.slack_person import FORM, JSON, sign

REFUSED = {400, 401, 403, 404, 405, 413, 415, 422, 429}
HEARD = [name for name in NAMES if EXPECTED.get(name) is not None and "grid" not in name and "workspace" not in name]
ENDS = ["command", "press", "press_home", "press_modal", "shortcut_message", "shortcut_global", "form"]
SAID = ["mention", "message_changed", "message_deleted", "reaction_added", "link_shared", "home_opened_again"]
WRONG: list[Any] = [None, 7, True, "", "x y", [], [7], {}, {"id": 7}, "\ud800", "٣", "x" * 300]
CANARIES = [SECRET, "Shh0token", "xoxb-fake", "badge printer", "hooks.slack.com", "9200.0001.bbbb", "9100.0001.aaaa"]


def ours(name: str) -> Payload:
    """A recorded payload, of the workspace on the stage."""
    made: Payload = json.loads(json.dumps(recorded(name)).replace("T0ACME", "T0BMM"))
    return made


def sent(payload: Payload) -> tuple[bytes, str]:
    """The body of a payload and its content type, as Slack sends it."""
    if "command" in payload:
        return urlencode(payload, errors="surrogatepass").encode(), FORM
    if "event" in payload or payload.get("type") in ("app_rate_limited", "url_verification"):
        return json.dumps(payload).encode(), JSON
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def changed(payload: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of a payload, each with one thing in it missing or wrong."""
    if isinstance(payload, dict):
        for name, value in payload.items():
            yield f"{path}/{name} missing", {each: payload[each] for each in payload if each != name}
            for n, wrong in enumerate(WRONG):
                yield f"{path}/{name} {n}", payload | {name: wrong}
            yield from ((where, payload | {name: inner}) for where, inner in changed(value, f"{path}/{name}"))
    elif isinstance(payload, list):
        for n, value in enumerate(payload):
            copies = changed(value, f"{path}/{n}")
            yield from ((where, [*payload[:n], inner, *payload[n + 1 :]]) for where, inner in copies)


def read(payload: Payload) -> Event | None:
    """What a payload would be to the workspace that it names first."""
    (team, enterprise), *_ = parse.heard_by(payload)
    return parse.event(payload, Here(team, "U0BMM", enterprise), NOW)


def nothing(here: Stage) -> bool:
    """Whether nothing reached the core, and nobody saw anything."""
    return not (here.core.kept or here.core.asked or here.slack.ephemerals or here.slack.modals)


# --- what nobody signed


@pytest.mark.parametrize("name", NAMES)
async def test_without_a_signature_nothing_of_any_kind_gets_in(name: str) -> None:
    async with stage() as here:
        body, kind = sent(ours(name))
        moment = here.clock.now().timestamp()
        for headers in ({}, sign("another secret", body, moment), sign(SECRET, body + b" ", moment)):
            assert (await here.anna.send(body, kind, headers)).status == 401
        for late in (-301, 301):
            assert (await here.anna.send(body, kind, sign(SECRET, body, moment + late))).status == 401
        assert nothing(here)


@pytest.mark.parametrize("name", HEARD)
async def test_the_same_bytes_again_are_refused_and_kept_once(name: str) -> None:
    async with stage() as here:
        body, kind = sent(ours(name))
        headers = sign(SECRET, body, here.clock.now().timestamp())
        assert (await here.anna.send(body, kind, headers)).status == 200
        assert (await here.anna.send(body, kind, headers)).status == 401
        assert len(here.core.kept) + len(here.core.asked) == 1


@pytest.mark.parametrize(("encoding", "packed"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("own", bytes)])
async def test_what_is_compressed_is_refused_though_it_were_signed(encoding: str, packed: Any) -> None:
    async with stage() as here, aiohttp.ClientSession() as session:
        body, kind = sent(ours("mention"))
        signed = sign(SECRET, body, here.clock.now().timestamp())
        for raw in (packed(body), packed(b" " * 900_000), b"not compressed"):
            headers = signed | {"Content-Type": kind, "Content-Encoding": encoding}
            async with session.post(here.url, data=raw, headers=headers) as response:
                assert response.status in REFUSED
        assert nothing(here)


async def test_only_posts_are_taken() -> None:
    async with stage() as here, aiohttp.ClientSession() as session:
        for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
            async with session.request(method, here.url) as response:
                assert response.status == 405


@pytest.mark.parametrize("ends", [True, False])
async def test_a_body_that_does_not_arrive_is_given_up(ends: bool) -> None:
    refused: asyncio.Queue[Refused] = asyncio.Queue()

    async def receive(request: web.Request) -> web.Response:
        try:
            await Guard(SECRET, lambda: 0.0, patience=0.05 if not ends else 30).read(request)
        except Refused as error:
            refused.put_nowait(error)
        return web.Response(status=400)

    app = web.Application()
    app.add_routes([web.post("/", receive)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    signature = "v0=" + "0" * 64
    writer.write(
        f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nX-Slack-Signature: {signature}\r\n"
        "X-Slack-Request-Timestamp: 0\r\n\r\nabc".encode()
    )
    await writer.drain()
    if ends:
        writer.close()
    try:
        assert (await asyncio.wait_for(refused.get(), 5)).status == 400
    finally:
        writer.close()
        await runner.cleanup()


# --- what was signed, and is nonsense


@pytest.mark.parametrize("name", [name for name in NAMES if name != "url_verification"])
def test_whatever_is_wrong_in_a_payload_it_is_an_event_or_nothing_or_malformed(name: str) -> None:
    for where, payload in changed(recorded(name)):
        try:
            event = read(payload)
        except Malformed:
            continue
        assert event is None or adapter(Event).dump_json(cleaned(event)), where


@pytest.mark.parametrize("name", [*SAID, *ENDS])
async def test_what_is_wrong_in_a_payload_is_never_our_fault(name: str) -> None:
    async with stage() as here, aiohttp.ClientSession() as session:
        for n, (where, payload) in enumerate(changed(ours(name))):
            if n % 7 and "missing" not in where:
                continue
            body, kind = sent(payload)
            headers = {"Content-Type": kind, **sign(SECRET, body, here.clock.now().timestamp())}
            async with session.post(here.url, data=body, headers=headers) as response:
                assert response.status in {200, *REFUSED}, where
        heard = {event.place.tenant for event in (*here.core.kept, *here.core.asked)}
        assert heard <= {"slack:T0BMM"}


@pytest.mark.parametrize("size", [256 * 1024 + 1, 1024 * 1024])
async def test_a_novel_is_no_event(size: int) -> None:
    async with stage() as here:
        payload = ours("mention")
        payload["event"]["text"] = "w" * size
        assert (await here.anna.send(*sent(payload))).status == 413
        assert nothing(here)


async def test_a_long_form_in_any_script_is_taken_and_a_larger_one_than_slack_could_send_is_not() -> None:
    async with stage() as here:
        payload = ours("form")
        payload["view"]["state"]["values"]["title"]["value"]["value"] = "ж" * 40_000
        assert (await here.anna.send(*sent(payload))).status == 200
        assert len(here.core.asked) == 1
        payload["view"]["state"]["values"]["title"]["value"]["value"] = "w" * 1024 * 1024
        assert (await here.anna.send(*sent(payload))).status == 413


@pytest.mark.parametrize("awkward", AWKWARD)
async def test_awkward_words_arrive_as_words(awkward: str) -> None:
    async with stage() as here:
        text = AWKWARD[awkward]
        said, typed, form = ours("mention"), ours("command"), ours("form")
        said["event"]["text"] = f"<@U0BMM> a {text}"
        form["view"]["state"]["values"]["title"]["value"]["value"] = text
        assert (await here.anna.send(*sent(said))).status == 200
        assert (await here.anna.send(*sent(typed | {"text": text.encode("utf-8", "replace").decode()}))).status == 200
        assert (await here.anna.send(*sent(form))).status == 200
        for event in (*here.core.kept, *here.core.asked):
            assert adapter(Event).dump_json(event)  # what no database takes is gone
        if awkward == "emoji":
            assert here.core.kept[0].text == f"a {text}"
            assert here.core.asked[0].values["title"] == text


# --- what is not ours


@pytest.mark.parametrize("name", [name for name in HEARD if "shared" not in name])
async def test_of_a_workspace_that_has_not_installed_us_nothing_is_heard(name: str) -> None:
    async with stage() as here:
        foreign = json.loads(json.dumps(recorded(name)).replace("T0ACME", "T0FOREIGN"))
        assert (await here.anna.send(*sent(foreign))).status == 200
        assert nothing(here)


@pytest.mark.parametrize("name", [*SAID, *ENDS])
async def test_no_single_field_leads_to_another_workspace(name: str) -> None:
    async with stage() as here:
        places = [where for where, value in leaves(ours(name)) if value == "T0BMM"]
        for path in places:
            foreign = ours(name)
            put(foreign, path, "T0FOREIGN")
            assert (await here.anna.send(*sent(foreign))).status == 200
        assert places or "command" in name
        assert {event.place.tenant for event in (*here.core.kept, *here.core.asked)} <= {"slack:T0BMM"}


@pytest.mark.parametrize("name", ["press", "press_home", "press_modal"])
async def test_controls_that_are_not_ours_are_acknowledged_and_leave_nothing(name: str) -> None:
    async with stage() as here:
        payload = ours(name)
        for action in ({"action_id": "other:1"}, {"action_id": ""}, {"value": None}, {"value": ""}):
            body = payload | {"actions": [payload["actions"][0] | action]}
            assert (await here.anna.send(*sent(body))).status == 200
        assert nothing(here)


# --- logs


async def test_no_secret_and_nothing_that_people_wrote_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with stage() as here:
        with caplog.at_level(logging.DEBUG):
            for name in NAMES:
                body, kind = sent(ours(name))
                await here.anna.send(body, kind, {})
                await here.anna.send(body[:-3], kind)
                await here.anna.send(body, kind)
                here.core.down = not here.core.down
    ours_only = [record for record in caplog.records if record.name.startswith(("bmm", "slack_bolt", "aiohttp"))]
    assert ours_only
    for record in ours_only:
        said = " ".join([record.getMessage(), *(str(value) for value in vars(record).values())])
        assert [canary for canary in CANARIES if canary in said] == []


# --- walking a payload


def leaves(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value in a payload that holds no other, and the way to it."""
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else []
    for name, value in pairs:
        yield from leaves(value, (*path, name))
    if not isinstance(thing, dict | list):
        yield path, thing


def put(thing: Any, path: tuple[Any, ...], value: Any) -> None:
    """Change one value of a payload in place."""
    for name in path[:-1]:
        thing = thing[name]
    thing[path[-1]] = value
