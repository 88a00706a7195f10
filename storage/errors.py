"""What a driver's errors mean to the core: the turn is taken again, or the database does not answer."""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.ports import Conflict, Unavailable

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_AGAIN = {"40001", "40P01", "55P03", "23505"}  # serialization failure, deadlock, lock not available, unique value taken
_AWAY = ("08", "53", "57P", "58")  # connection, resources such as disk and memory, shutdown, errors of the system
# https://www.sqlite.org/rescode.html
_TAKEN = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
_OURS = ("SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_RANGE")


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raises Conflict or Unavailable in the place of a driver's error that means it; others go on as they are."""
    try:
        yield
    except (Conflict, Unavailable):
        raise
    except (PoolTimeout, TimeoutError, OSError) as error:
        raise Unavailable(str(error) or type(error).__name__) from error
    except Exception as error:
        meaning = _meaning(error)
        if meaning is not None:
            raise meaning from error
        raise


def _meaning(error: Exception) -> Exception | None:
    """What an error of a driver, plain or as SQLAlchemy wraps it, comes to; None for a bug of ours."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "SQLITE_ERROR")
        return Conflict(str(cause)) if name in _TAKEN else None if name.startswith(_OURS) else Unavailable(str(cause))
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in _AGAIN:
        return Conflict(str(cause))
    broken = not state and any(kind.__name__ == "InterfaceError" for kind in type(cause).__mro__)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return Unavailable(str(cause)) if state.startswith(_AWAY) or broken or lost else None
