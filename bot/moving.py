"""A channel that is known by another id from now on: everything that stands there or waits for it follows."""

from dataclasses import replace
from typing import Any

from bot import wire
from bot.board import Channel
from bot.events import Place
from bot.items import Item
from bot.ledger import Due, Post, Prompt, Standing, window_of
from bot.ports import Query, Store

MOST = 10_000  # rows of a kind that follow


def move_place(store: Store, place: Place, to: str) -> None:
    """Let the channel of `place` be called `to` in every row of its tenant."""
    where = {"tenant": place.tenant, "channel": place.channel}
    store.change(Channel, where, channel=to)
    store.change(Prompt, where, channel=to)
    standing = (Standing.NEW, Standing.SENDING, Standing.LIVE, Standing.UNSURE, Standing.PARKED)
    for post in store.find(Post, Query({**where, "standing": standing}, order=("id",), limit=MOST)):
        store.change(Post, {"id": post.id}, **_window(post, to))
    store.change(Post, where, channel=to)
    _dues(store, place, to)
    _origins(store, place, to)


def _window(post: Post, to: str) -> dict[str, Any]:
    if post.retiring or post.window == post.id:
        return {"channel": to}
    return {"channel": to, "window": window_of(replace(post.place(), channel=to), post.view)}


def _dues(store: Store, place: Place, to: str) -> None:
    board = next((each.board for each in store.find(Channel, Query({"tenant": place.tenant, "channel": to}))), "")
    for due in store.find(Due, Query({"board": board, "done": False}, order=("id",), limit=MOST)):
        at = wire.unpack(due.place)
        if (at.tenant, at.channel) == (place.tenant, place.channel):
            store.change(Due, {"id": due.id}, place=wire.pack(replace(at, channel=to)))


def _origins(store: Store, place: Place, to: str) -> None:
    """The messages from which items were captured are known by the new id as well."""
    before, after = f"{place.tenant}:{place.channel}:", f"{place.tenant}:{to}:"
    query = Query({}, {"origin": before + "~"}, {"origin": before}, order=("id",), limit=MOST)
    for item in store.find(Item, query):
        store.change(Item, {"id": item.id}, origin=after + item.origin.removeprefix(before))
