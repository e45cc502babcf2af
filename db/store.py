"""Opening the database, and the two ways into it: a reading and a writing transaction."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db import driver, migrations
from db.errors import StoreError, StoreNotWritable, explained
from db.gather import Gather, Item, Result

READERS = 4
"""Connections for reading, each with a thread of its own under SQLite."""

KEY_BYTES = 32

_ONE_WRITER = text("SELECT pg_advisory_xact_lock(86276246)")
"""On PostgreSQL, too, writers take turns: what is read in a transaction stands until its end. The number is ours."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Store:
    """One database. Make it with `Store.open`."""

    def __init__(self, place: str, writer: AsyncEngine, reader: AsyncEngine, *, code_key: bytes) -> None:
        self.place = place
        self.code_key = code_key
        self._writer, self._reader = writer, reader
        self._gathers: dict[str, Gather[Any, Any]] = {}
        # SQLite has one writer: waiting here is fair and instant, waiting in its busy handler is neither.
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, *, code_key: bytes | None = None) -> Store:
        """Open the database at `url` (`sqlite:////var/lib/tocsin/tocsin.db`) and bring its tables up to date.

        `code_key`: the secret under which log-in codes are hashed; SQLite keeps its own in a file beside the
        database. Raises StoreError.
        """
        address = _with_driver(url)
        place = address.render_as_string(hide_password=True)
        if address.get_backend_name() == "sqlite":
            path = _sqlite_path(address)
            writer, reader = _sqlite_engine(address, path, readers=0), _sqlite_engine(address, path, readers=READERS)
            store = cls(str(path), writer, reader, code_key=code_key or _key_beside(path))
        else:
            engine = _server_engine(address)
            store = cls(place, engine, engine, code_key=_given(code_key))
        await store._migrate()
        return store

    async def close(self) -> None:
        """Write what is gathered, then let go of the database."""
        for gather in self._gathers.values():
            await gather.close()
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view. Raises StoreError."""
        with explained(self.place):
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is stored when the block ends, or none of it. Raises StoreError."""
        with explained(self.place):
            async with self._turn, self._writer.begin() as connection:
                if connection.dialect.name == "postgresql":
                    await connection.execute(_ONE_WRITER)
                yield connection

    def gathering(self, what: str, make: Callable[[], Gather[Item, Result]]) -> Gather[Item, Result]:
        """The one gathering of that kind of write in this store."""
        if what not in self._gathers:
            self._gathers[what] = make()
        return self._gathers[what]

    async def _migrate(self) -> None:
        try:
            async with self.reading() as connection:
                applied = await connection.run_sync(migrations.are_applied)
            if not applied:
                async with self.writing() as connection:
                    await connection.run_sync(migrations.apply)
        except BaseException:
            await self.close()
            raise


def _with_driver(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(f"“{url}” is no database address: write sqlite:////absolute/path/tocsin.db") from None
    driver = _DRIVERS.get(address.drivername, address.drivername)
    address = address.set(drivername=driver)
    try:
        address.get_dialect()
    except NoSuchModuleError:
        raise StoreError(f"“{address.drivername}” is no known database: use sqlite or postgresql") from None
    return address


def _sqlite_path(address: URL) -> Path:
    if not address.database or address.database == ":memory:":
        raise StoreError("the database needs a file: write sqlite:////absolute/path/tocsin.db")
    if address.query:
        raise StoreError(
            f"“{', '.join(address.query)}”: a file takes no options; write sqlite:////absolute/path/tocsin.db"
        )
    path = Path(address.database).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Tried here: aiosqlite answers a file that cannot be opened with a stray traceback of its thread.
        path.open("ab").close()
    except OSError as error:
        why = f"{path} cannot be opened ({error.strerror}: {error.filename})"
        raise StoreNotWritable(f"{why}: give this user write access to it and its folder, or choose another") from error
    return path


def _sqlite_engine(address: URL, path: Path, *, readers: int) -> AsyncEngine:
    engine = create_async_engine(
        address,
        async_creator=lambda: driver.Connection(path),
        pool_size=readers or 1,
        max_overflow=0,
        hide_parameters=True,  # else an error in a log would show numbers and codes
        json_deserializer=msgspec.json.decode,
    )
    begin = "BEGIN" if readers else "BEGIN IMMEDIATE"

    def prepare(connection: Any, _: object) -> None:
        try:
            _set_up(connection, read_only=readers > 0)
        except BaseException:
            connection.close()  # else its thread outlives the error
            raise

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def _set_up(connection: Any, *, read_only: bool) -> None:
    cursor = connection.cursor()
    # synchronous=FULL: what was stored survives a power cut, too.
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {setting}")
    if read_only:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _server_engine(address: URL) -> AsyncEngine:
    try:
        return create_async_engine(address, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{error.name} is not installed, which this database needs: pip install {error.name}, or use sqlite"
        ) from error


def _given(code_key: bytes | None) -> bytes:
    if not code_key:
        raise StoreError("this database keeps no key beside it: pass the key for log-in codes")
    return code_key


def _key_beside(path: Path) -> bytes:
    """The key of this installation, made at the first start; two programs starting at once agree on one."""
    key = path.with_name(path.name + ".key")
    draft = path.with_name(f"{path.name}.key.{secrets.token_hex(8)}")
    try:
        if not key.exists():
            draft.touch(mode=0o600)
            draft.write_bytes(secrets.token_bytes(KEY_BYTES))
            _link_once(draft, key)
        return key.read_bytes()
    except OSError as error:
        raise StoreNotWritable(
            f"{key} cannot be read or made ({error.strerror}): check the folder's permissions"
        ) from error


def _link_once(draft: Path, key: Path) -> None:
    try:
        key.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first: its key stands
    finally:
        draft.unlink()
