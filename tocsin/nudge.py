"""A word from a command to the service on this home: there is something new in the store. Without it, the service looks
a quarter of a second later."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog

from tocsin.hand_over import opened

SOCKET = "nudge"

log = structlog.get_logger()


def give(home: Path) -> None:
    """To whoever is there; the service may be another user's, on another machine, or not running."""
    with contextlib.suppress(OSError), opened(home) as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        ours.sendto(b"!", f"{folder}/{SOCKET}")


def _bind(ours: socket.socket, home: Path) -> None:
    (home / SOCKET).unlink(missing_ok=True)
    with opened(home) as folder:
        ours.bind(f"{folder}/{SOCKET}")


@contextlib.asynccontextmanager
async def felt(home: Path, look: Callable[[], None]) -> AsyncIterator[None]:
    """`look` is called at each one; where there can be no such socket, never."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        try:
            _bind(ours, home)
        except OSError as error:
            log.warning(
                "no_nudge", error=str(error), meaning="what is new in the store is seen a quarter of a second later"
            )

        def hear() -> None:
            with contextlib.suppress(OSError):
                ours.recv(1)
                look()

        loop = asyncio.get_running_loop()
        loop.add_reader(ours, hear)
        try:
            yield
        finally:
            loop.remove_reader(ours)
