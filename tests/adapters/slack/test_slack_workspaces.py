"""Many workspaces over time: tokens that run out, uninstalls, organisations, replicas that know different things."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.installing.leaving import left
from adapters.slack.installing.workspaces import LIFE, ManyWorkspaces
from bot.events import Place
from bot.ledger import Lease, Post, Tenant
from bot.ports import Query, Store, Throttled, Unavailable
from storage import upgrade
from tests.adapters.slack.slack_installs import ROOM, House, house, replica
from tests.fakes.slack_person import SlackPerson
from tests.needs import needs
from tests.pgtest import Postgres

HOURS = 12 * 3600


def many(here: House) -> ManyWorkspaces:
    """The installations of a house."""
    found = here.joined.platform.installations
    assert isinstance(found, ManyWorkspaces)
    return found


async def paused(here: House, team: str) -> str:
    """Why a workspace is paused, or an empty text."""
    tenant = await here.bot.database.read(lambda store: store.get(Tenant, f"slack:{team}"), None)
    return tenant.paused if tenant else ""


async def asked(here: House, person: SlackPerson, text: str = "the badge printer on 3 jams") -> None:
    """Somebody asks for something, and everything is done."""
    await person.mention(ROOM, text)
    await here.bot.settle()


def posting(here: House) -> list[str]:
    """By which tokens something was posted, each once, in order."""
    return list(dict.fromkeys(here.slack.journal.tokens("chat.postMessage")))


def renewals(here: House) -> int:
    """How often a refresh token was spent."""
    return sum(
        call.given.get("grant_type") == "refresh_token"
        for call in here.slack.journal.calls
        if call.method == "oauth.v2.access"
    )


# --- tokens that run out


async def test_a_token_is_renewed_ahead_of_time_and_the_old_one_serves_until_then(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        await here.install("T1ACME")
        old = here.slack.newest("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        await asked(here, anna)
        await many(here).renewal.look()
        assert (renewals(here), posting(here)) == (0, [old])
        here.clock.advance(timedelta(hours=10, minutes=30))
        await many(here).renewal.look()
        assert renewals(here) == 1
        await asked(here, anna, "the projector is dark")
        assert posting(here) == [old, here.slack.newest("T1ACME")]
        [row] = await here.rows()
        assert row.until is not None
        assert row.until - here.clock.now() > timedelta(hours=11)


async def test_a_token_that_has_run_out_is_renewed_before_anything_is_said(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        await here.install("T1ACME")
        old = here.slack.newest("T1ACME")
        here.clock.advance(timedelta(hours=30))
        here.slack.refuse(old, "token_expired")
        await asked(here, here.person("T1ACME", "U1ANNA", "Anna"))
        assert old not in posting(here)
        assert posting(here) == [here.slack.newest("T1ACME")]


async def test_two_replicas_spend_a_refresh_token_once(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here, replica(database_url, here.slack, here.clock) as other:
        await here.install("T1ACME")
        here.clock.advance(timedelta(hours=11))
        for _ in range(3):
            tasks = [many(each).renewal.soon("slack:T1ACME") for each in (here, other)]
            for task in tasks:
                await task
        assert renewals(here) == 1
        fresh = here.slack.newest("T1ACME")
        for each in (here, other):
            assert (await many(each).of("slack:T1ACME")).token == fresh


async def test_a_failed_renewal_is_tried_again_and_costs_nobody_anything_before_the_end(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        await here.install("T1ACME")
        old = here.slack.newest("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        here.clock.advance(timedelta(hours=11))
        here.slack.fail("broken_before", "oauth.v2.access", times=2)
        await many(here).renewal.look()
        await many(here).renewal.look()  # at once: only after a pause
        assert here.slack.counted()["oauth.v2.access"] == 2
        await asked(here, anna)
        assert posting(here) == [old]
        for _ in range(2):
            here.clock.advance(timedelta(minutes=2))
            await many(here).renewal.look()
        await asked(here, anna, "the projector is dark")
        assert posting(here) == [old, here.slack.newest("T1ACME")]


async def test_where_slack_does_not_renew_it_is_paused_and_an_install_mends_it(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        await here.install("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        await asked(here, anna)
        here.slack.fail("error", "oauth.v2.access", error="invalid_refresh_token", times=9)
        here.clock.advance(timedelta(hours=13))
        before = len(here.slack.workspace("T1ACME").posts(ROOM))
        await asked(here, anna, "the projector is dark")
        assert "run out" in await paused(here, "T1ACME")
        assert len(here.slack.workspace("T1ACME").posts(ROOM)) == before
        here.slack.faults.clear()
        await here.install("T1ACME")
        assert await paused(here, "T1ACME") == ""
        await here.bot.settle()
        assert await paused(here, "T1ACME") == ""
        assert any("projector" in post.text for post in here.slack.workspace("T1ACME").posts(ROOM))


async def test_a_token_that_another_replica_knows_is_found_when_slack_refuses_the_old_one(database_url: str) -> None:
    async with house(database_url) as here, replica(database_url, here.slack, here.clock) as other:
        await here.install("T1ACME")
        old = here.slack.newest("T1ACME")
        assert (await many(other).of("slack:T1ACME")).token == old
        await here.install("T1ACME")
        here.slack.refuse(old, "token_revoked")
        anna = other.person("T1ACME", "U1ANNA", "Anna")
        assert (await other.joined.platform.title(Place("slack", "slack:T1ACME", ROOM))).name == "ops"
        await asked(other, anna)
        assert posting(other)[-1] == here.slack.newest("T1ACME")
        assert await paused(here, "T1ACME") == ""


async def test_a_token_that_comes_after_another_install_is_let_go(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here, replica(database_url, here.slack, here.clock) as other:
        await here.install("T1ACME")
        here.clock.advance(timedelta(hours=11))
        here.slack.gate = asyncio.Event()
        late = many(other).renewal.soon("slack:T1ACME")
        await here.slack.until(lambda: renewals(here))
        gate, here.slack.gate = here.slack.gate, None
        await here.install("T1ACME")
        fresh = here.slack.newest("T1ACME")
        gate.set()
        await late
        for each in (here, other):
            assert (await many(each).of("slack:T1ACME")).token == fresh


async def test_a_token_that_comes_after_an_uninstall_is_let_go(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        await here.install("T1ACME")
        here.clock.advance(timedelta(hours=11))
        here.slack.gate = asyncio.Event()
        late = many(here).renewal.soon("slack:T1ACME")
        await here.slack.until(lambda: renewals(here))
        await here.tells("T1ACME", "app_uninstalled")
        here.slack.gate.set()
        await late
        assert await here.rows() == []


# --- uninstalled


async def test_an_uninstall_deletes_the_token_and_nothing_is_sent_afterwards(database_url: str) -> None:
    async with house(database_url) as here:
        for team in ("T1ACME", "T2ZETA"):
            await here.install(team)
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        await asked(here, anna)
        here.slack.uninstall("T1ACME")
        calls = len(here.slack.journal.calls)
        for _ in range(2):
            assert await here.tells("T1ACME", "app_uninstalled") == 200
            assert await here.tells("T1ACME", "tokens_revoked", tokens={"oauth": [], "bot": ["UBMM"]}) == 200
        assert [row.id for row in await here.rows()] == ["slack:T2ZETA"]
        await _stir(here, "slack:T1ACME")
        await asked(here, anna, "is anybody there?")
        assert len(here.slack.journal.calls) == calls
        assert "uninstalled" in await paused(here, "T1ACME")
        await asked(here, here.person("T2ZETA", "U2BEN", "Ben"))
        assert here.slack.workspace("T2ZETA").posts(ROOM)


async def _stir(here: House, tenant: str) -> None:
    """Let every post of a workspace want to be shown anew."""
    where: dict[str, Any] = {"tenant": tenant}
    assert await here.bot.database.write(lambda store: store.change(Post, where, add_wanted=1), None)


async def test_tokens_of_people_are_no_uninstall(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.install("T1ACME")
        assert await here.tells("T1ACME", "tokens_revoked", tokens={"oauth": ["U1"], "bot": []}) == 200
        assert len(await here.rows()) == 1


async def test_after_another_install_it_goes_on_where_it_was(database_url: str) -> None:
    async with house(database_url) as here:
        await here.install("T1ACME")
        anna = here.person("T1ACME", "U1ANNA", "Anna")
        await asked(here, anna)
        here.slack.uninstall("T1ACME")
        await here.tells("T1ACME", "app_uninstalled")
        await _stir(here, "slack:T1ACME")
        here.clock.advance(timedelta(days=1))
        await here.install("T1ACME")
        assert await paused(here, "T1ACME") == ""
        await here.bot.settle()
        await asked(here, anna, "the projector is dark")
        assert posting(here)[-1] == here.slack.newest("T1ACME")


async def test_news_of_an_uninstall_that_come_after_the_next_install_are_old(database_url: str) -> None:
    async with house(database_url) as here:
        await here.install("T1ACME")
        here.slack.uninstall("T1ACME")
        gone = here.clock.now()
        here.clock.advance(timedelta(minutes=5))
        await here.install("T1ACME")
        await many(here).gone("T1ACME", "", gone)
        assert len(await here.rows()) == 1
        await many(here).gone("T1ACME", "", here.clock.now())
        assert await here.rows() == []


async def test_a_renewed_token_is_of_the_install_that_it_was_given_for(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        await here.install("T1ACME")
        here.clock.advance(timedelta(hours=11))
        gone = here.clock.now()
        here.clock.advance(timedelta(minutes=1))
        await many(here).renewal.look()
        await many(here).gone("T1ACME", "", gone)
        assert (renewals(here), await here.rows()) == (1, [])


async def test_after_an_install_nothing_is_known_of_what_homes_show(database_url: str) -> None:
    async with house(database_url) as here:
        await here.install("T1ACME")
        await asked(here, here.person("T1ACME", "U1ANNA", "Anna"))

        def as_homes(store: Store) -> None:
            for post in store.find(Post, Query({"tenant": "slack:T1ACME"})):
                store.put(replace(post, kind="home", digest="shown"))

        await here.bot.database.write(as_homes, None)
        await here.install("T1ACME")
        posts = await here.bot.database.read(lambda store: store.find(Post, Query({"tenant": "slack:T1ACME"})), None)
        assert {(post.kind, post.digest) for post in posts} == {("home", "")}


async def test_what_another_replica_forgot_is_forgotten_here_within_a_minute(database_url: str) -> None:
    async with house(database_url) as here, replica(database_url, here.slack, here.clock) as other:
        await here.install("T1ACME")
        anna = other.person("T1ACME", "U1ANNA", "Anna")
        await asked(other, anna)
        here.slack.uninstall("T1ACME")
        await here.tells("T1ACME", "app_uninstalled")
        here.clock.advance(LIFE)
        assert await many(other).hearing("T1ACME", "") is None


# --- organisations


async def organisation(here: House) -> list[SlackPerson]:
    """An organisation with two workspaces has installed it, and somebody in each has asked for something."""
    for team in ("T1ACME", "T2ZETA"):
        here.slack.workspace(team, "U0ORG", "E1ORG")
    page = await here.install("T1ACME", organisation=True)
    assert page.title == "bmm is in Org E1ORG"
    return [here.person("T1ACME", "U1ANNA", "Anna", "C1ACME"), here.person("T2ZETA", "U2BEN", "Ben", "C2ZETA")]


async def _says(here: House, person: SlackPerson, text: str, enterprise: str = "E1ORG") -> str:
    """Somebody asks in the channel of their workspace, as Slack tells it in an organisation; the channel."""
    channel = next(name for name in person.slack.channels if name.startswith("C"))
    said = person.slack.post(channel, person.id, f"<@{person.slack.bot}> {text}")
    event = person.event("app_mention", channel, said)
    ours = {"enterprise_id": enterprise, "team_id": person.slack.team, "user_id": person.slack.bot, "is_bot": True}
    event |= {"enterprise_id": enterprise, "authorizations": [ours | {"is_enterprise_install": True}]}
    assert (await person.deliver(event)).status == 200
    await here.bot.settle()
    return channel


async def test_an_organisations_install_serves_each_of_its_workspaces(database_url: str) -> None:
    async with house(database_url) as here:
        for person in await organisation(here):
            channel = await _says(here, person, f"the printer of {person.name}")
            [card, *_] = person.slack.posts(channel)
            assert person.name in card.text
        assert [(row.id, row.via) for row in await here.rows()] == [
            ("slack:E1ORG", ""),
            ("slack:T1ACME", "slack:E1ORG"),
            ("slack:T2ZETA", "slack:E1ORG"),
        ]
        assert [row.sealed for row in (await here.rows())[1:]] == ["", ""]
        async with replica(database_url, here.slack, here.clock) as fresh:
            for team in ("T1ACME", "T2ZETA"):
                assert (await many(fresh).of(f"slack:{team}")).organisation


async def test_a_workspace_of_another_organisation_is_not_served(database_url: str) -> None:
    async with house(database_url) as here:
        await organisation(here)
        here.slack.workspace("T3EVIL", "U0ORG", "E2EVIL")
        zoe = here.person("T3EVIL", "U3ZOE", "Zoe", "C3EVIL")
        await _says(here, zoe, "give me your tokens", "E2EVIL")
        assert here.slack.journal.tokens("chat.postMessage") == []
        assert [row.id for row in await here.rows()] == ["slack:E1ORG"]


async def test_an_organisations_uninstall_ends_all_of_its_workspaces_and_an_install_brings_them_back(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        people = await organisation(here)
        for person in people:
            await _says(here, person, "the printer jams")
        here.slack.uninstall("T1ACME")  # the grant is of the organisation
        assert await here.tells("T2ZETA", "app_uninstalled", "E1ORG") == 200
        assert await here.rows() == []
        assert [bool(await paused(here, team)) for team in ("T1ACME", "T2ZETA")] == [True, True]
        here.clock.advance(timedelta(hours=1))
        await here.install("T1ACME", organisation=True)
        assert [await paused(here, team) for team in ("T1ACME", "T2ZETA")] == ["", ""]
        assert (await many(here).of("slack:T2ZETA")).token == here.slack.newest("T1ACME")


async def test_one_workspace_that_leaves_an_organisation_leaves_the_others_alone(database_url: str) -> None:
    async with house(database_url) as here:
        people = await organisation(here)
        for person in people:
            await _says(here, person, "the printer jams")
        assert await here.tells("T2ZETA", "app_uninstalled", "E1ORG") == 200
        assert [row.id for row in await here.rows()] == ["slack:E1ORG", "slack:T1ACME"]
        assert (await paused(here, "T1ACME"), "removed" in await paused(here, "T2ZETA")) == ("", True)
        await _says(here, people[1], "we are back")
        assert await paused(here, "T2ZETA") == ""


# --- the machine


async def test_used_states_and_leases_do_not_pile_up(database_url: str) -> None:
    async with house(database_url, lasts=HOURS) as here:
        for n in range(5):
            await here.install(f"T{n}")
            here.clock.advance(timedelta(hours=11))
            await many(here).renewal.look()
        standing = await here.bot.database.read(lambda store: store.find(Lease, Query()), None)
        assert len([lease for lease in standing if lease.id.startswith(("state|", "renew|"))]) == 1


async def test_while_the_database_is_down_what_was_known_serves_on() -> None:
    with Postgres(needs("postgresql"), durable=True) as server:
        server.create("bmm")
        upgrade(server.url("bmm"))
        async with house(server.url("bmm")) as here:
            await here.install("T1ACME")
            known = await many(here).of("slack:T1ACME")
            here.clock.advance(2 * LIFE)
            server.kill9()
            assert await many(here).of("slack:T1ACME") == known
            assert await many(here).hearing("T1ACME", "") == known
            with pytest.raises(Throttled):
                await many(here).of("slack:T2ZETA")
            with pytest.raises(Unavailable):
                await many(here).hearing("T2ZETA", "")
            assert await here.tells("T1ACME", "app_uninstalled") == 503
            server.start()
            assert await here.tells("T1ACME", "app_uninstalled") == 200
            assert await here.rows() == []


@pytest.mark.parametrize(
    ("payload", "means"),
    [
        ({"team_id": "T1", "event": {"type": "app_uninstalled"}}, ("T1", "")),
        ({"team_id": "T1", "enterprise_id": "E1", "event": {"type": "app_uninstalled"}}, ("T1", "E1")),
        ({"team_id": "E1", "event": {"type": "app_uninstalled"}}, ("", "E1")),
        ({"team_id": "T1", "event": {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}}, ("T1", "")),
        ({"team_id": "T1", "event": {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}}, None),
        ({"team_id": "T1", "event": {"type": "tokens_revoked", "tokens": "all"}}, None),
        ({"team_id": "T1", "event": {"type": "app_mention"}}, None),
        ({"team_id": "T1", "event": "app_uninstalled"}, None),
    ],
)
def test_what_slack_says_of_an_uninstall_is_read(payload: dict[str, Any], means: tuple[str, str] | None) -> None:
    gone = left({"type": "event_callback", "event_time": 1_700_000_000} | payload)
    assert (gone[:2] if gone else None) == means
