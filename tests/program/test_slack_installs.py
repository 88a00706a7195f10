"""`bmm serve` joined to Slack in each of its ways, as its operator and the people of several workspaces meet it."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.adapters.slack.slack_installs import KEY, SIGNING, Browser
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_oauth import CLIENT, SECRET, FakeSlackOAuth
from tests.fakes.slack_person import SlackPerson
from tests.pgtest import Postgres
from tests.program.test_starting import bmm, get
from tests.running import Running, running

ROOM = "C1OPS"
MANY = {
    "BMM_SLACK_CLIENT_ID": CLIENT,
    "BMM_SLACK_CLIENT_SECRET": SECRET,
    "BMM_SLACK_SIGNING_SECRET": SIGNING,
    "BMM_PORT": "0",
}


@asynccontextmanager
async def serving(folder: Path, **settings: str) -> AsyncIterator[Running]:
    """`bmm serve`, started and stopped while the fake goes on answering."""
    process = running(folder, "serve", **{"BMM_PORT": "0", **settings})
    started = await asyncio.to_thread(process.__enter__)
    try:
        yield started
    finally:
        await asyncio.to_thread(process.__exit__, None, None, None)


async def installed(slack: FakeSlackOAuth, bmm: Running, team: str) -> SlackPerson:
    """Somebody has installed it in a workspace, and stands in a channel there."""
    browser = Browser()
    slack.back = f"{bmm.url}/slack/oauth_redirect"
    try:
        page = await browser.get(f"{bmm.url}/slack/install")
        assert (await browser.get(slack.agrees(page.link, team))).title == f"bmm is in Team {team}"
    finally:
        await browser.session.close()
    here = slack.workspace(team)
    here.room(ROOM, "ops")
    return SlackPerson(here, f"U{team}", f"Anna of {team}", f"{bmm.url}/slack/events", SIGNING)


async def test_two_workspaces_from_install_to_uninstall_and_no_secret_is_ever_written_down(
    database_url: str, tmp_path: Path
) -> None:
    async with FakeSlackOAuth(lasts=43_200) as slack:
        settings = MANY | {"BMM_DATABASE_URL": database_url, "BMM_SLACK_API_URL": slack.url, "BMM_SECRET_KEY": KEY}
        async with serving(tmp_path, BMM_LOG="json,debug", **settings) as started:
            people = [await installed(slack, started, team) for team in ("T1ACME", "T2ZETA")]
            for person in people:
                await person.mention(ROOM, f"the badge printer of {person.slack.team} on 3 jams")
            for person in people:
                await slack.until(lambda person=person: person.slack.posts(ROOM))  # type: ignore[misc]
                shown = " ".join(post.text for post in person.slack.posts(ROOM))
                other = next(each for each in people if each is not person)
                assert (person.slack.team in shown, other.slack.team in shown) == (True, False)
                tokens = {call.token for call in slack.journal.calls if call.team == person.slack.team}
                assert tokens == {slack.newest(person.slack.team)}
            slack.uninstall("T1ACME")
            assert (await people[0].deliver(_gone(people[0]))).status == 200
            before = len(slack.journal.calls)
            await people[0].mention(ROOM, "is anybody there?")
            await people[1].mention(ROOM, "the projector is dark")
            await slack.until(lambda: any("projector" in post.text for post in people[1].slack.posts(ROOM)))
            assert {call.team for call in slack.journal.calls[before:]} == {"T2ZETA"}
            assert await asyncio.to_thread(started.stop) == 0
        said = "".join(started.said)
        assert "bmm was installed" in said
        assert {each for each in {*slack.secrets, SIGNING, KEY, "badge printer"} if each in said} == set()
        if database_url.startswith("sqlite"):
            kept = Path(database_url.removeprefix("sqlite:///")).read_bytes()
            assert {each for each in slack.secrets if each.encode() in kept} == set()
        assert slack.wrong == []


def _gone(person: SlackPerson) -> dict[str, object]:
    event = {"type": "app_uninstalled"}
    return {"type": "event_callback", "team_id": person.slack.team, "event": event, "event_time": int(time.time())}


async def test_an_install_outlives_a_restart_and_a_change_of_keys(tmp_path: Path) -> None:
    async with FakeSlackOAuth() as slack:
        settings = MANY | {"BMM_SLACK_API_URL": slack.url}
        async with serving(tmp_path, **settings) as started:
            anna = await installed(slack, started, "T1ACME")
            assert await asyncio.to_thread(started.stop) == 0
        old = (tmp_path / "bmm.db.key").read_text().strip()
        code, said = await asyncio.to_thread(bmm, tmp_path, "rotate-keys", BMM_SECRET_KEY=KEY)
        assert (code, said.strip()) == (0, "Sealed with the newest key: 1.")
        (tmp_path / "bmm.db.key").unlink()
        code, said = await asyncio.to_thread(bmm, tmp_path, "doctor", BMM_SECRET_KEY=old, **settings)
        assert (code, "no key opens 1 of 1" in said) == (1, True)
        code, said = await asyncio.to_thread(bmm, tmp_path, "doctor", BMM_SECRET_KEY=KEY, **settings)
        assert (code, "installed workspaces: 1" in said) == (0, True), said
        async with serving(tmp_path, BMM_SECRET_KEY=KEY, **settings) as started:
            anna.url = f"{started.url}/slack/events"
            await anna.mention(ROOM, "the badge printer on 3 jams")
            await slack.until(lambda: anna.slack.posts(ROOM))
        assert not (tmp_path / "bmm.db.key").exists()


async def test_one_workspace_keeps_its_key_file_for_later(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        one = {"BMM_SLACK_BOT_TOKEN": slack.token, "BMM_SLACK_SIGNING_SECRET": SIGNING, "BMM_SLACK_API_URL": slack.url}
        async with serving(tmp_path, **one) as started:
            assert (await asyncio.to_thread(get, f"{started.url}/readyz"))[0] == 200
        assert (tmp_path / "bmm.db.key").stat().st_mode & 0o077 == 0


async def test_a_token_that_works_again_wakes_what_was_paused(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        one = {"BMM_SLACK_BOT_TOKEN": slack.token, "BMM_SLACK_SIGNING_SECRET": SIGNING, "BMM_SLACK_API_URL": slack.url}
        slack.room(ROOM, "ops")
        async with serving(tmp_path, **one) as started:
            anna = SlackPerson(slack, "U1ANNA", "Anna", f"{started.url}/slack/events", SIGNING)
            slack.refuse(slack.token)
            await anna.mention(ROOM, "the badge printer on 3 jams")
            await slack.until(lambda: slack.journal.tokens("chat.postMessage"))
            assert await asyncio.to_thread(started.stop) == 0
        with closing(sqlite3.connect(tmp_path / "bmm.db")) as database:
            assert database.execute("SELECT paused FROM tenants").fetchall() == [("tenant: token_revoked",)]
        slack.refuse(slack.token, "")
        async with serving(tmp_path, **one):
            await slack.until(lambda: slack.posts(ROOM))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"BMM_SLACK_SIGNING_SECRET": "s"}, "BMM_SLACK_BOT_TOKEN with BMM_SLACK_SIGNING_SECRET"),
        ({"BMM_SLACK_BOT_TOKEN": "xoxb-1"}, "could speak and not hear"),
        ({"BMM_SLACK_APP_TOKEN": "xapp-1"}, "BMM_SLACK_BOT_TOKEN with BMM_SLACK_SIGNING_SECRET"),
        ({"BMM_SLACK_BOT_TOKEN": "xoxb-1", "BMM_SLACK_APP_TOKEN": "xoxb-2"}, "begins with xapp-"),
        ({"BMM_SLACK_BOT_TOKEN": "xoxp-1", "BMM_SLACK_SIGNING_SECRET": "s"}, "begins with xoxb-"),
        ({"BMM_SLACK_BOT_TOKEN": "xoxe.xoxb-1", "BMM_SLACK_SIGNING_SECRET": "s"}, "token rotation"),
        ({"BMM_SLACK_CLIENT_ID": "1.2", "BMM_SLACK_SIGNING_SECRET": "s"}, "needs BMM_SLACK_CLIENT_SECRET"),
        ({"BMM_SLACK_CLIENT_SECRET": "x", "BMM_SLACK_SIGNING_SECRET": "s"}, "needs BMM_SLACK_CLIENT_ID"),
        ({"BMM_SLACK_CLIENT_ID": "1.2", "BMM_SLACK_CLIENT_SECRET": "x"}, "could speak and not hear"),
        (MANY | {"BMM_SLACK_BOT_TOKEN": "xoxb-1"}, "set one of them"),
        (MANY | {"BMM_SECRET_KEY": "short"}, "BMM_SECRET_KEY: each key needs 32 characters"),
    ],
)
def test_halves_and_contradictions_are_told_by_serve_and_by_the_doctor(
    settings: dict[str, str], says: str, tmp_path: Path
) -> None:
    for command in ("serve", "doctor"):
        code, said = bmm(tmp_path, command, **settings)
        assert (code, says in said, "Traceback" in said) == (1, True, False), said
        assert not any(value in said for value in ("xoxb-1", "xoxb-2", "xoxe.xoxb-1", SECRET))


def test_many_workspaces_on_postgresql_need_a_key_that_somebody_made(postgres_url: str, tmp_path: Path) -> None:
    settings = MANY | {"BMM_DATABASE_URL": postgres_url, "BMM_SLACK_API_URL": "http://127.0.0.1:9/api/"}
    for command in ("serve", "doctor"):
        code, said = bmm(tmp_path, command, **settings)
        assert (code, "token_urlsafe" in said, "Traceback" in said) == (1, True, False), said


async def test_a_fresh_set_up_on_postgresql_is_well(postgres: Postgres, tmp_path: Path) -> None:
    postgres.create("not_made_yet")
    async with FakeSlack() as slack:
        given = {"BMM_SLACK_BOT_TOKEN": slack.token, "BMM_SLACK_SIGNING_SECRET": SIGNING}
        given |= {"BMM_SLACK_API_URL": slack.url, "BMM_DATABASE_URL": postgres.url("not_made_yet")}
        code, said = await asyncio.to_thread(bmm, tmp_path, "doctor", **given)
        assert (code, "well:     database: not made yet" in said) == (0, True), said


async def test_the_doctor_knows_each_ailment_of_slack_by_name(tmp_path: Path) -> None:
    async def doctor(**settings: str) -> tuple[int, str]:
        return await asyncio.to_thread(bmm, tmp_path, "doctor", **settings)

    async with FakeSlackOAuth() as slack:
        slack.grant("xoxb-good", "T1ACME")
        one = {"BMM_SLACK_SIGNING_SECRET": SIGNING, "BMM_SLACK_API_URL": slack.url}
        code, said = await doctor(BMM_SLACK_BOT_TOKEN="xoxb-good", **one)
        assert (code, "well:     Slack, as bmm in fake" in said, "well:     database: not made" in said) == (
            0, True, True,
        ), said  # fmt: skip
        assert not (tmp_path / "bmm.db").exists()
        await asyncio.to_thread(bmm, tmp_path, "migrate")
        assert (await doctor(BMM_SLACK_BOT_TOKEN="xoxb-good", **one))[0] == 0
        for secret, doubted in (("abcde", True), ("AbCd" * 8, True), (" " + "0f" * 16 + "\n", False)):
            code, said = await doctor(BMM_SLACK_BOT_TOKEN="xoxb-good\n", **one | {"BMM_SLACK_SIGNING_SECRET": secret})
            assert (code, "in doubt: Slack's signing secret" in said, secret in said) == (0, doubted, False), said
        code, said = await doctor(BMM_SLACK_BOT_TOKEN="xoxb-good", BMM_DATABASE_URL="sqlite:///none/x.db", **one)
        assert (code, "there is no folder none" in said) == (1, True), said
        code, said = await doctor(BMM_SLACK_BOT_TOKEN="xoxb-bad", **one)
        assert (code, "it refuses BMM_SLACK_BOT_TOKEN (invalid_auth)" in said) == (1, True), said
        slack.grant("xoxb-old", "T1ACME", {"chat:write"})
        code, said = await doctor(BMM_SLACK_BOT_TOKEN="xoxb-old", **one)
        assert (code, "the token lacks app_mentions:read" in said) == (1, True), said
        code, said = await doctor(BMM_SLACK_BOT_TOKEN="xoxb-good", BMM_SLACK_APP_TOKEN="xapp-bad", **one)
        assert (code, "Slack refuses BMM_SLACK_APP_TOKEN" in said) == (1, True), said
        many = MANY | {"BMM_SLACK_API_URL": slack.url}
        code, said = await doctor(**many)
        assert (code, "well:     Slack's app" in said) == (0, True), said
        code, said = await doctor(**many | {"BMM_SLACK_CLIENT_SECRET": "wrong"})
        assert (code, "bad_client_secret" in said) == (1, True), said
        assert not (tmp_path / "bmm.db.key").exists()
