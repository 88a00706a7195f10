"""Text is clean where it enters, whichever platform it comes from, and what is part of a language survives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cleaning import clean, cleaned
from bot.events import Account, Event, Place
from bot.items import Item
from bot.ledger import Received
from bot.people import Human
from bot.ports import Profile
from dialogs.intents import LogItem
from tests.engine.house import House, opened
from tests.harness import MONDAY

DIRTY = "be\x00fore \ud800\udfff after \u202egnp.exe\u2066\u2069 \u200bend\x1b[31m\x7f"
CLEAN = "before  after gnp.exe end[31m"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain words", "plain words"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("old\r\nline\rbreaks", "old\nline\nbreaks"),
        (DIRTY, CLEAN),
        ("👩🏽‍🚀 🏳️‍🌈 👨‍👩‍👧‍👦 1️⃣", "👩🏽‍🚀 🏳️‍🌈 👨‍👩‍👧‍👦 1️⃣"),
        ("می‌خواهم שָׁלוֹם\u200f नमस्ते", "می‌خواهم שָׁלוֹם\u200f नमस्ते"),
        ("Z" + "\u0300" * 500 + "!", "Z" + "\u0300" * 4 + "!"),
        ("tiếng Việt, Ǻ", "tiếng Việt, Ǻ"),
        ("\ufeffwith a mark", "with a mark"),
        ("<!channel> <@U1> *bold* javascript:x", "<!channel> <@U1> *bold* javascript:x"),
    ],
)
def test_what_is_dropped_and_what_survives(text: str, kept: str) -> None:
    assert clean(text) == kept


@given(st.text())
def test_clean_text_can_be_kept_and_is_clean_already(text: str) -> None:
    kept = clean(text)
    assert kept.encode() is not None
    assert "\x00" not in kept
    assert clean(kept) == kept


def test_every_text_of_an_event_is_cleaned_and_a_clean_one_is_left_as_it_is() -> None:
    place = Place("p", "t", "c\x00", name="na\u202eme")
    event = Event("k\x00", "form", MONDAY, place, Account("p", "t", "u\x00"), values={"a\x00": "b\x00"}, text=DIRTY)
    kept = cleaned(event)
    assert (kept.key, kept.place.channel, kept.place.name, kept.values) == ("k", "c", "name", {"a": "b"})
    assert (kept.text, kept.actor) == (CLEAN, Account("p", "t", "u"))
    assert cleaned(kept) == kept


@pytest.fixture(params=["mention", "command", "control", "form"])
def how(request: pytest.FixtureRequest) -> str:
    """Every road on which words come."""
    return str(request.param)


async def test_no_road_brings_dirt_into_the_database(how: str, database_url: str) -> None:
    async with opened(database_url) as house:
        house.platform.profiles["ada"] = Profile("A\x00d\u202ea\ud800")
        await house.bot.keep(await _dirty(how, house))
        await house.bot.settle()
        item = await house.row(Item)
        assert "before" in item.request
        assert clean(item.request) == item.request
        assert (await house.row(Human)).name == "Ada"
        assert "\x00" not in (await house.row(Received)).event
        assert "before" in house.platform.posts[0].text.casefold()


async def _dirty(how: str, house: House) -> Event:
    match how:
        case "mention":
            return house.mention(DIRTY)
        case "command":
            return house.command(f"add {DIRTY}")
        case "control":
            return house.press(LogItem(DIRTY.replace("\ud800\udfff", "")))
        case _:
            return house.form(LogItem(), {"ask": DIRTY})
