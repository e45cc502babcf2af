"""Free ports on loopback, so that demo, tests and a running service can be on at once."""

from __future__ import annotations

import random
import socket

LOOPBACK = "127.0.0.1"
RTP_FIRST, RTP_LAST = 20000, 32000  # below Linux's range of ports for outgoing connections


def free(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def free_rtp_range(size: int = 400) -> tuple[int, int]:
    """A range of ports for sound, picked at random; its ends are free."""
    for _ in range(100):
        first = random.randrange(RTP_FIRST, RTP_LAST - size, 2)
        if _is_free(first) and _is_free(first + size - 1):
            return first, first + size - 1
    raise RuntimeError(f"no free range of {size} UDP ports between {RTP_FIRST} and {RTP_LAST}")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
