"""The bot itself over the socket: people talk, press and fill in forms as they do over HTTP, on a database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC

import pytest

from adapters.slack.inbound import Door
from adapters.slack.socket import SocketMode
from bot.items import Item, Priority
from bot.ports import Query
from tests.adapters.slack.socket_stage import QUICK
from tests.conversations.scenes import HERE, Scene, scenes
from tests.conversations.transcripts import Play
from tests.fakes.slack_member import SlackMember
from tests.fakes.slack_socket import SocketPerson, SocketSlack
from tests.slack_house import ROOMS, SlackRoom


class SocketMember(SocketPerson, SlackMember):
    """Somebody of the house who is heard by the socket."""


class SocketRoom(SlackRoom):
    """The house of Slack, reached by a socket."""

    slack: SocketSlack
    member = SocketMember

    async def items(self) -> list[Item]:
        """Every item there is."""
        return await self.bot.database.read(lambda store: store.find(Item, Query(order=("number",))), None)


@asynccontextmanager
async def socket_room(database_url: str) -> AsyncIterator[SocketRoom]:
    """The room, with a socket that stands."""
    async with SocketSlack() as slack:
        room = SocketRoom(database_url, slack)
        await room.workspace.start()
        room.enter("")
        door = Door(room.bot, room.platform, lambda: room.clock.now().astimezone(UTC))
        socket = SocketMode(room.api, slack.app_token, door.deliver, timing=QUICK)
        await socket.start()
        await slack.line()
        try:
            yield room
        finally:
            await socket.stop()
            await room.api.close()
            await room.bot.stop()
        assert slack.wrong == []


async def test_a_mention_whose_acknowledgement_got_lost_makes_one_item_on_another_connection_too(
    sqlite_url: str,
) -> None:
    async with socket_room(sqlite_url) as room:
        line, ada = room.slack.lines[0], room.people["Ada"]
        said = room.slack.post(ROOMS["ops"], ada.id, f"<@{room.slack.bot}> the badge printer jams")
        line.lossy = True
        sent = await room.slack.push("events_api", ada.event("app_mention", ROOMS["ops"], said))
        await room.settle()
        await room.slack.redeliver()
        await line.abort()
        await room.slack.redeliver(on=await room.slack.line(2))
        assert await sent.answered == {}
        await room.settle()
        assert [item.title for item in await room.items()] == ["The badge printer jams"]
        assert sum("OPS-1 logged" in each.text for each in await room.messages("ops")) == 1


async def test_commands_forms_their_errors_and_buttons_work_over_the_socket(sqlite_url: str) -> None:
    async with socket_room(sqlite_url) as room:
        await room.command("Ada", "ops", "add")
        await room.submit("Ada", {"What is asked for?": "   "})
        form = await room.form("Ada")
        assert form is not None
        assert dict(form.errors).keys() == {"What is asked for?"}
        await room.submit("Ada", {"What is asked for?": "the badge printer jams"})
        assert await room.form("Ada") is None
        card = next(each for each in await room.messages("ops") if "OPS-1 logged" in each.text)
        await room.press("Ada", "Skip", card)
        card = next(each for each in await room.messages("ops") if "OPS-1 logged" in each.text)
        await room.choose("Ada", "More", "Priority: High", card)
        assert [item.priority for item in await room.items()] == [Priority.HIGH]


@pytest.mark.parametrize("scene", list(scenes(HERE / "scene_one.md")), ids=lambda scene: scene.name)
async def test_a_scene_is_the_same_over_the_socket(scene: Scene, sqlite_url: str) -> None:
    async with socket_room(sqlite_url) as room:
        await Play(room).play(scene)
