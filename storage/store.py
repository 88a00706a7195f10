"""The rows that one tenant may see, inside one transaction; the same statements for SQLite and PostgreSQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, false, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.board import Board, BoardLink
from bot.ports import Conflict, Query
from storage.errors import translated
from storage.mapping import Mapping as RowMapping
from storage.mapping import mapping
from storage.prepared import Prepared
from storage.seen import Seen
from storage.sending import behind
from storage.tables import BoardLinkTable

T = TypeVar("T")

_LINKS = BoardLinkTable.__table__.alias("links")  # type: ignore[attr-defined]
_STATEMENTS: dict[Any, Prepared] = {}  # by database and shape: building one costs more than running it


class SqlStore:
    """`bot.ports.Store` over one open connection. `tenant` None is the machine itself and sees every row."""

    def __init__(self, connection: Connection, tenant: str | None) -> None:
        self._connection = connection
        self._tenant = tenant
        self._boards: set[str] = set()  # known to be this tenant's
        self._seen = Seen()

    def get(self, kind: type[T], id: str, *, lock: bool = False) -> T | None:
        """The row with this id, or None; `lock` holds it until the transaction ends."""
        if lock and self._dialect != "sqlite":
            self._seen.forget()
        known = self._seen.row(kind, id)
        if known is not Seen.UNKNOWN:
            return cast("T | None", known)
        how = mapping(kind)
        statement = self._statement(
            ("get", kind, lock),
            lambda: self._locked(select(how.table).where(how.table.c.id == bindparam("p_id"), *self._scope(how)), lock),
        )
        rows, _ = self._run(statement, self._bound(p_id=id))
        found = how.thing(rows[0]) if rows else None
        self._seen.read(kind, id, found)
        if kind is Board and found is not None:
            self._boards.add(id)
        return found

    def find(self, kind: type[T], query: Query) -> list[T]:
        """The rows that match, at most `query.limit`."""
        how = mapping(kind)
        shape = (
            "find",
            kind,
            self._sees(how, query.where),
            _shape(query.where),
            _shape(query.before),
            _shape(query.after),
            tuple(query.order),
            query.limit,
        )
        statement = self._statement(
            shape,
            lambda: (
                select(how.table)
                .where(*self._equal(how, query.where), *_between(how, query), *self._scope(how, query.where))
                .order_by(*_order(how, query.order, {*query.before, *query.after}))
                .limit(query.limit)
            ),
        )
        ends = {**_values(how, query.before, "b_"), **_values(how, query.after, "a_")}
        parameters = self._bound(**_values(how, query.where), **ends)
        question = (shape, repr(parameters))
        known = self._seen.answer(kind, question)
        if known is None:
            known = [how.thing(row) for row in self._run(statement, parameters)[0]]
            self._seen.answered(kind, question, known)
        return known

    def count(self, kind: type, where: Mapping[str, Any], limit: int = 1000) -> int:
        """How many rows match, counted up to `limit`."""
        how: RowMapping[Any] = mapping(kind)
        statement = self._statement(
            ("count", kind, self._sees(how, where), _shape(where), limit),
            lambda: select(func.count().label("total")).select_from(
                select(how.table.c.id).where(*self._equal(how, where), *self._scope(how, where)).limit(limit).subquery()
            ),
        )
        rows, _ = self._run(statement, self._bound(**_values(how, where)))
        return int(rows[0]["total"])

    def behind(self, kind: type[T], limit: int, now: datetime) -> list[T]:
        """The posts of which less is shown than wanted and which may be tried now, answers before clocks."""
        how = mapping(kind)
        statement = self._statement(("behind", kind, limit), lambda: behind(how.table, limit, self._scope(how)))
        return [how.thing(row) for row in self._run(statement, self._bound(p_now=now))[0]]

    def search(
        self, kind: type[T], column: str, words: Sequence[str], where: Mapping[str, Any], order: str, limit: int
    ) -> list[T]:
        """The rows whose normalised `column` holds all of `words`, in `order`."""
        how = mapping(kind)
        statement = self._statement(
            ("search", kind, column, len(words), self._sees(how, where), _shape(where), order, limit),
            lambda: (
                select(how.table)
                .where(
                    how.table.c.id.in_(
                        select(how.table.c.id)
                        .where(
                            *(
                                how.table.c[column].contains(bindparam(f"w_{n}"), autoescape=False)
                                for n in range(len(words))
                            ),
                            *self._equal(how, where),
                            *self._scope(how, where),
                        )
                        .order_by(*_order(how, (order,)))
                        .limit(limit)
                    )
                )
                .order_by(*_order(how, (order,)))
            ),
        )
        found = {f"w_{n}": word.replace("%", "").replace("_", "") for n, word in enumerate(words)}
        parameters = self._bound(**found, **_values(how, where))
        return [how.thing(row) for row in self._run(statement, parameters)[0]]

    def add(self, row: object) -> None:
        """Insert. Raises Conflict where a unique value is taken."""
        how = self._mine(row, new=True)
        self._run(self._statement(("add", how.kind), lambda: insert(how.table)), how.row(row))
        self._seen.wrote(row)

    def add_new(self, row: object) -> bool:
        """Insert, or leave what stands where a unique value is taken; True where it was inserted."""
        how = self._mine(row, new=True)
        statement = self._statement(("add_new", how.kind, self._dialect), lambda: self.insert_new(how))
        new = bool(self._run(statement, how.row(row))[0])
        if new:
            self._seen.wrote(row)
        return new

    def put(self, row: object) -> None:
        """Update every field of the row with this id. Raises Conflict where it is gone."""
        how = self._mine(row)
        statement = self._statement(
            ("put", how.kind),
            lambda: (
                update(how.table)
                .where(how.table.c.id == bindparam("p_id"), *self._scope(how))
                .values({name: bindparam(f"v_{name}") for name in list(how.table.c.keys()) if name != "id"})
            ),
        )
        values = how.row(row)
        parameters = {f"v_{name}": value for name, value in values.items() if name != "id"}
        if self._run(statement, self._bound(p_id=values["id"], **parameters))[1] != 1:
            raise Conflict
        self._seen.wrote(row)

    def change(self, kind: type, where: Mapping[str, Any], **values: Any) -> int:
        """Update some fields of every row that matches; `add_x=n` adds n to the field x. Says how many."""
        how: RowMapping[Any] = mapping(kind)
        if self._tenant is not None and {"id", "board", "tenant"} & set(values):
            raise LookupError("a row stays with whom it belongs to")

        def build() -> Any:
            new: dict[str, Any] = {}
            for name in values:
                column = name.removeprefix("add_")
                value = bindparam(f"v_{name}", type_=how.table.c[column].type)
                new[column] = how.table.c[column] + value if name != column else value
            return update(how.table).where(*self._equal(how, where), *self._scope(how, where)).values(new)

        self._seen.changed(kind)
        statement = self._statement(("change", kind, self._sees(how, where), _shape(where), tuple(values)), build)
        new = {f"v_{name}": how.column(name.removeprefix("add_"), value) for name, value in values.items()}
        return self._run(statement, self._bound(**_values(how, where), **new))[1]

    def remove(self, kind: type, where: Mapping[str, Any]) -> int:
        """Delete the rows that match, and say how many."""
        how: RowMapping[Any] = mapping(kind)
        statement = self._statement(
            ("remove", kind, self._sees(how, where), _shape(where)),
            lambda: delete(how.table).where(*self._equal(how, where), *self._scope(how, where)),
        )
        self._seen.changed(kind)
        return self._run(statement, self._bound(**_values(how, where)))[1]

    def insert_new(self, how: RowMapping[Any]) -> Any:
        """The insert that leaves what stands, and returns the ids that are new."""
        if self._dialect == "sqlite":
            return sqlite.insert(how.table).on_conflict_do_nothing().returning(how.table.c.id)
        return postgresql.insert(how.table).on_conflict_do_nothing().returning(how.table.c.id)

    # --- the parts of statements

    @property
    def _dialect(self) -> str:
        return self._connection.dialect.name

    def _statement(self, shape: Any, build: Callable[[], Any]) -> Prepared:
        key = (self._dialect, self._tenant is None, shape)
        statement = _STATEMENTS.get(key)
        if statement is None:
            statement = _STATEMENTS[key] = Prepared(build(), self._connection.dialect)
        return statement

    def _run(self, statement: Prepared, parameters: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
        with translated():
            return statement.run(self._connection, parameters)

    # --- whose a row is

    def _sees(self, how: RowMapping[Any], where: Mapping[str, Any]) -> bool:
        """Whether `where` names a board that is known to be this tenant's: then nothing more has to be asked."""
        return how.owner is not None and how.owner[1] == "board" and where.get(how.owner[0]) in self._boards

    def _scope(self, how: RowMapping[Any], where: Mapping[str, Any] | None = None) -> tuple[ColumnElement[bool], ...]:
        if self._tenant is None or (where and self._sees(how, where)):
            return ()
        if how.owner is None:
            raise LookupError(f"{how.kind.__name__} belongs to the machine, not to a tenant")
        name, owner = how.owner
        if owner == "tenant":
            return (how.table.c[name] == bindparam("s_tenant"),)
        return (exists().where(_LINKS.c.board == how.table.c[name], _LINKS.c.tenant == bindparam("s_tenant")),)

    def _bound(self, **values: Any) -> dict[str, Any]:
        return values if self._tenant is None else {**values, "s_tenant": self._tenant}

    def _mine(self, row: Any, *, new: bool = False) -> RowMapping[Any]:
        """The mapping of a row that may be written here. Raises LookupError where it is another tenant's."""
        how = mapping(type(row))
        if self._tenant is None:
            return how
        if how.owner is None:
            raise LookupError(f"{how.kind.__name__} belongs to the machine, not to a tenant")
        name, owner = how.owner
        if how.kind is Board:
            if new:
                self._boards.add(row.id)
        elif owner == "board" or how.kind is BoardLink:
            self._check_board(row.board)
        if owner == "tenant" and getattr(row, name) != self._tenant:
            raise LookupError(f"this {how.kind.__name__} belongs to another tenant")
        return how

    def _check_board(self, board: str) -> None:
        if board not in self._boards and self.get(Board, board) is None:
            raise LookupError("this board belongs to another tenant")
        self._boards.add(board)

    @staticmethod
    def _locked(statement: Any, lock: bool) -> Any:
        return statement.with_for_update() if lock else statement

    @staticmethod
    def _equal(how: RowMapping[Any], where: Mapping[str, Any]) -> list[ColumnElement[bool]]:
        parts: list[ColumnElement[bool]] = []
        for name, value in where.items():
            column = how.table.c[name]
            if value is None:
                parts.append(column.is_(None))
            elif isinstance(value, tuple):
                among = [bindparam(f"p_{name}_{n}", type_=column.type) for n in range(len(value))]
                parts.append(column.in_(among) if among else false())
            else:
                parts.append(column == bindparam(f"p_{name}"))
        return parts


