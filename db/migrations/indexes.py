"""What migrations of several versions need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index of these rows only."""
    rows = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
