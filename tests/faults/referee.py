"""What must be true afterwards: all that was acknowledged is there once, and was answered once."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from adapters.playground.team import BOT, TENANT
from bot.chatlog import Said
from bot.items import Item
from bot.ledger import Lease, Post, Received, Standing, Taken
from bot.people import Identity
from bot.ports import Query, Store
from bot.votes import Ballot, Vote
from tests.faults.people import Ledger

ALL = 100_000


@dataclass(frozen=True)
class Found:
    """Everything that is stored, of what matters here."""

    items: list[Item]
    posts: list[Post]
    said: list[Said]
    votes: list[Vote]
    inbox: list[Received]
    people: dict[str, str]
    leases: list[Lease]


def look(store: Store) -> Found:
    """Read it all."""

    def rows(kind: Any) -> list[Any]:
        return store.find(kind, Query(order=("id",), limit=ALL))

    users = {each.person: each.id.rpartition("|")[2] for each in rows(Identity)}
    return Found(rows(Item), rows(Post), rows(Said), rows(Vote), rows(Received), users, rows(Lease))


def unsettled(store: Store) -> int:
    """How much is still to be done: events that wait, and posts that are behind."""
    posts = store.find(Post, Query(limit=ALL))
    return store.count(Received, {"state": Taken.NEW}) + sum(each.shown < each.wanted for each in posts)


def verdict(found: Found, ledger: Ledger, ballot: Ballot) -> list[str]:
    """Everything that is wrong, in words."""
    return [*_asks(found, ledger), *_votes(found, ledger, ballot), *_posts(found), *_rest(found, ledger)]


def _asks(found: Found, ledger: Ledger) -> list[str]:
    stored = Counter(item.request.split()[1] for item in found.items)
    wrong = [f"{word} was acknowledged and is lost" for word in sorted(ledger.asks - stored.keys())]
    wrong += [f"{word} is there {count} times" for word, count in stored.items() if count > 1]
    return wrong + [f"{word} was never asked for" for word in sorted(stored.keys() - ledger.asks)]


def _votes(found: Found, ledger: Ledger, ballot: Ballot) -> list[str]:
    cast = [(found.people[vote.person], vote.choice) for vote in found.votes if vote.ballot == ballot.id]
    wrong = [f"{user} has voted twice" for user, count in Counter(user for user, _ in cast).items() if count > 1]
    return wrong + [f"votes: {dict(cast)} and not {ledger.votes}"] * (dict(cast) != ledger.votes)


def _posts(found: Found) -> list[str]:
    """Every post stands once in the chat, every item has one card, and nothing of the bot's stands there besides."""
    marks = Counter(said.mark for said in found.said if said.author == BOT and not said.to)
    wrong = [f"{post.view} stands {marks[post.id]} times" for post in found.posts if marks[post.id] != 1]
    wrong += [f"{post.view} is {post.standing}" for post in found.posts if post.standing is not Standing.LIVE]
    cards = Counter(view for post in found.posts if (view := post.view).startswith("item.card"))
    wrong += [f"{view} is shown {count} times" for view, count in cards.items() if count > 1]
    wrong += [f"{item.key} has no card" for item in found.items if not any(item.id in view for view in cards)]
    strange = marks.keys() - {post.id for post in found.posts}
    return wrong + [f"a message of the bot's belongs to no post: {mark!r}" for mark in strange]


def _rest(found: Found, ledger: Ledger) -> list[str]:
    wrong = [f"{each.id} is {each.state}" for each in found.inbox if each.state is not Taken.DONE]
    wrong += [f"a lease was not released: {each.id}" for each in found.leases if each.id == f"courier|{TENANT}"]
    said = Counter(each.mark for each in found.said if each.author != BOT)
    wrong += [f"words were said {count} times" for count in said.values() if count > 1]
    return wrong + [f"refused: {each}" for each in ledger.refused]
