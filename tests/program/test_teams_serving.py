"""`bmm serve` in a process of its own: proven activities come in, and Teams' side tells what people got to see.

The clocks are real here. Whatever the fake would have refused fails the test.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.teams import Conversation, FakeTeams, Said
from tests.fakes.teams_issuer import APP, SECRET, TENANT, FakeIssuer, private_key
from tests.fakes.teams_person import TeamsPerson
from tests.fakes.teams_seen import lines_of
from tests.program.test_starting import bmm
from tests.running import Running, running

PATIENCE = 20.0  # seconds: two processes share this machine with others


class Town:
    """A tenant, people in it, and the bot that runs in another process; it can be stopped and started again."""

    def __init__(self, folder: Path, teams: FakeTeams, issuer: FakeIssuer) -> None:
        self.folder, self.teams, self.issuer = folder, teams, issuer
        self.ada = TeamsPerson(teams, teams.person("Ada Okafor"), "", self.prove)
        self.ben = TeamsPerson(teams, teams.person("Ben Lindqvist"), "", self.prove)
        self.ops: Conversation = teams.channel("ops", teams.team("Works", {self.ada.id, self.ben.id}))

    @property
    def settings(self) -> dict[str, str]:
        """What whoever runs the bot has set."""
        return {
            "BMM_TEAMS_APP_ID": APP,
            "BMM_TEAMS_APP_PASSWORD": SECRET,
            "BMM_TEAMS_TENANT_ID": TENANT,
            "BMM_TEAMS_OPENID_URL": self.issuer.metadata_url,
            "BMM_TEAMS_LOGIN_URL": self.issuer.url,
            "BMM_TEAMS_SERVICE_HOSTS": f"127.0.0.1:{self.teams.port}",
        }

    async def prove(self) -> str:
        """The header with which Teams comes."""
        return f"Bearer {self.issuer.bearer(self.teams.service)}"

    @asynccontextmanager
    async def served(self, **settings: str) -> AsyncIterator[Running]:
        """The program with these settings, or the usual ones, until the end of the block."""
        started = running(self.folder, "serve", BMM_PORT="0", **(settings or self.settings))
        program = await asyncio.to_thread(started.__enter__)  # it asks the fake for a token before it is ready
        try:
            for person in (self.ada, self.ben):
                person.url = f"{program.url}/api/messages"
            yield program
        finally:
            await asyncio.to_thread(started.__exit__, None, None, None)

    async def post(self, *words: str) -> Said:
        """The newest post of the bot in #ops that holds all of these words, as soon as there is one. TimeoutError."""
        return await self._sees(lambda: newest(self.teams.posts(self.ops.id), words))

    async def private(self, person: TeamsPerson, *words: str) -> Said:
        """The newest private words to somebody, as soon as they hold all of these."""
        return await self._sees(lambda: newest(self.teams.private(person.id), words))

    async def _sees(self, look: Callable[[], Said | None]) -> Said:
        await self.teams.until(look, PATIENCE)
        found = look()
        assert found is not None
        return found


def newest(seen: list[Said], words: tuple[str, ...]) -> Said | None:
    """The last of these with all of the words."""
    return next((each for each in reversed(seen) if all(word in text(each) for word in words)), None)


