"""The board page's data: lanes as columns, items as cards."""

from typing import Any

from adapters.playground import render
from adapters.playground.limits import COUNTED, DONE_CARDS, LANE_CARDS
from adapters.playground.team import PLATFORM, TENANT
from bot.board import Board, Channel
from bot.items import OPEN_LANES, Item, Lane, missing_things
from bot.people import Human
from bot.ports import Query, Store

_ASIDE = (Lane.WITH_PM, Lane.PROPOSED_PROJECT, Lane.DISCARDED)


def boards(store: Store) -> list[dict[str, str]]:
    """The boards that channels of the playground feed, by the first channel of each."""
    found: dict[str, dict[str, str]] = {}
    for channel in store.find(Channel, Query({"tenant": TENANT, "platform": PLATFORM}, order=["since"])):
        board = store.get(Board, channel.board)
        if board is not None and board.id not in found:
            found[board.id] = {"id": board.id, "name": board.name, "channel": channel.channel}
    return list(found.values())


def board(store: Store, chosen: str) -> dict[str, Any]:
    """The chosen board, or the first: its lanes in the order of urgency, and what stands beside it, as counts."""
    known = boards(store)
    shown = next((each for each in known if chosen in (each["id"], each["channel"])), known[0] if known else None)
    if shown is None:
        return {"boards": [], "board": None, "lanes": [], "aside": []}
    counts = {lane: store.count(Item, {"board": shown["id"], "lane": lane}, COUNTED) for lane in Lane}
    items = {lane: _items(store, shown["id"], lane) for lane in (*OPEN_LANES, Lane.DONE) if counts[lane]}
    names = _names(store, {each.owner for lane in items.values() for each in lane if each.owner})
    lanes = [
        {"name": lane, "count": counts[lane], "items": [_card(each, names) for each in items.get(lane, [])]}
        for lane in (*OPEN_LANES, Lane.DONE)
    ]
    aside = [{"name": lane, "count": counts[lane]} for lane in _ASIDE if counts[lane]]
    return {"boards": known, "board": shown, "lanes": lanes, "aside": aside}


def _items(store: Store, board: str, lane: Lane) -> list[Item]:
    where = {"board": board, "lane": lane}
    if lane is Lane.DONE:
        return store.find(Item, Query(where, order=["-done_at"], limit=DONE_CARDS))
    return store.find(Item, Query(where, order=["rank"], limit=LANE_CARDS))


def _names(store: Store, people: set[str]) -> dict[str, str]:
    rows = (store.get(Human, each) for each in people)
    return {each.id: each.name for each in rows if each is not None}


def _card(item: Item, names: dict[str, str]) -> dict[str, Any]:
    return {
        "key": item.key,
        "title": item.title,
        "priority": item.priority,
        "confirmed": item.confirmed,
        "due": item.due.isoformat() if item.due else None,
        "estimate": item.estimate,
        "owner": names.get(item.owner, ""),
        "kind": item.kind,
        "blocked": item.blocked_by,
        "missing": list(missing_things(item)),
        "since": item.lane_since.isoformat(),
        "href": render.href(item.source),
    }
