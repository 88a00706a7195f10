"""The bot's own words and those of other bots are never asks."""

from datetime import timedelta
from typing import Any

import pytest

from bot.ledger import Received
from bot.ports import Query
from tests.harness import opened
from tests.slack_house import ROOMS, SlackRoom

ASK = "<@U0BMM> the badge printer on 3 jams"
OPS = ROOMS["ops"]
EDITED = {"user": "U0BMM", "bot_id": "B0BMM", "text": ASK, "ts": "1.1", "edited": {"user": "U0BMM", "ts": "1.2"}}


def variants() -> list[dict[str, Any]]:
    """A mention as it would come from something that is no person."""
    return [
        {"user": "U0BMM"},
        {"bot_id": "B0BMM"},
        {"bot_id": "B7OTHER", "user": "U7OTHER"},
        {"bot_profile": {"id": "B7OTHER"}},
        {"subtype": "bot_message", "bot_id": "B7OTHER", "username": "other"},
        {"subtype": "message_changed", "hidden": True, "message": EDITED},
        {"edited": EDITED["edited"], "bot_id": "B7OTHER"},
        {"user": "USLACKBOT"},
    ]


async def kept(room: SlackRoom) -> int:
    """How many events are in the inbox."""
    return len(await room.bot.database.read(lambda store: store.find(Received, Query()), None))


@pytest.mark.parametrize("kind", ["app_mention", "message"])
@pytest.mark.parametrize("extra", variants(), ids=str)
async def test_what_no_person_says_leaves_no_trace(extra: dict[str, Any], kind: str, sqlite_url: str) -> None:
    async with opened("slack", sqlite_url) as room:
        assert isinstance(room, SlackRoom)
        said = room.slack.post(OPS, "U1ADA", ASK) | extra
        told = await room.people["Ada"].deliver(room.people["Ada"].event(kind, OPS, said))
        await room.settle()
        assert told.status == 200
        assert await kept(room) == 0
        assert room.slack.posts(OPS) == []


async def test_the_bots_own_posts_come_back_and_nothing_follows(sqlite_url: str) -> None:
    async with opened("slack", sqlite_url) as room:
        assert isinstance(room, SlackRoom)
        await room.say("Ada", "ops", "@bmm the badge printer on 3 jams")
        posts, before = room.slack.posts(OPS), await kept(room)
        for each in posts:
            await room.people["Ada"].deliver(room.people["Ada"].event("message", OPS, each.payload))
        await room.settle()
        assert await kept(room) == before
        assert room.slack.posts(OPS) == posts


async def test_a_mention_and_its_twin_are_heard_once(sqlite_url: str) -> None:
    async with opened("slack", sqlite_url) as room:
        assert isinstance(room, SlackRoom)
        ada = room.people["Ada"]
        said = room.slack.post(OPS, "U1ADA", ASK)
        for kind in ("message", "app_mention", "app_mention"):
            room.clock.advance(timedelta(seconds=1))
            await ada.deliver(ada.event(kind, OPS, said))
        await room.settle()
        assert await kept(room) == 1
        assert sum("logged" in each.text for each in room.slack.posts(OPS)) == 1


async def test_in_the_playground_nobody_can_speak_as_the_bot(sqlite_url: str) -> None:
    async with opened("playground", sqlite_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer on 3 jams")
        before = await room.everything()
        body = {"as": "bmm", "nonce": "n", "channel": "ops", "text": "@bmm again"}
        async with room.client.post("/api/say", json=body) as response:  # type: ignore[attr-defined]
            assert response.status == 400
        await room.settle()
        assert await room.everything() == before
