"""`bmm serve` in a process of its own: signed requests come in, and Slack's side tells what people got to see.

The clocks are real here. Whatever the fake would have refused fails the test.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_member import SlackMember
from tests.fakes.slack_seen import Seen
from tests.running import Running, running

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
OPS = "C1OPS"
PATIENCE = 20.0  # seconds: two processes share this machine with others


class Town:
    """A workspace, people in it, and the bot that runs in another process; it can be stopped and started again."""

    def __init__(self, folder: Path, slack: FakeSlack) -> None:
        self.folder, self.slack = folder, slack
        self.ada = SlackMember(slack, "U1ADA", "Ada", "", SECRET)
        self.ben = SlackMember(slack, "U2BEN", "Ben", "", SECRET)
        slack.room(OPS, "ops")

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Running]:
        """The program, until the end of the block."""
        settings = {
            "BMM_PORT": "0",
            "BMM_SLACK_BOT_TOKEN": self.slack.token,
            "BMM_SLACK_SIGNING_SECRET": SECRET,
            "BMM_SLACK_API_URL": self.slack.url,
        }
        started = running(self.folder, "serve", **settings)
        program = await asyncio.to_thread(started.__enter__)  # it asks the fake who it is before it is ready
        try:
            for person in (self.ada, self.ben):
                person.url = f"{program.url}/slack/events"
            yield program
        finally:
            await asyncio.to_thread(started.__exit__, None, None, None)

    async def sees(self, look: Callable[[], Seen | None]) -> Seen:
        """What `look` finds, as soon as it does. Raises TimeoutError."""
        await self.slack.until(look, PATIENCE)
        found = look()
        assert found is not None
        return found

    async def post(self, *words: str) -> Seen:
        """The newest post of the bot in #ops that holds all of these words."""
        return await self.sees(lambda: newest(self.slack.posts(OPS), words))

    async def private(self, person: SlackMember, *words: str) -> Seen:
        """The newest private words to somebody."""
        return await self.sees(lambda: newest(self.slack.private(person.id), words))

    async def home(self, person: SlackMember, *words: str) -> Seen:
        """Somebody's App Home, as soon as it holds all of these words."""
        return await self.sees(lambda: newest([each for each in [self.slack.home(person.id)] if each], words))

    async def form(self, person: SlackMember, title: str) -> None:
        """Wait until this form is open."""
        await self.slack.until(
            lambda: (self.slack.modal(person.id) or {}).get("title", {}).get("text") == title, PATIENCE
        )


def newest(seen: list[Seen], words: tuple[str, ...]) -> Seen | None:
    """The last of these with all of the words."""
    return next((each for each in reversed(seen) if all(word in each.text for word in words)), None)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Slack with Ada, Ben and #ops."""
    async with FakeSlack(limited=True) as slack:
        yield Town(tmp_path, slack)
        assert slack.wrong == []


async def test_a_link_to_an_item_leads_to_a_page_that_says_where_to_look_and_nothing_else(tmp_path: Path) -> None:
    async with FakeSlack() as slack, Town(tmp_path, slack).served() as program, aiohttp.ClientSession() as browser:
        async with browser.get(f"{program.url}/items/ops-42") as page:
            assert (page.status, page.headers["X-Content-Type-Options"]) == (200, "nosniff")
            assert "/bmm show OPS-42" in await page.text()
        async with browser.get(f"{program.url}/items/<b>") as page:
            assert page.status == 404


async def test_an_ask_becomes_a_card_and_a_form_changes_it(town: Town) -> None:
    async with town.served():
        said = await town.ada.mention(OPS, "the badge printer on 3 jams", twin=True)
        card = await town.post("OPS-1 logged", "The badge printer on 3 jams")
        assert card.thread == said
        await town.ben.press(card, "Edit")
        await town.form(town.ben, "Edit OPS-1")
        await town.ben.submit(title="The badge printer on 4 jams")
        await town.post("The badge printer on 4 jams")
        await town.ada.choose(card, "More", "Priority: High")
        await town.post("Priority: High")
        told = await town.ada.command(OPS, "backlog")
        assert told.status == 200
        assert "1 waiting" in (await town.private(town.ada, "Backlog of ops")).text
    (card_again,) = [each for each in town.slack.posts(OPS) if each.thread == said]
    assert card_again.ref == card.ref
    assert town.slack.journal.breaches == []


async def test_a_message_of_somebody_is_logged_by_reaction_and_by_shortcut(town: Town) -> None:
    async with town.served():
        said = str(town.slack.post(OPS, town.ben.id, "the lift in the west wing is stuck")["ts"])
        await town.ada.react(OPS, said, "inbox_tray")
        card = await town.post("OPS-1 logged: The lift in the west wing is stuck", "Asked by: Ben")
        assert card.thread == said
        await town.ada.react(OPS, said, "inbox_tray")
        other = str(town.slack.post(OPS, town.ben.id, "the gate squeaks")["ts"])
        await town.ada.use("item.log_this", OPS, other)
        await town.form(town.ada, "Log a message")
        await town.ada.submit()
        assert (await town.post("OPS-2 logged: The gate squeaks")).thread == other
        await town.ben.edit(OPS, said, "the lift in the west wing is stuck, urgent")
        await town.post("OPS-1", "Priority: Urgent")
    assert len([each for each in town.slack.posts(OPS) if "logged" in each.text]) == 2


async def test_a_home_is_published_and_again_only_where_it_changed(town: Town) -> None:
    async with town.served():
        await town.ada.mention(OPS, "the badge printer jams")
        await town.post("OPS-1 logged")
        await town.ada.open_home()
        home = await town.home(town.ada, "OPS-1", "What will be true")
        await town.ada.open_home()
        await town.ben.mention(OPS, "the lift is stuck")
        await town.post("OPS-2 logged")
        await town.ada.press(home, "Skip")
        await town.form(town.ada, "bmm")  # says in words that it was skipped
        town.ada.close()
        await town.home(town.ada, "Nothing waits for you")
        await town.ada.press(home, "Log an ask")
        await town.form(town.ada, "Log an ask")
        await town.ada.submit(ask="order more paper")
        await town.home(town.ada, "OPS-3 Order more paper")
    published = [each.payload["blocks"] for each in town.slack.journal.entries if each.deed == "home"]
    assert all(one != other for one, other in itertools.pairwise(published))


async def test_what_was_asked_before_a_stop_is_there_after_the_start(town: Town) -> None:
    async with town.served() as first:
        await town.ada.mention(OPS, "the lift is stuck")
        card = await town.post("OPS-1 logged")
        asks = [town.ben.mention(OPS, f"lamp {number} is broken") for number in range(5)]
        await asyncio.gather(*asks)  # acknowledged, and hardly understood yet
        assert await asyncio.to_thread(first.stop) == 0
    async with town.served():
        await town.ada.choose(card, "More", "Priority: Urgent")
        await town.post("OPS-1", "Priority: Urgent")
        for number in range(5):
            await town.post("logged", f"Lamp {number} is broken")
    logged = [each for each in town.slack.posts(OPS) if "logged: Lamp" in each.text]
    assert len(logged) == 5
    assert len({each.text.partition(" ")[0] for each in logged}) == 5
