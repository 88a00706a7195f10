"""I remember: tables, store and migrations."""

from storage.database import open_database
from storage.migrate import NotOurs, TooNew, upgrade

__all__ = ["NotOurs", "TooNew", "open_database", "upgrade"]
