"""The one mapping between a frozen dataclass and its table row: same field names, JSON where the column is JSON."""

import typing
from dataclasses import fields
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import JSON, Table
from sqlmodel import SQLModel

from bot.board import Board, BoardLink, Channel
from bot.chatlog import Said
from bot.items import Change, Item
from bot.ledger import ConversationReference, Credential, Due, Lease, Post, Prompt, Received, Tenant
from bot.meetings import AgendaEntry, Meeting, Presence
from bot.minutes import Minutes
from bot.people import Grant, Human, Identity
from bot.standup import Standup
from bot.votes import Ballot, Round, Vote
from storage import tables

T = TypeVar("T")

TABLES: dict[type, type[SQLModel]] = {
    Tenant: tables.TenantTable,
    Board: tables.BoardTable,
    BoardLink: tables.BoardLinkTable,
    Channel: tables.ChannelTable,
    Human: tables.HumanTable,
    Identity: tables.IdentityTable,
    Grant: tables.GrantTable,
    Item: tables.ItemTable,
    Change: tables.ChangeTable,
    Ballot: tables.BallotTable,
    Vote: tables.VoteTable,
    Round: tables.RoundTable,
    Meeting: tables.MeetingTable,
    Presence: tables.PresenceTable,
    AgendaEntry: tables.AgendaTable,
    Minutes: tables.MinutesTable,
    Standup: tables.StandupTable,
    Received: tables.ReceivedTable,
    Post: tables.PostTable,
    Due: tables.DueTable,
    Prompt: tables.PromptTable,
    Lease: tables.LeaseTable,
    ConversationReference: tables.ConversationReferenceTable,
    Credential: tables.CredentialTable,
    Said: tables.SaidTable,
}


class Mapping(Generic[T]):
    """How one kind of dataclass rests in its table. Raises TypeError where their field names differ."""

    def __init__(self, kind: type[T], model: type[SQLModel]) -> None:
        self.kind = kind
        self.table: Table = model.__table__  # type: ignore[attr-defined]
        names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
        if set(names) != set(self.table.columns.keys()):
            raise TypeError(
                f"{kind.__name__} and {self.table.name} differ: {set(names) ^ set(self.table.columns.keys())}"
            )
        hints = typing.get_type_hints(kind)
        self._names = tuple(names)
        self._json = {
            name: TypeAdapter(hints[name]) for name in names if isinstance(self.table.columns[name].type, JSON)
        }
        self._enums = {name for name in names if name not in self._json and _is_enum(hints[name])}
        self._reader = TypeAdapter(kind)

    @property
    def owner(self) -> tuple[str, Literal["tenant", "board"]] | None:
        """The column that says whose a row is, and what it names; None for the machine's own rows."""
        if self.kind in (Tenant, Board):
            return "id", "tenant" if self.kind is Tenant else "board"
        if self.kind is not BoardLink and "board" in self._names:
            return "board", "board"
        return ("tenant", "tenant") if "tenant" in self._names else None

    def row(self, thing: T) -> dict[str, Any]:
        """The column values of a dataclass."""
        values = {name: getattr(thing, name) for name in self._names}
        for name, adapter in self._json.items():
            values[name] = adapter.dump_python(values[name], mode="json")
        for name in self._enums:
            if values[name] is not None:
                values[name] = values[name].value
        return values

    def column(self, name: str, value: Any) -> Any:
        """One value as its column holds it."""
        if name in self._json:
            return self._json[name].dump_python(value, mode="json")
        return value.value if isinstance(value, Enum) else value

    def thing(self, row: Any) -> T:
        """The dataclass of a row."""
        return self._reader.validate_python(dict(row))


def _is_enum(hint: Any) -> bool:
    options = typing.get_args(hint) or (hint,)
    return any(isinstance(option, type) and issubclass(option, Enum) for option in options)


_MAPPINGS: dict[type, Mapping[Any]] = {}


def mapping(kind: type[T]) -> Mapping[T]:
    """The mapping of a stored kind, made once. Raises KeyError for what is not stored."""
    if kind not in _MAPPINGS:
        _MAPPINGS[kind] = Mapping(kind, TABLES[kind])
    return _MAPPINGS[kind]


__all__ = ["TABLES", "Mapping", "mapping"]
