"""What a drawing may see: the present state, the moment, and who looks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot import wire
from bot.board import Board
from bot.events import Place
from bot.items import Item
from bot.ledger import Post, Standing
from bot.messages import Link, Person, When
from bot.people import Human, Identity
from bot.ports import Query, Store

T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """One look at a board's state. `viewer` is a person's id where the drawing is for one pair of eyes, else empty."""

    store: Store
    board: Board
    now: datetime
    place: Place
    viewer: str = ""
    address: Callable[[Place, str], str] = lambda _place, _ref: ""

    @property
    def zone(self) -> ZoneInfo:
        """The board's zone."""
        return ZoneInfo(self.board.zone)

    def must(self, kind: type[T], id: str) -> T:
        """The row, which has to be there. Raises LookupError."""
        row = self.store.get(kind, id)
        if row is None:
            raise LookupError(f"no {kind.__name__} {id}")
        return row

    def item(self, id: str) -> Item:
        """An item, which has to be there. Raises LookupError."""
        return self.must(Item, id)

    def person(self, id: str, *, ping: bool = False) -> Person:
        """A reference to somebody, by their name; `ping` only where they must act."""
        human = self.store.get(Human, id)
        return Person(id, human.name if human else "somebody", ping, self._user(id) if ping else "")

    def _user(self, person: str) -> str:
        """The person's user on the platform that is looked from, or empty."""
        start = f"{self.place.platform}|{self.place.tenant}|"
        accounts = self.store.find(Identity, Query({"person": person}, limit=5))
        return next((each.id.removeprefix(start) for each in accounts if each.id.startswith(start)), "")

    def viewers(self, people: Iterable[str]) -> tuple[Person, ...]:
        """Those of these people who can be reached on the platform that is looked from, for `Message.viewers`."""
        start, wanted = f"{self.place.platform}|{self.place.tenant}|", tuple(sorted(set(people)))
        found = self.store.find(Identity, Query({"person": wanted}, limit=len(wanted))) if wanted else []
        return tuple(
            Person(each.person, "", user=each.id.removeprefix(start)) for each in found if each.id.startswith(start)
        )

    def when(self, at: datetime, form: Any = "time") -> When:
        """An instant, in the reader's zone or the board's."""
        return When(at, form, self.board.zone)

    def link_to(self, view: Any, label: str) -> Link | None:
        """A link to the newest window of a view, where one stands and the platform has addresses."""
        query = Query(
            {"board": self.board.id, "view": wire.pack(view), "standing": Standing.LIVE}, order=("-at",), limit=1
        )
        for post in self.store.find(Post, query):
            url = self.address(post.place(), post.ref)
            return Link(label, url) if url else None
        return None
