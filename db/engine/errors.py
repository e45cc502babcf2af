"""What the database refused, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from rules.operator_error import OperatorError

BUSY_TIMEOUT_S = 15
"""How long a write waits for another process's transaction."""


class StoreError(OperatorError):
    """The store cannot do its work; the text says why and what to do."""


class StoreLocked(StoreError):
    """Another process held the database for longer than BUSY_TIMEOUT_S."""


class StoreFull(StoreError):
    """No room is left on the disk of the database."""


class StoreNotWritable(StoreError):
    """The database or its folder cannot be opened or written by this user."""


class StoreDamaged(StoreError):
    """The file is not a database, or is damaged."""


class StoreNewer(StoreError):
    """The database was written by a newer version of the program."""


_SQLITE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreLocked,
        f"{{place}} stayed locked for more than {BUSY_TIMEOUT_S} s: end the other program that has it open for writing"
        " (a backup, a database browser), then try again",
    ),
    sqlite3.SQLITE_LOCKED: (StoreLocked, "{place} is locked by another connection: try again"),
    sqlite3.SQLITE_FULL: (StoreFull, "no room is left on the disk of {place}: free some, then try again"),
    sqlite3.SQLITE_READONLY: (
        StoreNotWritable,
        "{place} is read-only for this user: give the user write access to the file and its folder",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreNotWritable,
        "{place} cannot be opened: check that its folder exists and that this user may write in it",
    ),
    sqlite3.SQLITE_PERM: (StoreNotWritable, "{place} may not be written by this user: check its permissions"),
    sqlite3.SQLITE_IOERR: (
        StoreFull,
        "the disk of {place} failed or is full ({cause}): check its free space and its health",
    ),
    sqlite3.SQLITE_CORRUPT: (StoreDamaged, "{place} is damaged ({cause}): restore it from a backup"),
    sqlite3.SQLITE_NOTADB: (StoreDamaged, "{place} is not a database: move it away or correct the database's address"),
}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what the driver raises about the database at `place` into a StoreError."""
    try:
        yield
    except exc.DBAPIError as error:
        told = _told(error.orig, place)
        if told is None:
            raise
        raise told from error
    except sqlite3.Error as error:
        raise _told(error, place) or error from error


def _told(cause: BaseException | None, place: str) -> StoreError | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    kind, text = _SQLITE.get(code & 0xFF, (None, ""))  # the low byte is the primary code (sqlite.org/rescode.html)
    return kind(text.format(place=place, cause=cause)) if kind else None
