"""The conversations of the playground as they rest in the store."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from adapters.playground import render
from adapters.playground.limits import RECENT, REPLIES
from adapters.playground.team import BOT, TENANT
from bot.chatlog import Said
from bot.ports import Conflict, Database, Query, Store

T = TypeVar("T")

ATTEMPTS = 5


async def write(database: Database, work: Callable[[Store], T]) -> T:
    """Run `work` in one transaction, again where another writer was faster. Raises Conflict after some attempts."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await database.write(work, TENANT)
        except Conflict:
            continue
    return await database.write(work, TENANT)


def say_once(store: Store, said: Said) -> Said:
    """Add what somebody said, or give back what stands where the same words, by their mark, came before."""
    where = {"tenant": TENANT, "author": said.author, "mark": said.mark}
    before = store.find(Said, Query(where, limit=1))
    if before:
        return before[0]
    store.add(said)
    return said


def replace_answer(store: Store, said: Said) -> list[Said]:
    """Add a private answer in the place of earlier ones to the same message, which are returned."""
    where = {"tenant": TENANT, "to": said.to, "mark": said.mark}
    earlier = store.find(Said, Query(where)) if said.mark else []
    for each in earlier:
        store.remove(Said, {"id": each.id})
    store.add(said)
    return earlier


def replace_home(store: Store, said: Said) -> list[Said]:
    """Add what stands on somebody's home in the place of all that stood there, which is returned."""
    earlier = store.find(Said, Query({"tenant": TENANT, "channel": said.channel}))
    for each in earlier:
        store.remove(Said, {"id": each.id})
    store.add(said)
    return earlier


def bot_is_in(store: Store, said: Said) -> bool:
    """Whether the bot has spoken in the thread of `said`, or the thread hangs on a post of its own."""
    if not said.thread:
        return False
    root = store.get(Said, said.thread)
    if root is not None and root.author == BOT and not root.to:
        return True
    where = {"tenant": TENANT, "channel": said.channel, "thread": said.thread, "author": BOT, "to": ""}
    return store.count(Said, where) > 0


def recent(store: Store, channel: str, user: str, before: str = "") -> dict[str, Any]:
    """The latest messages that `user` sees in a channel, with replies, oldest first; `more` says if some remain."""
    query = Query(_seen(channel, user) | {"thread": ""}, {"id": before} if before else {}, order=["-id"], limit=RECENT)
    roots = store.find(Said, query)
    replies = _replies(store, channel, user, [each.id for each in roots])
    return {"messages": drawn([*roots, *replies]), "more": len(roots) == RECENT}


def thread(store: Store, channel: str, user: str, message: str) -> dict[str, Any]:
    """The message, what it hangs on, and the replies below that; without any where `user` does not see it."""
    found = store.get(Said, message)
    if found is None or found.channel != channel or found.to not in ("", user):
        return {"messages": [], "root": ""}
    root = store.get(Said, found.thread) if found.thread else found
    below = _replies(store, channel, user, [found.thread or found.id])
    return {"messages": drawn([*([root] if root else []), *below]), "root": found.thread or found.id}


def drawn(rows: Iterable[Said]) -> list[dict[str, Any]]:
    """Messages as the browser gets them, in the order they were said."""
    return [draw(each) for each in sorted(rows, key=lambda each: each.id)]


def draw(row: Said) -> dict[str, Any]:
    """One message as the browser gets it."""
    return render.said(row, json.loads(row.body) if row.body else None)


def _seen(channel: str, user: str) -> dict[str, Any]:
    return {"tenant": TENANT, "channel": channel, "to": ("", user)}


def _replies(store: Store, channel: str, user: str, roots: list[str]) -> list[Said]:
    if not roots:
        return []
    return store.find(Said, Query(_seen(channel, user) | {"thread": tuple(roots)}, order=["-id"], limit=REPLIES))
