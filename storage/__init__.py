"""I remember: tables, store and migrations."""

from storage.database import open_database
from storage.migrate import NotOurs, TooNew, refuse_foreign, upgrade

__all__ = ["NotOurs", "TooNew", "open_database", "refuse_foreign", "upgrade"]
