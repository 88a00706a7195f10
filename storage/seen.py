"""What a transaction has read already: asking again for the same costs nothing until something of that kind is written.

Taking a lock forgets everything, because what was read before it may have changed since (PostgreSQL shows it, SQLite's
one writer cannot meet it).
"""

from typing import Any


class Seen:
    """Rows by kind and id, and answers to queries by kind and question."""

    UNKNOWN: Any = object()

    def __init__(self) -> None:
        self._rows: dict[tuple[type, str], Any] = {}
        self._answers: dict[type, dict[Any, list[Any]]] = {}

    def row(self, kind: type, id: str) -> Any:
        """The row as it was read or written last, None where there is none; `Seen.UNKNOWN` where nobody has looked."""
        return self._rows.get((kind, id), self.UNKNOWN)

    def answer(self, kind: type, question: Any) -> list[Any] | None:
        """The rows that a query brought, or None where it was not asked."""
        found = self._answers.get(kind, {}).get(question)
        return None if found is None else list(found)

    def read(self, kind: type, id: str, row: Any) -> None:
        """Remember a row, or that there is none."""
        self._rows[kind, id] = row

    def answered(self, kind: type, question: Any, rows: list[Any]) -> None:
        """Remember what a query brought."""
        self._answers.setdefault(kind, {})[question] = list(rows)
        for row in rows:
            self._rows[kind, row.id] = row

    def wrote(self, row: Any) -> None:
        """One row was inserted or updated whole."""
        self._answers.pop(type(row), None)
        self._rows[type(row), row.id] = row

    def changed(self, kind: type) -> None:
        """Rows of a kind were changed by a statement."""
        self._answers.pop(kind, None)
        self._rows = {known: row for known, row in self._rows.items() if known[0] is not kind}

    def forget(self) -> None:
        """A lock was taken: nothing that was read before counts."""
        self._rows.clear()
        self._answers.clear()
