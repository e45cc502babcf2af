"""Opening the database, and the two ways into it: a reading and a writing transaction."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from db import migrations
from db.engine.connection import Connection, Database
from db.engine.driver import SQLite
from db.engine.errors import StoreError, StoreNotWritable, explained
from db.engine.group_commit import GroupCommit, Item, Result
from db.engine.server import Server

KEY_BYTES = 32
OWNER_ONLY = 0o600

_DRIVERS = {
    **dict.fromkeys(("sqlite", "sqlite+aiosqlite"), "sqlite"),
    **dict.fromkeys(("postgresql", "postgres"), "postgresql+asyncpg"),
}


class Store:
    """One database. Make it with `Store.open`."""

    def __init__(self, place: str, database: Database, *, code_key: bytes) -> None:
        self.place = place
        self.code_key = code_key
        self._database = database
        self._gathers: dict[str, GroupCommit[Any, Any]] = {}

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
            store = cls(str(path), SQLite(path), code_key=code_key or _key_beside(path))
        else:
            store = cls(place, Server(address), code_key=_given(code_key))
        await store._migrate()
        return store

    async def close(self) -> None:
        """Write what is gathered, then let go of the database."""
        for gather in self._gathers.values():
            await gather.close()
        await self._database.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """One consistent view. Raises StoreError."""
        with explained(self.place):
            async with self._database.reading() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """One transaction: all of it is stored when the block ends, or none of it. Raises StoreError."""
        with explained(self.place):
            async with self._database.writing() as connection:
                yield connection

    async def write_back(self) -> None:
        """What was erased is gone from the disk, too. Raises StoreError."""
        with explained(self.place):
            await self._database.write_back()

    def gathering(self, what: str, make: Callable[[], GroupCommit[Item, Result]]) -> GroupCommit[Item, Result]:
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
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, OWNER_ONLY))
        _tighten(path)
    except OSError as error:
        why = f"{path} cannot be opened ({error.strerror}: {error.filename})"
        raise StoreNotWritable(f"{why}: give this user write access to it and its folder, or choose another") from error
    return path


def _tighten(path: Path) -> None:
    """What an older version made readable by others. SQLite gives the files beside it the rights of the database."""
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with contextlib.suppress(OSError):  # it is another user's, or not there
            each.chmod(OWNER_ONLY)


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
