"""The numbered changes to the tables, applied when the store is opened."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db import schema
from db.engine.errors import StoreNewer

_ONE_AT_A_TIME = threading.Lock()
"""Of a program: alembic keeps the migration that runs in global variables."""


def are_applied(connection: Connection) -> bool:
    """Are the tables up to date? Raises StoreNewer."""
    found = _revision(connection)
    if found is not None and found > schema.REVISION:
        raise StoreNewer(
            f"the database has migration {found}, this program knows {schema.REVISION}: install the newer version again"
        )
    return found == schema.REVISION


def apply(connection: Connection) -> None:
    """Bring the tables up to date within the transaction of `connection`; another program may have been first."""
    if not are_applied(connection):
        _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    # Imported here: alembic takes longer to load than the rest of the store, and is needed once per version.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
