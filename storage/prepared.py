"""A statement that SQLAlchemy has compiled once for a database, run on the driver's own cursor.

SQLAlchemy's execution does per call what is the same for every call of one statement; measured on SQLite that is most
of a small statement's time. Dialect, SQL, types and the transaction stay SQLAlchemy's own.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Float

Process = Callable[[Any], Any]


class Prepared:
    """One compiled statement: the names of its parameters in order, and how values travel in and out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        constants: dict[str, Any] = compiled.construct_params(_check=False) or {}
        names: Sequence[str] = compiled.positiontup or ()
        self._binds = [(name, constants[name], _binding(compiled.binds[name].type, dialect)) for name in names]
        self._columns = [(column.key, _reading(column.type, dialect)) for column in _returned(statement)]

    def run(self, connection: Connection, values: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
        """The rows that come back, by column, and how many rows were touched. Raises what the driver raises."""
        parameters = []
        for name, constant, process in self._binds:
            value = values.get(name, constant)
            parameters.append(process(value) if process is not None else value)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self.sql, tuple(parameters))
            rows = [self._row(row) for row in cursor.fetchall()] if self._columns else []
            return rows, cursor.rowcount
        finally:
            cursor.close()

    def _row(self, row: Any) -> dict[str, Any]:
        return {
            key: value if process is None or value is None else process(value)
            for (key, process), value in zip(self._columns, row, strict=True)
        }


def _returned(statement: Any) -> list[Any]:
    if statement.is_select:
        return list(statement.selected_columns)
    return list(statement.returning_column_descriptions and statement.exported_columns)


def _binding(kind: Any, dialect: Dialect) -> Process | None:
    process: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _reading(kind: Any, dialect: Dialect) -> Process | None:
    if isinstance(kind, Float):
        return None  # every driver gives floats, and asyncpg's processor wants to be told which
    process: Process | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return process
