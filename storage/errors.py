"""What a driver's errors mean to the core: the turn is taken again, or the database does not answer."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.ports import Conflict, Unavailable

_AGAIN = {"40001", "40P01", "55P03", "23505"}  # serialization failure, deadlock, lock not available, unique value taken
_AWAY = ("08", "53", "57P", "58")  # connection, resources such as disk and memory, shutdown, errors of the system
_TAKEN = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raises Conflict or Unavailable in the place of a driver's error that means it; others go on as they are."""
    try:
        yield
    except DBAPIError as error:
        meaning = _meaning(error)
        if meaning is not None:
            raise meaning from error
        raise
    except (PoolTimeout, TimeoutError, OSError) as error:
        raise Unavailable(str(error) or type(error).__name__) from error
    except Exception as error:
        if _state(error).startswith(_AWAY):  # asyncpg's own, while it connects
            raise Unavailable(str(error)) from error
        raise


def _meaning(error: DBAPIError) -> Exception | None:
    state, text = _state(error.orig), str(error.orig)
    if state in _AGAIN or "database is locked" in text or getattr(error.orig, "sqlite_errorname", "") in _TAKEN:
        return Conflict(text)
    if isinstance(error, IntegrityError):
        return None  # a key that points nowhere: a bug of ours
    away = isinstance(error, OperationalError | InterfaceError) or type(error.orig) is sqlite3.DatabaseError
    return Unavailable(text) if away or error.connection_invalidated or state.startswith(_AWAY) else None


def _state(error: Any) -> str:
    return str(getattr(error, "sqlstate", None) or "")
