"""What is logged from where we are not: looking at the form leaves nothing behind, and what is sent in is kept."""

import pytest

from tests.teams_house import opened


@pytest.mark.parametrize("where", ["ops", "garage", "trio"])
async def test_a_form_that_is_opened_where_we_are_not_begins_no_board_until_it_is_sent_in(
    database_url: str, where: str
) -> None:
    async with opened(database_url) as room:
        there, ada = room.rooms[where], room.people["Ada"]
        there.bot = False
        said = there.said(await room.people["Ben"].say(there, "the van needs oil"))
        await ada.message_action("item.log_this", there, said)
        await room.settle()
        ada.close()
        assert room.teams.chat(ada.id).messages == []
        await ada.message_action("item.log_this", there, said)
        await ada.submit({})
        await room.settle()
        told = str([each.card for each in room.teams.chat(ada.id).messages])
        assert "the van needs oil" in told.casefold()
        assert "I cannot post" not in told
