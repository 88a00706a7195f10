"""A tab in a channel in which nobody has spoken to us yet."""

import aiohttp

from tests.teams_house import TeamsRoom, opened


async def seen(room: TeamsRoom, person: str, where: str) -> tuple[int, str]:
    """The status and text of a channel's board, as somebody asks for it."""
    tab = room.tabs[person]
    token = room.issuer.person(tab.member.object_id, tab.member.name, tid=tab.member.tenant)
    head = {"Authorization": f"Bearer {token}"}
    url = f"{tab.url}/teams/api/board"
    where_at = {"channel": room.rooms[where].id}
    async with aiohttp.ClientSession() as browser, browser.get(url, params=where_at, headers=head) as page:
        return page.status, await page.text()


async def test_a_board_tab_where_nobody_has_mentioned_us_says_so_to_who_is_there_and_nothing_to_others(
    database_url: str,
) -> None:
    async with opened(database_url) as room:
        await room.say("Ada", "ops", "@bmm the badge printer jams")
        status, page = await seen(room, "Ben", "facilities")
        assert status == 200
        assert "Mention me" in page
        for person, where in (("Ben", "garage"), ("Chloe", "backroom"), ("Gil", "facilities")):
            assert (await seen(room, person, where))[0] == 403
