"""A word from a command to the service on this home: there is something new in the store. Without it, the service looks
a quarter of a second later."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tocsin.hand_over import opened

SOCKET = "nudge"


def give(home: Path) -> None:
    """To whoever is there; the service may be another user's, on another machine, or not running."""
    with contextlib.suppress(OSError), opened(home) as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        ours.sendto(b"!", f"{folder}/{SOCKET}")


@contextlib.asynccontextmanager
async def felt(home: Path, look: Callable[[], None]) -> AsyncIterator[None]:
    """`look` is called at each one. Raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        (home / SOCKET).unlink(missing_ok=True)
        with opened(home) as folder:
            ours.bind(f"{folder}/{SOCKET}")

        def hear() -> None:
            ours.recv(1)
            look()

        loop = asyncio.get_running_loop()
        loop.add_reader(ours, hear)
        try:
            yield
        finally:
            loop.remove_reader(ours)
