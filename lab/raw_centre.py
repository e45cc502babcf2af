"""A short-message centre that says whatever it is told to, octet by octet, and keeps what it hears.

    centre = RawCentre()
    await centre.start()
    … TOCSIN_SMS_URL=centre.url …
    await centre.bound.wait()
    centre.say(unit(DELIVER_SM, 7, body))
    (await centre.heard(7)).status

What it answers to a request comes from `answers`, by command; a test may put its own there.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

HEADER = struct.Struct("!IIII")
RESPONSE = 0x8000_0000
BIND, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, DATA_SM = 0x09, 0x04, 0x05, 0x06, 0x15, 0x0103
GENERIC_NACK = RESPONSE


@dataclass(frozen=True, slots=True)
class UnitHeard:
    """A unit from the town."""

    command: int
    status: int
    sequence: int
    body: bytes


Answer = Callable[[UnitHeard], bytes]


def unit(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def answer(request: UnitHeard, body: bytes = b"", status: int = 0) -> bytes:
    return unit(request.command | RESPONSE, request.sequence, body, status)


class RawCentre:
    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {
            BIND: lambda request: answer(request, b"raw\0"),
            SUBMIT_SM: lambda request: answer(request, b"%d\0" % request.sequence),
            ENQUIRE_LINK: answer,
            UNBIND: answer,
        }
        self.binds = 0
        self.requests: Counter[int] = Counter()
        """How many of each command came."""
        self.unasked: list[UnitHeard] = []
        """Responses to something that nobody said."""
        self.bound = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._expected: dict[int, asyncio.Future[UnitHeard]] = {}
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server
        return f"smpp://tocsin:secret@127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def close(self) -> None:
        if self._server:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def cut(self) -> None:
        """End the connection at once."""
        if self._writer:
            self._writer.transport.abort()

    def expect(self, sequence: int) -> asyncio.Future[UnitHeard]:
        """The town's answer to what is said under this number."""
        return self._expected.setdefault(sequence, asyncio.get_running_loop().create_future())

    def say(self, octets: bytes) -> None:
        assert self._writer
        self._writer.write(octets)

    async def drained(self) -> None:
        assert self._writer
        await self._writer.drain()

    async def asked(self, command: int, sequence: int, body: bytes = b"", *, within_s: float = 10.0) -> UnitHeard:
        """Say a unit, and wait for its answer."""
        expected = self.expect(sequence)
        self.say(unit(command, sequence, body))
        return await asyncio.wait_for(expected, within_s)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        self._writer = writer
        try:
            while True:
                self._take(await _read(reader), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._serving.discard(task)
            self.bound.clear()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _take(self, heard: UnitHeard, writer: asyncio.StreamWriter) -> None:
        if heard.command & RESPONSE:
            expected = self._expected.pop(heard.sequence, None)
            if expected is None:
                self.unasked.append(heard)
            elif not expected.done():
                expected.set_result(heard)
            return
        self.requests[heard.command] += 1
        if made := self.answers.get(heard.command):
            writer.write(made(heard))
        if heard.command == BIND:
            self.binds += 1
            self.bound.set()


async def _read(reader: asyncio.StreamReader) -> UnitHeard:
    length, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
    return UnitHeard(command, status, sequence, await reader.readexactly(length - HEADER.size))


def deliver_sm(
    text: bytes,
    *,
    source: bytes = b"15145550101",
    source_type: int = 1,
    esm_class: int = 0,
    data_coding: int = 0,
    optional: bytes = b"",
) -> bytes:
    """The body of one."""
    addresses = b"\0" + bytes((source_type, 1)) + source + b"\0\1\1" + b"15145550100\0"
    return addresses + bytes((esm_class, 0, 0, 0, 0, 0, 0, data_coding, 0, len(text))) + text + optional


def data_sm(text: bytes, *, esm_class: int = 0, data_coding: int = 0, optional: bytes = b"") -> bytes:
    addresses = b"\0\1\1" + b"15145550101" + b"\0\1\1" + b"15145550100\0"
    return addresses + bytes((esm_class, 0, data_coding)) + field(0x0424, text) + optional


def field(tag: int, octets: bytes) -> bytes:
    """One optional field."""
    return struct.pack("!HH", tag, len(octets)) + octets
