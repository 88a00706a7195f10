"""Whoever has captured a request of Slack's may send it again, and name it a redelivery: nothing happens twice."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from bot.items import Item
from bot.ledger import Received
from bot.ports import Query
from tests.adapters.slack.slack_installs import ROOM, SIGNING, House, house
from tests.fakes.slack_person import FORM, JSON, SlackPerson, sign

RETRY = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}


async def sent(here: House, person: SlackPerson, told: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """What Slack sends once, and everybody on the way could write down: the body and its signed headers."""
    body = json.dumps(told).encode()
    signed = sign(SIGNING, body, here.clock.now().timestamp())
    assert (await person.send(body, JSON, signed)).status == 200
    await here.bot.settle()
    return body, signed


async def count(here: House, kind: type) -> int:
    found: list[Any] = await here.bot.database.read(lambda store: store.find(kind, Query(limit=100)), None)
    return len(found)


async def test_an_ask_that_was_captured_is_logged_once(database_url: str) -> None:
    async with house(database_url) as here:
        await here.install("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        said = anna.slack.post(ROOM, anna.id, f"<@{anna.slack.bot}> the badge printer on 3 jams")
        body, signed = await sent(here, anna, anna.event("app_mention", ROOM, said))
        stood = await count(here, Item), await count(here, Received), len(anna.slack.posts(ROOM))
        assert stood[:2] == (1, 1)
        assert (await anna.send(body, JSON, signed)).status == 401
        for seconds in (0, 100, 150):
            here.clock.advance(timedelta(seconds=seconds))
            assert (await anna.send(body, JSON, signed | RETRY)).status == 200
            await here.bot.settle()
        assert (await count(here, Item), await count(here, Received), len(anna.slack.posts(ROOM))) == stood
        here.clock.advance(timedelta(seconds=60))
        assert (await anna.send(body, JSON, signed | RETRY)).status == 401


async def test_an_uninstall_that_was_captured_does_not_end_the_next_install(database_url: str) -> None:
    async with house(database_url) as here:
        await here.install("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        told = {"type": "event_callback", "team_id": "T1ACME", "event": {"type": "app_uninstalled"}}
        body, signed = await sent(here, anna, told | {"event_time": int(here.clock.now().timestamp())})
        assert await here.rows() == []
        here.clock.advance(timedelta(seconds=60))
        await here.install("T1ACME")
        assert (await anna.send(body, JSON, signed | RETRY)).status == 200
        assert [row.id for row in await here.rows()] == ["slack:T1ACME"]


async def test_a_command_that_was_captured_does_not_pass_as_an_event(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.install("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        typed = {"command": "/bmm", "text": "add a lamp", "team_id": "T1ACME", "user_id": anna.id, "channel_id": ROOM}
        body = urlencode(typed | {"trigger_id": "1.2.3", "response_url": f"{here.slack.origin}/answer/1"}).encode()
        signed = sign(SIGNING, body, here.clock.now().timestamp())
        assert (await anna.send(body, FORM, signed)).status == 200
        await here.bot.settle()
        stood = await count(here, Item), await count(here, Received)
        assert stood[1] == 1
        assert (await anna.send(body, FORM, signed | RETRY)).status == 401
        assert (await anna.send(body, JSON, signed | RETRY)).status == 400
        assert (await count(here, Item), await count(here, Received)) == stood
