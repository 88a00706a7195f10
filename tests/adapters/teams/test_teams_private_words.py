"""Private words in a channel, as far as Teams shows them there."""

import pytest

from tests.fakes.teams_world import Conversation, Payload, Refusal
from tests.teams_house import opened


async def test_whom_teams_does_not_show_private_words_in_a_channel_keeps_nobody_else_from_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database_url) as room:
        gil = room.people["Gil"]
        taken = room.teams.methods._recipient

        def recipient(there: Conversation, given: Payload) -> str:
            if given["recipient"]["id"] == gil.id:
                raise Refusal(403, "BotNotInConversationRoster", "Not for people of others")
            return taken(there, given)

        monkeypatch.setattr(room.teams.methods, "_recipient", recipient)
        await room.say("Ada", "partners", "@bmm the gate squeaks")
        await room.say("Gil", "partners", "@bmm backlog")
        await room.command("Ada", "partners", "backlog")
        assert (await room.private("Ada"))[-1].channel == "partners"
