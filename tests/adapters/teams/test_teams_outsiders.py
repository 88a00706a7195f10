"""Who is from outside, and what of a private channel is seen by whom: nothing is taken for granted in Teams."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import aiohttp
import pytest

from tests.fakes.teams import Kind
from tests.fakes.teams_person import TeamsPerson
from tests.harness import opened
from tests.teams_house import TeamsRoom

ONLY = "Only people of this workspace can do that."
UNSURE = "I could not check just now who you are"


@asynccontextmanager
async def a_room(url: str) -> AsyncIterator[TeamsRoom]:
    async with opened("teams", url) as made:
        yield cast(TeamsRoom, made)


def a_guest(room: TeamsRoom) -> TeamsPerson:
    """A guest of the tenant, who is in #ops."""
    member = room.teams.person("Gus Grün", role="guest")
    room.teams.teams[room.rooms["ops"].team].members.add(member.id)
    room.rooms["ops"].members.add(member.id)
    return TeamsPerson(room.teams, member, room.people["Ada"].url, room.prove)


def told(room: TeamsRoom, person: TeamsPerson) -> str:
    """Everything that only this person was told."""
    return "\n".join(str(each.card or each.text) for each in room.teams.private(person.id))


async def test_a_guest_may_ask_and_command_nothing(database_url: str) -> None:
    async with a_room(database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        guest = a_guest(room)
        await guest.mention(room.rooms["ops"], "board")
        await guest.mention(room.rooms["ops"], "the lift is stuck too")
        await room.settle()
        assert ONLY in told(room, guest)
        assert "OPS-2 logged" in str([each.card for each in room.teams.posts(room.rooms["ops"].id)])


async def test_while_no_roster_answers_nobody_new_is_let_in(database_url: str) -> None:
    async with a_room(database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        guest = a_guest(room)
        room.teams.fail("broken_before", "member", times=3)
        await guest.mention(room.rooms["ops"], "board")
        await room.settle()
        assert UNSURE in told(room, guest)


@pytest.mark.parametrize("fault", ["broken_before", "throttled", "slow"])
async def test_while_no_roster_answers_people_are_called_by_their_names_and_are_let_in_as_soon_as_one_does(
    database_url: str, fault: Kind
) -> None:
    async with a_room(database_url) as room:
        room.teams.fail(fault, "member", times=2, after=3.0)
        await room.say("Ada", "ops", "@bmm the badge printer jams, by Friday 17:00")
        card = str([each.card for each in room.teams.posts(room.rooms["ops"].id)])
        assert "Ada Okafor" in card
        assert "29:" not in card
        await room.command("Ada", "ops", "board")
        assert UNSURE in told(room, room.people["Ada"])
        room.teams.faults.clear()
        await room.command("Ada", "ops", "board")
        assert "badge printer" in (await room.private("Ada"))[-1].text


async def test_a_guest_whose_mention_begins_a_board_does_not_run_it(database_url: str) -> None:
    async with a_room(database_url) as room:
        guest = a_guest(room)
        room.teams.fail("broken_before", "member")
        await guest.mention(room.rooms["ops"], "the lift is stuck")
        await room.settle()
        await guest.mention(room.rooms["ops"], "daily 09:00")
        await room.settle()
        assert ONLY in told(room, guest)
        await room.command("Ada", "ops", "daily 09:00")
        assert "09:00" in (await room.private("Ada"))[-1].text


async def test_a_guest_sees_no_board_in_a_tab(database_url: str) -> None:
    async with a_room(database_url) as room, aiohttp.ClientSession() as browser:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        guest, ada = a_guest(room), room.people["Ada"]
        url = ada.url.replace("/api/messages", "/teams/api/board")
        for person, status in ((guest, 403), (ada, 200)):
            member = room.teams.people[person.id]
            head = {"Authorization": f"Bearer {room.issuer.person(member.object_id, member.name)}"}
            where = {"channel": room.rooms["ops"].id}
            async with browser.get(url, params=where, headers=head) as page:
                assert page.status == status
                assert ("badge printer" in await page.text()) is (status == 200)


async def test_whoever_leaves_a_private_channel_sees_its_board_no_more(database_url: str) -> None:
    async with a_room(database_url) as room:
        await room.say("Ada", "backroom", "@bmm order a cake for Esi")
        await room.say("Ben", "backroom", "@bmm a card, too")
        await room.command("Ben", "ops", "show BAC-1")
        assert "order a cake" in (await room.private("Ben"))[-1].text.casefold()
        await room.people["Ada"].send_away(room.rooms["backroom"], room.people["Ben"].id)
        await room.settle()
        await room.command("Ben", "ops", "show BAC-1")
        assert "There is no item BAC-1 here" in (await room.private("Ben"))[-1].text


async def test_a_channel_of_whose_kind_nothing_is_told_counts_as_private(database_url: str) -> None:
    async with a_room(database_url) as room:
        room.teams.fail("error", "channels", status=404, times=9)
        await room.say("Ada", "facilities", "@bmm order a cake for Esi")
        await room.command("Ben", "ops", "show FAC-1")
        assert "There is no item" in (await room.private("Ben"))[-1].text


async def test_whoever_logs_first_where_we_are_not_is_known_by_their_own_chat_in_which_nothing_is_said(
    database_url: str,
) -> None:
    async with a_room(database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        garage, chloe, guest = room.rooms["garage"], room.people["Chloe"], a_guest(room)
        said = garage.said(await room.people["Ben"].say(garage, "the van needs oil"))
        for person in (chloe, guest):
            await person.message_action("item.log_this", garage, said)
            await room.settle()
            assert room.teams.chat(person.id).messages == []
        assert chloe.dialog is not None
        assert chloe.dialog.inputs
        assert guest.dialog is not None
        assert not guest.dialog.inputs
        assert ONLY in str(guest.dialog.card)
