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


async def test_where_teams_has_no_private_words_at_all_one_refusal_is_enough(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database_url) as room:
        tried: list[str] = []

        def recipient(there: Conversation, given: Payload) -> str:
            tried.append(given["recipient"]["id"])
            raise Refusal(405, "NotSupported", "Not here")

        monkeypatch.setattr(room.teams.methods, "_recipient", recipient)
        await room.say("Ada", "ops", "@bmm the gate squeaks")
        for person in ("Ada", "Ben", "Chloe"):
            await room.command(person, "ops", "backlog")
            assert (await room.private(person))[-1].channel != "ops"
        assert len(tried) == 1
