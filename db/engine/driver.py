"""SQLite behind asyncio: aiosqlite keeps a thread and a queue for each connection, SQLAlchemy does all of a statement
there, and the event loop waits once. SQLAlchemy's own way (`sqlalchemy.ext.asyncio`) costs four times the processor
time (decision 11)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
import sqlalchemy
from sqlalchemy import Dialect, Engine, Executable

from db.engine.connection import Connection, Found
from db.engine.errors import BUSY_TIMEOUT_S
from db.engine.sqlite_file import engine

READERS = 4
"""Connections for reading."""

T = TypeVar("T")

logging.getLogger("aiosqlite").setLevel(logging.INFO)  # at DEBUG it shows parameters: numbers and codes


class SQLite:
    """One file, in WAL mode: one connection that writes, several that read, each opened when it is needed first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._for_writing = engine(path, "BEGIN IMMEDIATE")
        self._for_reading = engine(path, "BEGIN", "PRAGMA query_only=ON")
        self._writer: Threaded | None = None
        self._idle: list[Threaded] = []
        self._may_read = asyncio.Semaphore(READERS)
        # SQLite has one writer: waiting here is fair and instant, waiting in its busy handler is neither.
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        async with self._may_read:
            idle = self._idle
            reader = idle.pop() if idle else await Threaded.open(self._for_reading)
            try:
                async with reader.transaction():
                    yield reader
            finally:
                if idle is self._idle:
                    idle.append(reader)
                else:
                    await reader.close()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        async with self._turn:
            self._writer = self._writer or await Threaded.open(self._for_writing)
            async with self._writer.transaction(at_once=True):
                yield self._writer

    async def write_back(self) -> None:
        """The log beside the file is empty then, unless somebody reads for longer than BUSY_TIMEOUT_S: what was erased
        is in neither (sqlite.org/pragma.html#pragma_wal_checkpoint)."""
        async with self._turn:
            await asyncio.to_thread(_write_back, self._path)

    async def close(self) -> None:
        """Waits for the writer; a reader in use is closed at the end of its transaction. The next use opens again."""
        async with self._turn:
            opened, self._idle = self._idle, []
            if self._writer is not None:
                opened.append(self._writer)
                self._writer = None
            for each in opened:
                await each.close()


class Threaded(aiosqlite.Connection):
    """SQLAlchemy's connection, opened and used in aiosqlite's thread: what it is asked for is done in that order, also
    when nobody waits for it any more. `_execute`, `_conn` and `_thread` are private to aiosqlite, whose version is
    therefore exact in pyproject.toml."""

    _opened: sqlalchemy.Connection

    def __init__(self, engine: Engine) -> None:
        super().__init__(cast(Any, engine.connect), iter_chunk_size=0)
        # A daemon: else a program that ends without closing waits for ever.
        self._thread = threading.Thread(target=_work_off, args=[self._thread.run], name="sqlite", daemon=True)

    @classmethod
    async def open(cls, engine: Engine) -> Threaded:
        opened = cls(engine)
        await opened
        opened._opened = cast(Any, opened._conn)
        return opened

    @property
    def dialect(self) -> Dialect:
        return self._opened.dialect

    def execute(self, statement: Executable, parameters: Any = None) -> Awaitable[Found]:  # type: ignore[override]
        return self._do(self._opened.execute, statement, parameters)

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> Awaitable[Found]:
        return self._do(self._opened.exec_driver_sql, statement, parameters)

    def run_sync(self, work: Callable[[sqlalchemy.Connection], T]) -> Awaitable[T]:
        return self._do(work, self._opened)

    @contextlib.asynccontextmanager
    async def transaction(self, *, at_once: bool = False) -> AsyncIterator[None]:
        """It begins with the first statement, or at once."""
        try:
            if at_once:
                await self._do(self._opened.begin)
            yield
            await self._do(self._opened.commit)
        except BaseException:
            await self._do(_roll_back, self._opened)
            raise

    def _do(self, work: Callable[..., T], *arguments: Any) -> Awaitable[T]:
        done: Awaitable[T] = self._execute(work, *arguments)  # type: ignore[no-untyped-call]
        return done


def _work_off(jobs: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        jobs()


def _roll_back(connection: sqlalchemy.Connection) -> None:
    """Also what SQLAlchemy takes to be over, after a commit that failed."""
    try:
        connection.rollback()
    finally:
        raw = connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection) and raw.in_transaction:
            raw.rollback()


def _write_back(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
