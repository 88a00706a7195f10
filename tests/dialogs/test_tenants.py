"""Two tenants never see each other's items through the front door: what a button carries is the client's word."""

import typing
from collections.abc import Iterator
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import fields, replace
from typing import Any

import pytest

import dialogs
from bot.board import Board, Channel
from bot.items import Change, Item
from bot.ledger import Post, Prompt, Standing
from bot.meetings import AgendaEntry, Meeting
from bot.people import Grant, Human
from bot.ports import Query, Store
from bot.votes import Ballot, Vote
from bot.wire import kinds, name_of, pack
from tests.dialogs.world import Texts, World
from tests.harness import opened
from tests.playground_house import PlaygroundRoom

ROUTES = dialogs.routes()
SECRET = Texts("merger plan", "nobody may know of the merger", "Stranger")
KINDS = (Board, Channel, Human, Grant, Item, Change, Ballot, Vote, Meeting, AgendaEntry, Prompt, Post)
GUESSES = {
    "item": "i1", "ballot": "vestimateopen", "meeting": "m1", "prompt": "q0", "post": "p0", "board": "b1", "turn": "t",
    "words": "merger", "topic": "", "owner": "ben", "to": "ben", "on": "ben", "after": "m1e0", "what": "OPS-1",
    "outcome": "accept", "round": 2, "choice": "0", "card": "0", "lane": "DONE", "priority": "High", "phase": "triage",
    "purpose": "estimate", "day": "2026-11-23", "at": "2026-11-23T09:00:00Z", "page": 1, "minutes": 30,
    "clock": "09:00", "reference": "AB12CD34", "part": "mine", "name": "x", "user": "ben",
    "emoji": "star", "requester": "ben",
    "said": "help.show", "event": "said1", "text": "x", "ask": "x", "why": "x", "reason": "x", "base": "",
}  # fmt: skip


class Elsewhere(World):
    """The same world in another tenant, which the playground's people must not see."""

    def fill(self, store: Store) -> None:
        """Add every row, under the other tenant."""
        super().fill(_Moved(store))  # type: ignore[arg-type]  # only `add` is used


class _Moved:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, row: Any) -> None:
        moved = replace(row, tenant="slack:T9") if hasattr(row, "tenant") else row
        shown = replace(moved, standing=Standing.LIVE, shown=moved.wanted) if isinstance(moved, Post) else moved
        self._store.add(shown)


def forged() -> Iterator[str]:
    """Every intent that can be packed, about the rows of the other tenant."""
    for kind in ROUTES.handlers:
        given = {each.name: GUESSES[each.name] for each in fields(kind) if each.name in GUESSES}
        lacking = [each.name for each in fields(kind) if each.name not in given and each.default is NO_DEFAULT]
        assert not lacking, (name_of(kind), lacking)
        yield pack(_built(kind, given))


def _built(kind: type, given: dict[str, Any]) -> Any:
    from bot.wire import build

    hints = typing.get_type_hints(kind)
    if kind.__name__ == "ChooseBoard":
        given["said"] = "help.show"
    if hints.get("at") is str:
        given["at"] = "09:00"
    if hints.get("outcome") is str:
        given["outcome"] = "x"
    return build(kind, given)


def rows(store: Store) -> dict[type, list[Any]]:
    """Every row of the other tenant's board."""
    found: dict[type, list[Any]] = {kind: store.find(kind, Query(order=("id",), limit=1000)) for kind in KINDS}
    foreign = {kind: [row for row in some if _is_foreign(row)] for kind, some in found.items()}
    assert all(foreign[kind] for kind in (Board, Item, Ballot, Prompt, Meeting))
    return foreign


def _is_foreign(row: Any) -> bool:
    return getattr(row, "board", getattr(row, "id", "")) == "b1" or getattr(row, "tenant", "") == "slack:T9"


@pytest.mark.parametrize("intent", list(forged()), ids=lambda packed: str(packed).partition(" ")[0])
async def test_a_forged_control_finds_nothing_of_another_tenant(intent: str, sqlite_url: str) -> None:
    async with opened("playground", sqlite_url) as room:
        assert isinstance(room, PlaygroundRoom)
        await room.say("Ada", "facilities", "@bmm the badge printer on 3 jams")
        await room.bot.database.write(Elsewhere(SECRET).fill, None)
        before = await room.bot.database.read(rows, None)
        card = (await room.messages("facilities"))[-1]
        answer = await room._post("press", "Ada", message=card.ref, intent=intent, window="w")
        room._answered("Ada", answer)
        await room.settle()
        assert await room.bot.database.read(rows, None) == before
        everything = " ".join(each.text for each in await room.everything()) + str(await room.form("Ada")) + str(answer)
        assert "nobody may know" not in everything
        assert "merger plan" not in everything
        assert "Stranger" not in everything


def test_every_field_that_names_a_row_is_guessed() -> None:
    assert set(ROUTES.subjects) <= set(GUESSES)
    assert {name_of(kind) for kind in ROUTES.handlers} <= set(kinds())
