"""What is remembered of where people and places are reached: from which activities, how often, and for whom."""

import asyncio

import pytest

from bot.ledger import ConversationReference
from bot.ports import PlaceGone
from tests.adapters.teams.teams_stage import WHOSE, Stage, stage
from tests.fakes.teams_issuer import TENANT


async def remembered(here: Stage) -> dict[str, ConversationReference]:
    """Everything that is remembered, by channel."""
    return {each.channel: each for each in await here.database.rows(ConversationReference)}


async def test_words_tell_where_a_channel_is_and_who_speaks(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.mention(here.ops, "hello")
        known = await remembered(here)
        ops, ada = known[here.ops.id], known[here.ada.id]
        assert (ops.conversation, ops.service, ops.team) == (here.ops.id, here.teams.service, here.works.id)
        assert (ada.conversation, ada.person, ada.name) == ("", here.ada.member.object_id, "Ada Okafor")
        assert (ada.zone, ada.tenant) == ("Europe/Berlin", WHOSE)
        assert set(known) == {here.ops.id, here.ada.id}


async def test_a_chat_is_somebodys_and_is_reached_by_their_id(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.direct("hello")
        assert {name: each.conversation for name, each in (await remembered(here)).items()} == {
            here.ada.id: here.teams.chat(here.ada.id).id
        }


@pytest.mark.parametrize("told", [{}, {"conversationType": "personal"}])
async def test_where_others_may_be_is_never_somebodys_own_chat(sqlite_url: str, told: dict[str, str]) -> None:
    async with stage(sqlite_url) as here:
        payload = here.ada.activity("message", here.ops)
        payload["conversation"] = {"id": here.ops.id, "tenantId": TENANT, **told}
        payload["channelData"] = {"tenant": {"id": TENANT}}
        assert (await here.ada.deliver(payload | {"text": "hello"})).status == 200
        assert (await remembered(here))[here.ada.id].conversation == ""


async def test_a_time_zone_is_told_by_the_client_where_the_activity_tells_none(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        payload = here.ada.activity("message", here.teams.chat(here.ada.id))
        del payload["localTimezone"]
        assert (await here.ada.deliver(payload | {"text": "hello"})).status == 200
        assert (await remembered(here))[here.ada.id].zone == "Europe/Berlin"


async def test_what_is_known_is_not_written_again_and_what_changes_is(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.direct("hello")
        writes = here.database.writes
        for _ in range(3):
            await here.ada.direct("hello again")
        assert here.database.writes == writes
        await here.ada.mention(here.ops, "hello")
        assert here.database.writes == writes + 1
        here.ada.member.name = here.ada.name = "Ada Lovelace"
        await here.ada.direct("hello")
        known = (await remembered(here))[here.ada.id]
        assert (known.name, known.conversation) == ("Ada Lovelace", here.teams.chat(here.ada.id).id)


async def test_many_first_words_at_once_are_all_remembered(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        channels = [here.teams.channel(f"c{n}", here.works) for n in range(20)]
        await asyncio.gather(*(here.ada.mention(each, "hello") for each in channels))
        assert {each.id for each in channels} < set(await remembered(here))


async def test_an_installation_tells_of_the_chosen_channel_and_the_team_of_all_that_were_heard(
    sqlite_url: str,
) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.install(here.ops)
        lab = here.teams.channel("lab", here.works)
        await here.ada.mention(lab, "hello")
        known = await here.adapter.conversations.channels(WHOSE, here.works.id)
        assert set(known) == {here.ops.id, lab.id, here.works.id}
        assert await here.adapter.conversations.channels(WHOSE, "") == ()
        assert await here.adapter.conversations.channels("teams:other", here.works.id) == ()


async def test_a_message_that_is_logged_elsewhere_does_not_make_us_be_there(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        said = await here.ada.say(here.trio, "the lift is stuck")
        before = set(await remembered(here))
        pool = here.teams.channel("pool", here.teams.team("Pool", {here.ada.id}, bot=False))
        said = await here.ada.say(pool, "the lift is stuck")
        await here.ada.message_action("item.log_this", pool, pool.said(said))
        assert set(await remembered(here)) == before | {here.ada.id}
        with pytest.raises(PlaceGone):
            await here.adapter.conversations.of(WHOSE, pool.id)


async def test_people_are_found_by_the_directorys_id_in_their_tenant_alone(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.direct("hello")
        person = here.ada.member.object_id
        assert await here.adapter.people.by_entra(WHOSE, person) == here.account(here.ada)
        assert await here.again().people.by_entra(WHOSE, person) == here.account(here.ada)
        assert await here.adapter.people.by_entra("teams:other", person) is None
        assert await here.adapter.people.by_entra(WHOSE, "") is None
        assert await here.adapter.people.by_entra(WHOSE, TENANT) is None


async def test_a_tenant_that_was_never_heard_of_is_nowhere(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.direct("hello")
        assert (await here.adapter.conversations.of(WHOSE, here.ben.id)).conversation == ""
        for tenant, channel in ((WHOSE, here.ops.id), ("teams:other", here.ben.id)):
            with pytest.raises(PlaceGone):
                await here.adapter.conversations.of(tenant, channel)
