"""Bad input through the front door: a status that blames the sender, nothing kept, and no secret in the logs."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.teams.reading import markup
from adapters.teams.reading.activity import Malformed
from bot.cleaning import clean, cleaned
from bot.events import Event
from bot.ledger import ConversationReference
from bot.wire import adapter
from tests.adapters.teams.teams_recorded import NAMES, Payload, read, recorded
from tests.adapters.teams.teams_stage import AWKWARD, WHOSE, Stage, stage
from tests.adapters.teams.test_teams_recorded import ours
from tests.fakes.teams_issuer import SECRET, TENANT

OK = {200, 400, 401, 403, 413, 415, 501}
FOREIGN = "9ee70000-0000-4000-8000-000000000003"
SOME = (
    "mention mention_edited mention_deleted direct mention_quoting installed_team bot_added_shared channel_renamed "
    "execute fetch_menu submit_choice submit_form log_message log_command_box press_as_message"
).split()
WRONG: list[Any] = [None, 7, True, "", "x y", [], [7], {}, {"id": 7}, "\ud800", "٣", "x" * 500, -1e9, "a\x00b"]


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


async def nothing(here: Stage) -> bool:
    """Whether nothing reached the core, nothing is remembered, and nobody saw anything."""
    remembered = await here.database.rows(ConversationReference)
    return not (remembered or here.core.heard or here.teams.journal.calls)


# --- what nobody signed


@pytest.mark.parametrize("name", NAMES)
async def test_without_a_token_nothing_of_any_kind_gets_in(sqlite_url: str, name: str) -> None:
    async with stage(sqlite_url) as here:
        body = json.dumps(ours(here, name)).encode()
        forged = here.issuer.signed({"aud": "x"}, key=None)
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {forged}"}):
            assert (await here.ada.send(body, headers)).status == 401
        assert await nothing(here)


async def test_what_is_too_large_or_no_json_is_refused(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        proof = {"Authorization": await here.prove()}
        huge = ours(here, "submit_form")
        huge["value"]["data"]["f.title"] = "w" * 300_000
        assert (await here.ada.send(json.dumps(huge).encode(), proof)).status == 413
        for body in (b"", b"{", b"[]", b"7", b"null", b'{"a":NaN}', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000):
            assert (await here.ada.send(body, proof)).status == 400
        assert await nothing(here)


# --- what was signed, and is nonsense


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_wrong_in_an_activity_it_comes_to_something_or_is_malformed(name: str) -> None:
    for where, payload in changed(recorded(name)):
        try:
            came = read(payload)
        except Malformed:
            continue
        for each in came if isinstance(came, list) else [came]:
            assert not isinstance(each, Event) or adapter(Event).dump_json(cleaned(each)), where


@pytest.mark.parametrize("name", SOME)
async def test_what_is_wrong_in_an_activity_is_never_our_fault(sqlite_url: str, name: str) -> None:
    async with stage(sqlite_url, strict=False) as here:
        for n, (where, payload) in enumerate(changed(ours(here, name))):
            if n % 11 == 0 or ("missing" in where and n % 2):
                assert (await here.ada.deliver(payload)).status in OK, where
        assert {event.place.tenant for event in here.core.heard} <= {WHOSE}
        assert {each.tenant for each in await here.database.rows(ConversationReference)} <= {WHOSE}
        here.teams.wrong.clear()  # of places that are none


@pytest.mark.parametrize("awkward", AWKWARD)
async def test_awkward_words_arrive_as_words(sqlite_url: str, awkward: str) -> None:
    async with stage(sqlite_url) as here:
        text = AWKWARD[awkward]
        said, form, logged = ours(here, "direct"), ours(here, "submit_form"), ours(here, "log_message")
        said["text"] = f"a {text}"
        form["value"]["data"]["f.title"] = text
        logged["value"]["messagePayload"]["body"]["content"] = f"<p>{text}</p>"
        for payload in (said, form, logged):
            assert (await here.ada.deliver(payload)).status == 200
        for event in here.core.heard:
            assert adapter(Event).dump_json(cleaned(event))  # what no database takes is gone
        if awkward in ("emoji", "template", "markup"):
            assert here.core.kept[0].text == f"a {text}"
            assert here.core.asked[0].values["title"] == clean(text).strip()
        if awkward == "marks":
            assert here.core.kept[0].text == "a z" + "\u0301" * 4
        if awkward == "mention":  # nobody is named whom Teams does not name
            assert here.core.kept[0].text.startswith("a <!channel> @everyone")


@pytest.mark.parametrize(
    ("text", "entities", "means"),
    [
        ("<at>Ben</at> hello", [], "@Ben hello"),
        ("<at>Ben</at>", [("<at>Ben</at>", "")], "@Ben"),
        ("jams", [("jams", "29:1ben")], "jams"),
        ("jams", [("", "29:1ben")], "jams"),
        (
            "<at>a</at><at>a</at><at>a</at>",
            [("<at>a</at>", "29:1x"), ("<at>a</at>", "29:1y")],
            "<@29:1x><@29:1y><@29:1y>",
        ),
        ("<at>ops</at>", [("<at>ops</at>", "19:ops@thread.tacv2")], "@ops"),
        ("<at>R&amp;D</at> &amp;amp;", [], "@R&D &amp;"),
        ("&lt;at&gt;x&lt;/at&gt;", [], "<at>x</at>"),
        ("<at>bmm</at><at>bmm</at> x", [("<at>bmm</at>", "28:0bot")], "x"),
        ('<at id="0">bmm</at> chair 7 wobbles', [("<at>bmm</at>", "28:0bot")], "chair 7 wobbles"),
    ],
)
def test_mentions_that_lie_name_nobody_else(text: str, entities: list[tuple[str, str]], means: str) -> None:
    told = [{"type": "mention", "text": shown, "mentioned": {"id": who}} for shown, who in entities]
    payload = recorded("direct") | {"text": text, "entities": told, "recipient": {"id": "28:0bot"}}
    came = read(payload)
    assert isinstance(came, Event)
    assert came.text == means


@pytest.mark.parametrize(
    "html",
    ["<a " * 80_000, "<!--" * 60_000, "</" * 100_000, "<![foo[x]]>", "<p a" * 60_000, "<" * 250_000,
     "<a href='https://x'>" * 12_000, '<span itemtype="http://schema.skype.com/Mention" itemid="' + "9" * 5_000 + '">'],
)  # fmt: skip
def test_no_html_keeps_us_busy(html: str) -> None:
    begun = time.process_time()
    markup.from_html(html)
    assert time.process_time() - begun < 2


# --- what is not ours, and what is old


@pytest.mark.parametrize("name", SOME)
async def test_no_single_field_leads_to_another_tenant(sqlite_url: str, name: str) -> None:
    async with stage(sqlite_url, strict=False) as here:
        places = [where for where, value in leaves(ours(here, name)) if value == TENANT]
        for path in places:
            foreign = ours(here, name)
            put(foreign, path, FOREIGN)
            assert (await here.ada.deliver(foreign)).status == 403
        assert places
        assert await nothing(here)


@pytest.mark.parametrize("name", ["execute", "fetch_form", "submit_choice", "submit_form"])
@pytest.mark.parametrize(
    "data",
    [{}, {"bmm": 7}, {"bmm": {}}, {"bmm": {"i": 7}}, {"bmm": {"f": None}}, {"bmm": {"m": {"l": 1, "o": 2}}},
     {"bmm": {"p": 1}}, {"bmm": {"i": "no.such", "n": {"x": 1}}}, {"bmm": {"f": "x.y"}, "f.a": {"deep": []}},
     {"bmm": {"f": "x.y"}} | {f"f.{n}": "v" for n in range(200)}],
)  # fmt: skip
async def test_actions_that_are_not_ours_are_malformed_and_leave_nothing(
    sqlite_url: str, name: str, data: Payload
) -> None:
    async with stage(sqlite_url) as here:
        payload = ours(here, name)
        (payload["value"]["action"] if name == "execute" else payload["value"])["data"] = data
        assert (await here.ada.deliver(payload)).status == 400
        assert here.core.heard == []


async def test_a_verb_that_we_do_not_know_and_another_kind_of_action_are_refused_by_their_data_alone(
    sqlite_url: str,
) -> None:
    async with stage(sqlite_url) as here:
        payload = ours(here, "execute")
        payload["value"]["action"]["verb"] = "burn"
        assert (await here.ada.deliver(payload)).status == 200
        for wrong in ("Action.Burn", None, 7):
            payload["value"]["action"]["type"] = wrong
            assert (await here.ada.deliver(payload)).status in OK
        assert (await here.ada.deliver(ours(here, "query") | {"name": "burn/now"})).status == 501


async def test_a_menu_of_nonsense_opens_a_dialog_that_says_so(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        payload = ours(here, "fetch_menu")
        payload["value"]["data"]["bmm"]["m"]["o"] = []
        told = await here.ada.deliver(payload)
        assert (told.status, told.body["task"]["type"]) == (200, "continue")
        assert here.core.heard == []


async def test_a_dialog_submitted_twice_is_one_event_and_somebody_elses_is_another(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        first, second, other = (ours(here, "submit_form") for _ in range(3))
        second["id"] = "f:20000001"
        other["id"], other["from"]["id"] = "f:20000002", here.ben.id
        for payload in (first, second, other):
            assert (await here.ada.deliver(payload)).status == 200
        keys = [each.key for each in here.core.asked]
        assert keys[0] == keys[1] != keys[2]
        assert [each.actor.user for each in here.core.asked if each.actor][2] == here.ben.id


# --- logs


async def test_no_secret_and_nothing_that_people_wrote_is_logged(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    canaries = [SECRET, "badge printer", "item.take", "n0nce", "granted-", "eyJ"]
    async with stage(sqlite_url) as here:
        with caplog.at_level(logging.DEBUG):
            for name in NAMES:
                body = json.dumps(ours(here, name)).encode()
                await here.ada.send(body, {})
                await here.ada.send(body[:-3], {"Authorization": await here.prove()})
                await here.ada.deliver(ours(here, name))
                here.database.down = not here.database.down
            here.database.down = False
    told = [record for record in caplog.records if record.name.startswith(("bmm", "botbuilder", "aiohttp"))]
    assert told
    for record in told:
        said = " ".join([record.getMessage(), *(str(value) for value in vars(record).values())])
        assert [canary for canary in canaries if canary in said] == []
