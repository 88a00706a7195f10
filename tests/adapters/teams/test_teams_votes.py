"""Votes in Teams: what somebody chose is seen by nobody else, and a crowd costs few edits and no message."""

import asyncio
from typing import cast

from tests.fakes.teams_person import TeamsPerson
from tests.fakes.teams_seen import lines_of
from tests.fakes.teams_world import Conversation, Said
from tests.harness import Control, Seen, opened
from tests.teams_house import TeamsRoom

CROWD = 200


def seen(card: dict[str, object]) -> str:
    """What can be read on a card."""
    return "\n".join(lines_of(card))


async def a_vote(room: TeamsRoom) -> tuple[Conversation, Said, Control]:
    """A vote in #ops that nobody has answered: where it stands, and its deck."""
    await room.command("Ada", "ops", "vote move the stand-up to 9:30?")
    card = next(each for each in reversed(await room.messages("ops")) if "Vote: move" in each.text)
    return (*cast(tuple[Conversation, Said], card.raw), card.control("Vote"))


async def live(room: TeamsRoom) -> Seen:
    """The card of the meeting that runs."""
    return next(each for each in reversed(await room.messages("ops")) if "Refinement of ops" in each.text)


async def test_on_the_card_of_a_meeting_everybody_sees_what_they_chose_and_nobody_else_does(database_url: str) -> None:
    async with opened("teams", database_url) as made:
        room = cast(TeamsRoom, made)
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        await room.command("Ada", "ops", "start")
        await room.press("Ada", "Begin", await live(room))
        await room.choose("Ada", "Call a vote", "on the estimate", await live(room))
        await room.say("Ben", "ops", "@bmm hello")
        await room.choose("Ada", "Vote", "3", await live(room))
        there, said = cast(tuple[Conversation, Said], (await live(room)).raw)
        ada, ben, esi = (room.people[name] for name in ("Ada", "Ben", "Esi"))
        assert set(said.card["refresh"]["userIds"]) == {ada.id, ben.id}
        assert "You chose" not in seen(said.card)
        assert await esi.refresh(there, said) is None
        for somebody in (ada, ben):
            told = await somebody.refresh(there, said)
            assert told is not None
            assert told.status == 200
        assert "You chose 3." in seen(ada.card(said))
        assert "You chose" not in seen(ben.card(said))


async def test_two_hundred_votes_lose_none_and_cost_few_edits_and_no_message(database_url: str) -> None:
    async with opened("teams", database_url) as made:
        room = cast(TeamsRoom, made)
        there, said, deck = await a_vote(room)
        crowd = [room.teams.person(f"Voter {number}") for number in range(CROWD)]
        there.members.update(each.id for each in crowd)
        people = [TeamsPerson(room.teams, each, room.people["Ada"].url, room.prove) for each in crowd]
        before = len(room.teams.journal.calls)
        for start in range(0, CROWD, 20):
            some = people[start : start + 20]
            told = await asyncio.gather(
                *(each.choose(there, said, deck.raw, "yes" if n % 2 else "no") for n, each in enumerate(some))
            )
            assert {each.status for each in told} == {200}
            await room.settle()
        calls = [each.method for each in room.teams.journal.calls[before:] if each.method not in ("member", "members")]
        assert set(calls) == {"edit"}
        assert len(calls) <= 2 * CROWD // 20
        assert f"{CROWD} voted" in seen(there.said(said.id).card)
        assert all("You chose" in seen(room.teams.dialogs[each.id].card) for each in people)
