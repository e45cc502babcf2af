"""Free ports on loopback, so that demo, tests and a running service can be on at once."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

LOOPBACK = "127.0.0.1"
FIRST, LAST = 10000, 19999
RTP_FIRST, RTP_LAST = 20000, 32000
"""Both below Linux's range of ports for outgoing connections, which take what is free there at any moment."""


_ours: list[int] = []
"""What holds the ports that this program has picked."""


def free(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody uses, picked at random; no other program that asks here gets it while this one runs: from the
    picking to the binding it may take seconds."""
    for _ in range(100):
        if _is_free(port := random.randint(FIRST, LAST), kind) and _taken(port):
            return port
    raise RuntimeError(f"no free port between {FIRST} and {LAST}")


def free_rtp_range(size: int = 400) -> tuple[int, int]:
    """A range of ports for sound, picked at random; its ends are free."""
    for _ in range(100):
        first = random.randrange(RTP_FIRST, RTP_LAST - size, 2)
        if _is_free(first) and _is_free(first + size - 1):
            return first, first + size - 1
    raise RuntimeError(f"no free range of {size} UDP ports between {RTP_FIRST} and {RTP_LAST}")


def _taken(port: int) -> bool:
    """Whether it is this program's now. The lock ends with the program."""
    folder = Path(tempfile.gettempdir()) / f"tocsin-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    held = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return False
    _ours.append(held)
    return True


def _is_free(port: int, kind: socket.SocketKind = socket.SOCK_DGRAM) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
