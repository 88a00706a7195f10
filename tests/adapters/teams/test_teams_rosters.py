"""Who is in a conversation, whose they are and what it is called, as the fake Teams tells over HTTP."""

import pytest

from bot.ports import PlaceGone
from tests.adapters.teams.teams_stage import Stage, stage

NORTHWIND = "9d1c4f5e-2b3a-4c8d-8e7f-6a5b4c3d2e1f"


def looked_up(here: Stage) -> int:
    """How often somebody was looked up."""
    return here.teams.counted()["member"]


async def test_a_roster_of_several_pages_is_read_whole_and_once(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        here.works.members |= {here.teams.person(f"Person {n:03d} {'long name ' * 20}").id for n in range(450)}
        await here.ada.mention(here.ops, "hello")
        found = await here.adapter.rosters.members(here.place(here.ops).tenant, here.ops.id)
        assert found == await here.adapter.rosters.members(here.place(here.ops).tenant, here.ops.id)
        assert len(found) == 452
        assert here.teams.counted()["members"] == 3
        here.clock.move(601)
        await here.adapter.rosters.members(here.place(here.ops).tenant, here.ops.id)
        assert here.teams.counted()["members"] == 6


async def test_the_people_of_a_form_are_by_name_and_nobody_where_teams_does_not_tell(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        place = here.place(here.ops)
        assert await here.adapter.rosters.people(place) == []
        await here.ada.mention(here.ops, "hello")
        here.teams.fail("broken_before", "members")
        assert await here.adapter.rosters.people(place) == []
        told = await here.adapter.rosters.people(place)
        assert [(each.name, each.user) for each in told] == [
            ("Ada Okafor", here.ada.id), ("Ben Lindqvist", here.ben.id),
        ]  # fmt: skip


async def test_somebody_is_found_by_either_id_and_nobody_by_another(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.mention(here.ops, "hello")
        tenant = here.place(here.ops).tenant
        for who in (here.ben.id, here.ben.member.object_id):
            found = await here.adapter.rosters.member(tenant, here.ops.id, who)
            assert found is not None
            assert (found.user, found.person) == (here.ben.id, here.ben.member.object_id)
        assert await here.adapter.rosters.member(tenant, here.ops.id, "29:1nobody") is None
        with pytest.raises(PlaceGone):
            await here.adapter.rosters.member(tenant, "19:nowhere@thread.tacv2", here.ben.id)


async def test_a_profile_has_the_rosters_name_and_the_clients_zone_and_is_asked_once(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.mention(here.ops, "hello")
        told = await here.platform.profile(here.account(here.ada))
        assert told == await here.platform.profile(here.account(here.ada))
        assert (told.name, told.zone, told.bot, told.outsider) == ("Ada Okafor", "Europe/Berlin", False, False)
        assert looked_up(here) == 1


async def test_guests_and_people_of_other_organisations_are_outsiders(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        guest = here.person("Gus Guest", role="guest")
        pia = here.person("Pia Peer", tenant=NORTHWIND)
        shared = here.teams.channel("shared", here.works, sort="shared", members={guest.id, pia.id})
        for each in (guest, pia):
            await each.mention(shared, "hello")
            assert (await here.platform.profile(here.account(each))).outsider


async def test_somebody_who_was_only_named_is_looked_up_where_they_were_named(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        await here.ada.mention(here.ops, f"ask <@{here.ben.id}>")
        told = await here.platform.profile(here.account(here.ben))
        assert (told.name, told.outsider) == ("Ben Lindqvist", False)


@pytest.mark.parametrize("fault", ["broken_before", "throttled", "garbage"])
async def test_where_a_roster_does_not_answer_nobody_of_a_shared_channel_is_one_of_us(
    sqlite_url: str, fault: str
) -> None:
    async with stage(sqlite_url) as here:
        pia = here.person("Pia Peer", tenant=NORTHWIND)
        shared = here.teams.channel("shared", here.works, sort="shared", members={pia.id})
        await pia.mention(shared, "hello")
        assert here.core.kept[-1].unproven
        here.teams.fail(fault, "member")  # type: ignore[arg-type]
        shared_with = await here.platform.profile(here.account(pia))
        shared.members.clear()  # and whom it does not have may be anybody's
        for told in (shared_with, await here.again().platform.profile(here.account(pia))):
            assert (told.name, told.outsider, told.unsure) == ("Pia Peer", True, True)


async def test_channels_are_called_as_they_are_and_the_one_that_every_team_has_as_the_team(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        general = here.teams.conversations[here.works.id]
        board = here.teams.channel("board", here.works, sort="private", members={here.ada.id})
        told = []
        for each in (here.ops, general, board):
            await here.ada.mention(each, "hello")
            told.append(await here.platform.title(here.place(each)))
        assert [(each.name, each.private, each.there) for each in told] == [
            ("ops", False, True), ("Works", False, True), ("board", True, True),
        ]  # fmt: skip


async def test_a_group_chat_is_called_after_who_is_in_it_and_is_private(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        here.trio.name = ""
        await here.ada.mention(here.trio, "hello")
        told = await here.platform.title(here.place(here.trio))
        assert (told.name, told.private) == ("Ada, Ben", True)


async def test_a_channel_that_we_are_not_in_has_no_title(sqlite_url: str) -> None:
    async with stage(sqlite_url) as here:
        with pytest.raises(PlaceGone):
            await here.platform.title(here.place(here.ops))
        await here.ada.mention(here.ops, "hello")
        here.works.bot = here.ops.bot = False
        with pytest.raises(PlaceGone):
            await here.again().platform.title(here.place(here.ops))
