"""Conditions that SQLite and PostgreSQL know again in a partial index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, literal_column


def is_in(column: Column[Any], *statuses: str) -> ColumnElement[bool]:
    """`column IN (…)` with the values in the text of the query: SQLite uses a partial index only for those."""
    words: list[ColumnElement[str]] = [literal_column(f"'{status}'") for status in sorted(statuses)]
    return column == words[0] if len(words) == 1 else column.in_(words)


def only(rows: ColumnElement[bool]) -> dict[str, Any]:
    """For an index that holds only these rows."""
    return {"sqlite_where": rows, "postgresql_where": rows}
