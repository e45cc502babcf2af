"""SQLite behind asyncio: a thread for each connection, where SQLAlchemy does all of a statement, and one wait for it.
Its own way (`sqlalchemy.ext.asyncio`) costs four times the processor time (decision 11)."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import Dialect, Engine, Executable

from db.engine.connection import Connection, Found
from db.engine.errors import BUSY_TIMEOUT_S
from db.engine.sqlite_file import engine

READERS = 4
"""Connections for reading."""

T = TypeVar("T")
Job = tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]


class SQLite:
    """One file, in WAL mode: one connection that writes, several that read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = Worker(engine(path, "BEGIN IMMEDIATE"))
        reading = engine(path, "BEGIN", "PRAGMA query_only=ON")
        self._readers = [Worker(reading) for _ in range(READERS)]
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()
        for each in self._readers:
            self._idle.put_nowait(each)
        # SQLite has one writer: waiting here is fair and instant, waiting in its busy handler is neither.
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        reader = await self._idle.get()
        try:
            async with reader.transaction():
                yield reader
        finally:
            self._idle.put_nowait(reader)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        async with self._turn, self._writer.transaction(at_once=True):
            yield self._writer

    async def write_back(self) -> None:
        """The log beside the file is empty then, unless somebody reads for longer than BUSY_TIMEOUT_S: what was erased
        is in neither (sqlite.org/pragma.html#pragma_wal_checkpoint)."""
        async with self._turn:
            await asyncio.to_thread(_write_back, self._path)

    async def close(self) -> None:
        for each in (*self._readers, self._writer):
            await each.close()


class Worker:
    """One connection, and the thread in which it is used: what it is asked for is done in that order, also when nobody
    waits for it any more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._opened: sqlalchemy.Connection | None = None

    @property
    def dialect(self) -> Dialect:
        return self._engine.dialect

    def execute(self, statement: Executable, parameters: Any = None) -> asyncio.Future[Found]:
        return self._do(self._execute, statement, parameters)

    def exec_driver_sql(self, statement: str, parameters: Any = None) -> asyncio.Future[Found]:
        return self._do(self._exec_driver_sql, statement, parameters)

    def run_sync(self, work: Callable[[sqlalchemy.Connection], T]) -> asyncio.Future[T]:
        return self._do(lambda: work(self._connection()))

    @contextlib.asynccontextmanager
    async def transaction(self, *, at_once: bool = False) -> AsyncIterator[None]:
        """It begins with the first statement, or at once."""
        try:
            if at_once:
                await self._do(self._begin)
            yield
        except BaseException:
            await self._do(self._roll_back)
            raise
        await self._do(self._commit)

    async def close(self) -> None:
        if self._thread is not None:
            await self._do(self._close)
            self._jobs.put(None)
            self._thread, self._jobs = None, SimpleQueue()

    # -- for the thread ------------------------------------------------------------------------------------------------

    def _do(self, work: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        if self._thread is None:
            self._thread = threading.Thread(target=_work_off, args=[self._jobs], name="sqlite", daemon=True)
            self._thread.start()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((done, work, arguments))
        return done

    def _connection(self) -> sqlalchemy.Connection:
        if self._opened is None:
            self._opened = self._engine.connect()
        return self._opened

    def _execute(self, statement: Executable, parameters: Any) -> Found:
        return self._connection().execute(statement, parameters)

    def _exec_driver_sql(self, statement: str, parameters: Any) -> Found:
        return self._connection().exec_driver_sql(statement, parameters)

    def _begin(self) -> None:
        self._connection().begin()

    def _commit(self) -> None:
        try:
            self._connection().commit()
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        """Also what SQLAlchemy takes to be over, after a commit that failed."""
        if self._opened is not None:
            self._opened.rollback()
            raw = self._opened.connection.driver_connection
            if isinstance(raw, sqlite3.Connection) and raw.in_transaction:
                raw.rollback()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _work_off(jobs: SimpleQueue[Job | None]) -> None:
    while (job := jobs.get()) is not None:
        _carry_out(*job)
        del job  # else what it brought is kept until the next


def _carry_out(done: asyncio.Future[Any], work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    result, error = None, None
    try:
        result = work(*arguments)
    except BaseException as raised:
        error = raised
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        done.get_loop().call_soon_threadsafe(_tell, done, result, error)


def _tell(done: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if done.done():
        return  # nobody waits any more
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


def _write_back(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
