"""How Alembic runs here: on the connection it is given, with batch mode for SQLite."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - the tables name themselves in the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=False,
)
context.run_migrations()
