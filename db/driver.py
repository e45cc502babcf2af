"""aiosqlite with one wait per statement, in place of four: its cursor goes to the connection's thread to open, to
execute, to fetch and to close, which costs more than most statements do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager

from db.errors import BUSY_TIMEOUT_S

CHUNK = 64


class Connection(aiosqlite.Connection):
    """One SQLite database, and the thread in which it is used. `BEGIN` and the like are ours to say."""

    def __init__(self, path: Path) -> None:
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)

        super().__init__(connect, CHUNK)
        self._thread.daemon = True

    @contextmanager
    async def cursor(self) -> aiosqlite.Cursor:
        return Cursor(self, self._conn.cursor())


class Cursor(aiosqlite.Cursor):
    """Brings all rows with it: what reads half of a large result should say so in its LIMIT."""

    _rows: list[Any]

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        def whole() -> list[Any]:
            try:
                return self._cursor.execute(sql, tuple(parameters or ())).fetchall()
            except BaseException:
                self._cursor.close()  # else a statement with a row that can't be decoded stays open
                raise

        self._rows = await self._execute(whole)  # type: ignore[no-untyped-call]  # aiosqlite types its public half
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is left to do: a statement whose rows are all read is done."""
