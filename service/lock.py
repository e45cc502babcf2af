"""One service on one home. The lock ends with the process, however it ends: no stale file ever stops a start."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from rules.operator_error import OperatorError


class InUse(OperatorError):
    """Another service has this home; the message names it and says what to do."""


@contextlib.contextmanager
def held(home: Path, part: str) -> Iterator[None]:
    """`part`: what only one service on this home may do. Raises InUse, OSError."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{part}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = f"process {file.read().strip() or 'unknown'}"
            remedy = "stop it first, or give this one a TOCSIN_HOME and ports of its own"
            raise InUse(f"a service runs on {home} already ({part}, {who}): {remedy}.") from None
        with contextlib.suppress(OSError):  # the number is only for the message: a full disk must not stop the start
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), str(os.getpid()).encode())
        yield
