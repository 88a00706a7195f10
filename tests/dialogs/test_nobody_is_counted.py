"""Nobody is counted (product row H3): no figure anywhere says how much somebody did, asked, voted or missed.

Two worlds hold the same items, votes and meetings, and differ only in who is behind them: in one everything was done by
one person, in the other everybody took a turn. With the names masked, every view must read the same.
"""

import re
from pathlib import Path

import dialogs
import storage
from adapters.playground import lanes, render
from bot.messages import Message, plain
from bot.ports import Store
from bot.wire import pack
from dialogs.home import Home, HomePart
from tests.dialogs.world import PEOPLE, PLACE, Texts, World
from tests.harness import opened

ROUTES = dialogs.routes()
TEXTS = Texts("the badge printer", "the badge printer jams, by Friday", "Lindqvist")


async def read_out(url: str, world: World) -> dict[str, str]:
    """Every view as text, with the names masked."""
    database = storage.open_database(url)

    def work(store: Store) -> dict[str, str]:
        world.fill(store)
        shared = [view for view in world.views if not isinstance(view, Home | HomePart)]  # a page is for one alone
        shown = {pack(view): _text(ROUTES.drawings[type(view)](view, world.look(store))) for view in shared}
        return shown | {"board page": str(lanes.board(store, ""))}

    shown = await database.write(work, PLACE.tenant)
    await database.close()
    return {name: re.sub("|".join(PEOPLE), "somebody", text) for name, text in shown.items()}


def _text(message: Message) -> str:
    assert plain(message.summary)
    return str(render.message(message))


async def test_no_view_depends_on_how_much_one_person_did(sqlite_url: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    storage.upgrade(other)
    everybody = await read_out(sqlite_url, World(TEXTS))
    one_alone = await read_out(other, World(TEXTS, whose=lambda _: "ben"))
    assert len(everybody) > 50
    assert everybody == one_alone
    assert any("somebody" in text for text in everybody.values())


async def test_a_vote_tells_the_channel_neither_who_voted_nor_who_is_missing(sqlite_url: str) -> None:
    async with opened("playground", sqlite_url) as room:
        for person in ("Ada", "Ben", "Chloe"):
            await room.say(person, "ops", "@bmm the badge printer jams")
        await room.command("Ada", "ops", "vote shall we move?")
        for person in ("Ben", "Chloe"):
            card = [each for each in await room.messages("ops") if "Vote" in each.text][-1]
            await room.press(person, "yes", on=card)
        card = [each for each in await room.messages("ops") if "Vote" in each.text][-1]
        assert "2 voted" in card.text
        await room.press("Ada", "Reveal", on=card)
        card = [each for each in await room.messages("ops") if "Vote" in each.text][-1]
        assert "2 of 2" in card.text
        assert not any(name in card.text for name in ("Ada", "Ben", "Chloe"))
