"""AudioSocket: Asterisk's way to send a call's audio over TCP. Each message is its kind, the length of what follows in
two bytes, big-endian, and that (Asterisk's res_audiosocket.h)."""

from __future__ import annotations

import contextlib
import socket
import time
import uuid

HEADER = 3
IDENTITY, AUDIO = 0x01, 0x10
HANG_UP = bytes(HEADER)
GREETING = HEADER + 16
MOST = 1 << 16
NOTHING = bytes(320)  # 20 ms of it
LONGEST_GAP = 5
"""A snoop that gets no packet in time sends 20 ms of nothing, and the packet after it. Up to so many in a row, between
sounds, are no silence of the far side's."""


class AudioConnection:
    """One connection from Asterisk, read without waiting."""

    def __init__(self, own: socket.socket) -> None:
        own.setblocking(False)
        self._socket = own
        self._read = bytearray()
        self._gap = 0
        self.since = time.monotonic()

    def read(self) -> bool:
        """Take what has come; False when the connection is over."""
        try:
            while data := self._socket.recv(MOST):
                self._read += data
                if len(data) < MOST:
                    break
        except BlockingIOError:
            return True
        except OSError:
            return False
        return bool(data)

    def identity(self) -> uuid.UUID | None:
        """Whom it says it listens to, once that has come."""
        if len(self._read) < GREETING or self._read[0] != IDENTITY:
            return None
        token = uuid.UUID(bytes=bytes(self._read[HEADER:GREETING]))
        del self._read[:GREETING]
        return token

    def audio(self) -> bytes:
        """The whole frames that have come, without gaps."""
        pieces: list[bytes] = []
        at, read = 0, self._read
        while (body := at + HEADER) <= len(read):
            end = body + int.from_bytes(read[at + 1 : body], "big")
            if end > len(read):
                break
            if read[at] == AUDIO:
                pieces.append(self._without_gap(bytes(read[body:end])))
            at = end
        del read[:at]
        return b"".join(pieces)

    def _without_gap(self, frame: bytes) -> bytes:
        if frame != NOTHING:
            self._gap = 0
            return frame
        self._gap += 1
        if self._gap <= LONGEST_GAP:
            return b""
        return NOTHING * (LONGEST_GAP + 1) if self._gap == LONGEST_GAP + 1 else NOTHING

    def say_goodbye(self) -> None:
        """Ask Asterisk to end the tap. Closed only when it has: a connection reset fills Asterisk's log."""
        self.since = time.monotonic()
        with contextlib.suppress(OSError):
            self._socket.send(HANG_UP)

    def close(self) -> None:
        self._socket.close()
