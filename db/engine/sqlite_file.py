"""Connections to a file of SQLite: their settings, and rows that come with the statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy
import tenacity
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from db.engine.errors import BUSY_TIMEOUT_S


class _Cursor(sqlite3.Cursor):
    """Brings all rows with it: what reads half of a large result should say so in its LIMIT."""

    _left: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        try:
            super().execute(sql, parameters)
            self._left = iter(super().fetchall())
        except BaseException:
            super().close()  # else a statement with a row that can't be decoded stays open
            raise
        return self

    def fetchone(self) -> Any:
        return next(self._left, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return list(islice(self._left, size))

    def fetchall(self) -> list[Any]:
        return list(self._left)

    def close(self) -> None:
        """Nothing is left to do: a statement whose rows are all read is done."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@tenacity.retry(
    retry=tenacity.retry_if_exception(_is_locked),
    stop=tenacity.stop_after_delay(BUSY_TIMEOUT_S),
    wait=tenacity.wait_random(0.0, 0.05),
    reraise=True,
)
def _to_wal(connection: sqlite3.Connection) -> None:
    """Of programs that open a new file together, all but one find it locked, and are not made to wait
    (sqlite.org/wal.html)."""
    connection.execute("PRAGMA journal_mode=WAL")


def engine(path: Path, begin: str, *settings: str) -> Engine:
    """SQLAlchemy's, for the file at `path`: a transaction starts by the statement `begin`; `settings` are statements
    for each new connection."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, factory=_Connection
        )

    made = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=NullPool,
        hide_parameters=True,  # else an error in a log would show numbers and codes
        json_deserializer=msgspec.json.decode,
    )

    def prepare(connection: sqlite3.Connection, _: object) -> None:
        _to_wal(connection)
        # synchronous=FULL: what was stored survives a power cut, too. secure_delete: what is deleted is overwritten.
        for each in ("PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON", *settings):
            connection.execute(each)

    def start(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(made, "connect", prepare)
    event.listen(made, "begin", start)
    return made
