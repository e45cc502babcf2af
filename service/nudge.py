"""A word from a command to the service on this home: there is something new in the store, or an alert with these texts
is coming. Without it, the service looks half a second later at most, and speaks the texts then."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import msgspec
import structlog

from rules.model import Language
from service.hand_over import opened
from supervision.parts import PartFailed

SOCKET = "nudge"
LONGEST = 1 << 20
WITHOUT = "what is new in the store is seen up to half a second later"
Texts = Mapping[Language, str]

log = structlog.get_logger()


def give(home: Path, coming: Texts | None = None) -> None:
    """To whoever is there; the service may be another user's, on another machine, or not running. `coming`: texts of an
    alert that is not stored yet."""
    word = msgspec.json.encode(coming or {})
    with contextlib.suppress(OSError), opened(home) as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        ours.sendto(word, f"{folder}/{SOCKET}")


def _bind(ours: socket.socket, home: Path) -> None:
    (home / SOCKET).unlink(missing_ok=True)
    with opened(home) as folder:
        ours.bind(f"{folder}/{SOCKET}")
    (home / SOCKET).chmod(0o600)


async def feel(home: Path, look: Callable[[], None], ahead: Callable[[Texts], None]) -> None:
    """Until cancelled; as `felt` does. Raises PartFailed: the service goes on without."""
    try:
        async with felt(home, look, ahead):
            await asyncio.Event().wait()
    except OSError as error:
        log.warning("no_nudge", error=str(error), meaning=WITHOUT)
        raise PartFailed(str(error), remedy=f"until it works, {WITHOUT}") from error


@contextlib.asynccontextmanager
async def felt(home: Path, look: Callable[[], None], ahead: Callable[[Texts], None]) -> AsyncIterator[None]:
    """`look` is called when something is stored, `ahead` with texts that are coming. Raises OSError where there can be
    no such socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        _bind(ours, home)

        def hear() -> None:
            with contextlib.suppress(OSError, ValueError):
                coming = msgspec.json.decode(ours.recv(LONGEST), type=dict[Language, str])
                ahead(coming) if coming else look()

        loop = asyncio.get_running_loop()
        loop.add_reader(ours, hear)
        try:
            yield
        finally:
            loop.remove_reader(ours)
