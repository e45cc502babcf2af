"""Files of imports in the home: for their owner only, and for an hour at most. What is to be imported; what was seen in
it; the rows of it that were refused."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from db.staff.jobs import Job
from records.imports import MOST_OCTETS, Uploaded
from rules.operator_error import NotThere, OperatorError

FOLDER = "imports"
KEPT = timedelta(hours=1)
LOOK_S = 0.1
OWNER_ONLY, OF_OWNER = 0o600, 0o700

_ID = re.compile(r"[0-9a-f]{32}")


async def keep(home: Path, octets: AsyncIterator[bytes], *, most: int = MOST_OCTETS) -> Uploaded:
    """A file that was sent. One that is too large for an import is kept as a hole of its size. Raises OperatorError."""
    new = _place(home) / secrets.token_hex(16)
    draft = new.with_suffix(".new")
    try:
        with explained(new.parent):
            with _private(draft) as file:
                size = await _written(file, octets, most)
            draft.rename(new)
    finally:
        draft.unlink(missing_ok=True)
    return Uploaded(id=new.name, octets=size)


async def _written(file: BinaryIO, octets: AsyncIterator[bytes], most: int) -> int:
    size = 0
    async for piece in octets:
        size += len(piece)
        if size <= most:
            await asyncio.to_thread(file.write, piece)
    if size > most:
        file.truncate(0)
        file.truncate(size)
    return size


def upload(home: Path, name: str) -> Path:
    """Raises NotThere."""
    path = _place(home) / name
    if not _ID.fullmatch(name) or not path.exists():
        raise NotThere("The file is not there any more: it is kept for an hour, and for one import. Send it again.")
    return path


def seen(home: Path, job_id: int) -> Path:
    """What was seen in the file of that job, or whom it left (`records.imports`), as JSON."""
    return _place(home) / f"{job_id}.json"


def refused(home: Path, job_id: int) -> Path:
    """The rows of it that were refused."""
    return _place(home) / f"{job_id}.csv"


def there(path: Path) -> Path:
    """Raises NotThere."""
    if not path.exists():
        raise NotThere("There is nothing of that, or no more: it is kept for an hour. Do the same once more.")
    return path


def write(path: Path, content: bytes) -> None:
    """There whole or not at all."""
    draft = path.with_suffix(".new")
    with explained(path.parent):
        with _private(draft) as file:
            file.write(content)
        draft.replace(path)


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Raises OperatorError where the disk does not take what is written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OperatorError(f"no room is left on the disk of {place}: free some, then try again") from error
        remedy = "give the service's user the right to write there, then try again"
        raise OperatorError(f"{place} can't be written ({error.strerror or error}): {remedy}") from error


def forget(home: Path, job: Job) -> None:
    """All of it."""
    forget_upload(home, job)
    for path in (seen(home, job.id), refused(home, job.id)):
        path.unlink(missing_ok=True)


def forget_upload(home: Path, job: Job) -> None:
    if name := job.request.get("upload"):
        (_place(home) / name).unlink(missing_ok=True)


def forget_people(home: Path) -> None:
    """What was seen in any file: somebody in one of them was erased."""
    for kind in ("json", "csv"):
        for path in (home / FOLDER).glob(f"*.{kind}"):
            path.unlink(missing_ok=True)


def older(home: Path, now: datetime) -> list[Path]:
    """Files that nobody waits for, unless a job does."""
    long_ago = (now - KEPT).timestamp()
    return [path for path in (home / FOLDER).glob("*") if 0 < _written_at(path) < long_ago]


@asynccontextmanager
async def one_at_a_time(home: Path) -> AsyncIterator[None]:
    """Of all programs on a home, one imports. Its lock ends with the program, however it ends."""
    place = os.open(_place(home), os.O_RDONLY | os.O_DIRECTORY)
    try:
        while not _locked(place):
            await asyncio.sleep(LOOK_S)
        yield
    finally:
        os.close(place)


def _written_at(path: Path) -> float:
    """0 where it is gone meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _locked(place: int) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _place(home: Path) -> Path:
    place = home / FOLDER
    with explained(place):
        place.mkdir(mode=OF_OWNER, parents=True, exist_ok=True)
    return place


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb")