def _shape(where: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(
        (name, None if value is None else len(value) if isinstance(value, tuple) else -1)
        for name, value in where.items()
    )


def _values(how: RowMapping[Any], where: Mapping[str, Any], mark: str = "p_") -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in where.items():
        if isinstance(value, tuple):
            values |= {f"{mark}{name}_{n}": how.column(name, each) for n, each in enumerate(value)}
        elif value is not None:
            values[f"{mark}{name}"] = how.column(name, value)
    return values


def _between(how: RowMapping[Any], query: Query) -> list[ColumnElement[bool]]:
    less = [how.table.c[name] < bindparam(f"b_{name}") for name in query.before]
    return less + [how.table.c[name] > bindparam(f"a_{name}") for name in query.after]


def _order(how: RowMapping[Any], order: Sequence[str], bounded: Collection[str] = ()) -> list[Any]:
    columns = [(how.table.c[name.removeprefix("-")], name.startswith("-")) for name in order]
    return [
        _direction(column, descends, bool(column.nullable) and column.name not in bounded)
        for column, descends in columns
    ]


def _direction(column: Any, descends: bool, has_nulls: bool) -> Any:
    turned = column.desc() if descends else column.asc()
    return turned.nulls_last() if has_nulls else turned  # said only where it matters: indexes know nothing of it