def text(said: Said) -> str:
    """All lines of a message."""
    return "\n".join(lines_of(said.card)) if said.card else said.text


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Teams with Ada, Ben and the channel ops of their team; it takes tokens that were granted, and no more calls
    than are documented."""
    async with FakeIssuer() as issuer, FakeTeams(limited=True, accepts=lambda token: token in issuer.granted) as teams:
        yield Town(tmp_path, teams, issuer)
        assert (teams.wrong, teams.journal.breaches) == ([], [])


async def test_an_ask_becomes_a_card_and_a_dialog_changes_it(town: Town) -> None:
    async with town.served() as program:
        said = await town.ada.mention(town.ops, "the badge printer on 3 jams")
        card = await town.post("OPS-1 logged", "The badge printer on 3 jams")
        assert card.thread == said
        await town.ben.press(town.ops, card, "Edit")
        assert town.ben.dialog is not None
        assert town.ben.dialog.title == "Edit OPS-1"
        await town.ben.submit({"f.title": "The badge printer on 4 jams"})
        assert lines_of(town.ben.dialog.card) == ["OPS-1 is changed."]
        changed = await town.post("The badge printer on 4 jams")
        assert (changed.id, changed.thread) == (card.id, said)
        await town.ada.slash(town.ops, "backlog")
        assert (await town.private(town.ada, "Backlog of ops", "1 waiting")).to == town.ada.id
        assert await asyncio.to_thread(program.stop) == 0
    assert [line for line in program.said if "Traceback" in line or " ERROR " in line] == []


async def test_a_message_of_somebody_is_logged_from_its_menu(town: Town) -> None:
    async with town.served():
        await town.ada.mention(town.ops, "the lift is stuck")
        await town.post("OPS-1 logged")
        said = town.ops.said(await town.ben.say(town.ops, "the gate squeaks"))
        assert (await town.ada.message_action("item.log_this", town.ops, said)).status == 200
        assert town.ada.dialog is not None
        assert town.ada.dialog.title == "Log a message"
        await town.ada.submit()
        card = await town.post("OPS-2 logged: The gate squeaks", "Asked by: Ben Lindqvist")
        assert card.thread == said.id


async def test_votes_are_given_in_the_dialog_of_the_deck_and_stay_hidden_until_the_reveal(town: Town) -> None:
    async with town.served():
        await town.ada.mention(town.ops, "vote move the stand-up to 9:30?")
        ballot = await town.post("Vote: move the stand-up")
        await town.ada.choose(town.ops, ballot, "Vote", "no")
        await town.ben.choose(town.ops, ballot, "Vote", "yes")
        counted = await town.post("2 voted", "Hidden until the reveal")
        assert counted.id == ballot.id
        await town.ada.choose(town.ops, counted, "Vote", "yes")  # somebody's vote can be changed until then
        await town.ada.press(town.ops, counted, "Reveal")
        await town.post("2 of 2 · yes")


async def test_what_was_asked_before_a_stop_is_told_after_the_start_to_where_it_was_asked(town: Town) -> None:
    async with town.served() as first:
        await town.ada.mention(town.ops, "the lift is stuck")
        card = await town.post("OPS-1 logged")
        town.teams.fail("throttled", "send", times=1000)
        asked = await asyncio.gather(*(town.ben.mention(town.ops, f"lamp {number} is broken") for number in range(5)))
        assert await asyncio.to_thread(first.stop) == 0
    town.teams.faults.clear()
    async with town.served():  # nobody says a word, so that it has to know by itself how the channel is reached
        for number in range(5):
            await town.post("logged", f"Lamp {number} is broken")
        await town.ada.choose(town.ops, card, "More", "Priority: Urgent")
        await town.post("OPS-1", "Priority: Urgent")
    logged = [each for each in town.teams.posts(town.ops.id) if "logged: Lamp" in text(each)]
    assert sorted(each.thread for each in logged) == sorted(asked)
    assert len({text(each).partition(" ")[0] for each in logged}) == 5


async def test_keys_may_be_changed_while_it_runs_for_others_that_were_published_before(town: Town) -> None:
    town.issuer.publish("key-2")
    async with town.served():
        await town.ada.mention(town.ops, "the lift is stuck")
        await town.post("OPS-1 logged")
        town.issuer.signing = "key-2"
        await town.ada.mention(town.ops, "the gate squeaks")
        await town.post("OPS-2 logged")
        assert town.issuer.count("keys") == 1
        forged = town.issuer.signed({"aud": APP}, kid="key-2", key=private_key("nobody's"))
        strange = town.issuer.signed({"aud": APP}, kid="key-3", key=private_key("nobody's"))
        for token in (forged, strange):
            told = await town.ada.send(b"{}", {"Authorization": f"Bearer {token}"})
            assert told.status == 401


async def test_it_does_not_start_where_anybody_could_speak_as_teams(town: Town) -> None:
    def refused(**settings: str) -> str:
        code, said = bmm(town.folder, "serve", BMM_PORT="0", **settings)
        assert (code, said.startswith("bmm: "), said.count("\n")) == (1, True, 1), said
        return said

    half = {name: value for name, value in town.settings.items() if name != "BMM_TEAMS_APP_ID"}
    assert "BMM_TEAMS_APP_ID is not set" in await asyncio.to_thread(refused, **half)
    local = {"BMM_TEAMS_LOCAL": "1", "BMM_HOST": "0.0.0.0"}
    assert "BMM_HOST must be this machine's" in await asyncio.to_thread(refused, **local)
    assert town.teams.journal.calls == []


async def test_on_one_machine_it_can_be_tried_without_an_account(tmp_path: Path) -> None:
    async with FakeIssuer() as issuer, FakeTeams(limited=True) as teams:
        town = Town(tmp_path, teams, issuer)
        town.ada.sign = None
        async with town.served(BMM_TEAMS_LOCAL="1"):
            said = await town.ada.mention(town.ops, "the badge printer jams")
            assert (await town.post("OPS-1 logged")).thread == said
        assert (teams.wrong, teams.journal.breaches, issuer.journal) == ([], [], [])
        assert {each.token for each in teams.journal.calls} == {""}
