"""A turn: one event handled in one transaction, with what its handler may read, write and say."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot import wire
from bot.board import Board, Channel, rank, searchable
from bot.effects import Refusal, Show
from bot.events import Event, Place
from bot.items import Change, Item
from bot.people import Grant, Human, Identity, Role
from bot.ports import Ids, Query, Store
from bot.words import say

T = TypeVar("T")

_DERIVED = {"rank", "search", "origin", "permalink"}


@dataclass
class Turn:
    """What a handler works with. `place` is where answers to this event belong; `now` is the event's own instant."""

    id: str
    event: Event
    store: Store
    board: Board
    person: Human
    place: Place
    now: datetime
    ids: Ids
    watchers: Callable[[object, "Turn"], Iterable[Any]]
    touched: list[Show] = field(default_factory=list)
    added: set[str] = field(default_factory=set)
    outsider: bool = False
    unsure: bool = False  # whether they count as an outsider because the platform could not tell just now

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the one who speaks, else the board's."""
        return ZoneInfo(self.person.zone or self.board.zone)

    # --- reading

    def must(self, kind: type[T], id: str) -> T:
        """A row of this board that has to be there. Raises Refusal where it is gone."""
        row = self.store.get(kind, id)
        if row is None or getattr(row, "board", self.board.id) != self.board.id:
            raise Refusal(say("machine.gone"))
        return row

    def item(self, ref: str) -> Item:
        """The item meant by an id, a key or a number. Raises Refusal."""
        item = find_item(self.store, self.board, ref)
        if item is None:
            raise Refusal(say("machine.no_such_item", ref=ref))
        return item

    def human(self, ref: str) -> Human:
        """The person meant by an id, `@name`, `me` or a platform's reference. Raises Refusal."""
        found = self.store.get(Human, ref) or self._by_account(ref) or self._by_name(ref)
        if found is None:
            raise Refusal(say("machine.no_such_person", ref=ref))
        return found

    def name_of(self, ref: str) -> str:
        """The name of whoever a platform's reference means, or `somebody`."""
        found = self._by_account(ref)
        return found.name if found else "somebody"

    def roles(self, person: str) -> set[Role]:
        """What somebody may do on this board."""
        grants = self.store.find(Grant, Query({"board": self.board.id, "person": person}))
        return {Role.MEMBER, *(grant.role for grant in grants)}

    def holders(self, *roles: Role) -> list[Human]:
        """The people who hold one of these roles on this board."""
        grants = self.store.find(Grant, Query({"board": self.board.id, "role": roles}, limit=20))
        people = (self.store.get(Human, person) for person in dict.fromkeys(grant.person for grant in grants))
        return [person for person in people if person is not None]

    # --- writing

    def add(self, row: object, why: str = "") -> None:
        """Insert a row; a new item is entered in the history."""
        row = self._ordered(row)
        self.store.add(row)
        if isinstance(row, Item):
            self._record(row.id, "created", None, row.key, why)
        new: str = row.id  # type: ignore[attr-defined]
        self.added.add(new)
        # A view of the new row itself stands nowhere yet.
        self.touched += [Show(view) for view in self.watchers(row, self) if new not in wire.pack(view)]

    def save(self, row: T, why: str = "") -> T:
        """Write a row back, with every changed field of an item or board in the history. Returns it as stored."""
        row = self._ordered(row)
        before = self.store.get(type(row), row.id)  # type: ignore[attr-defined]
        self.store.put(row)
        if isinstance(row, Item | Board) and before is not None:
            for each in fields(row):
                old, new = getattr(before, each.name), getattr(row, each.name)
                if old != new and each.name not in _DERIVED:
                    self._record(row.id, each.name, old, new, why)
        self.touch(row, *(() if before is None else (before,)))
        return row

    def touch(self, *rows: object) -> None:
        """Let every view that shows one of these rows be drawn anew."""
        self.touched += [Show(view) for row in rows for view in self.watchers(row, self)]

    def grant(self, person: str, role: Role) -> None:
        """Give somebody a role on this board; giving it twice is once."""
        self.store.add_new(Grant(f"{self.board.id}:{person}:{role.value}", self.board.id, person, role))

    def privately(self, person: str) -> Place | None:
        """The personal chat with somebody on the platform of this event, or where else they are known."""
        accounts = self.store.find(Identity, Query({"person": person}, limit=5))
        for account in sorted(accounts, key=lambda each: not each.id.startswith(self.place.platform)):
            platform, _, rest = account.id.partition("|")
            return Place(platform, account.tenant, rest.rpartition("|")[2], kind="personal")
        return None

    # --- inside

    def _ordered(self, row: T) -> T:
        if isinstance(row, Item):
            search = searchable(row.key, row.title, row.request)
            return replace(row, rank=rank(row), search=search)
        return row

    def _record(self, subject: str, name: str, before: Any, after: Any, why: str) -> None:
        change = Change(
            self.ids(),
            self.board.id,
            self.id,
            subject,
            self.person.id,
            self.now,
            name,
            _json(before),
            _json(after),
            why,
        )
        self.store.add(change)

    def _by_account(self, ref: str) -> Human | None:
        user = ref.strip("<@>").partition("|")[0]
        account = self.store.get(Identity, f"{self.place.platform}|{self.place.tenant}|{user}")
        return self.store.get(Human, account.person) if account else None

    def _by_name(self, ref: str) -> Human | None:
        name = ref.strip().lstrip("@").casefold()
        if name in ("me", "myself", ""):
            return self.person
        people = self.store.find(Human, Query({"tenant": self.place.tenant}, limit=500))
        exact = [each for each in people if each.name.casefold() == name]
        first = [each for each in people if each.name.casefold().split()[:1] == [name]]
        return next(iter(exact or (first if len(first) == 1 else [])), None)


def find_item(store: Store, board: Board | None, ref: str) -> Item | None:
    """The item meant by an id, a key such as `OPS-42`, a message's origin, or, on this board, a number."""
    if ":" in ref:
        captured = store.find(Item, Query({"origin": ref}, order=("created_at", "id"), limit=1))
        return captured[0] if captured else None
    prefix, _, number = ref.strip().lstrip("#").upper().rpartition("-")
    if not number.isdigit() or len(number) > 9:
        return store.get(Item, ref)
    boards = (
        [board] if board and prefix in ("", board.prefix) else store.find(Board, Query({"prefix": prefix}, limit=5))
    )
    for each in boards:
        found = store.find(Item, Query({"board": each.id, "number": int(number)}, limit=1))
        if found:
            return found[0]
    return store.get(Item, ref)


def channel_of(store: Store, place: Place) -> Channel | None:
    """Which board a place feeds."""
    found = store.find(Channel, Query({"tenant": place.tenant, "channel": place.channel}, limit=1))
    return found[0] if found else None


def _json(value: Any) -> str:
    return json.dumps(wire.adapter(type(value)).dump_python(value, mode="json"), ensure_ascii=False)
