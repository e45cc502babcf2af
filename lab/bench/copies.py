"""Fills a store for the bench with copies of its rows: what matters is their number, not how they came there."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

CACHE_KB = 500_000  # a row goes to many places of its indexes


@contextlib.contextmanager
def filling(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for much at once, without the store's caution. Nobody else may have the file open."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as file:
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", f"cache_size=-{CACHE_KB}"):
            file.execute(f"PRAGMA {pragma}")
        file.execute("BEGIN")
        yield file
        file.execute("COMMIT")
        file.execute("PRAGMA journal_mode=WAL")  # as the store has it


def copy(file: sqlite3.Connection, table: str, times: int, changed: Mapping[str, str], where: str) -> None:
    """Rows of a table again, `times` over. `changed`: column -> expression, in which `k` counts from 1."""
    names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, name) for name in names)
    file.execute(
        f"WITH copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies WHERE k < {times}) "
        f"INSERT INTO {table} SELECT {values} FROM copies, (SELECT * FROM {table} WHERE {where})"
    )
