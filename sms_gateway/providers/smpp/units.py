"""SMPP 3.4 units on the wire: what we say, encoded by aiosmpplib; what the carrier says, read with tolerance.

Carriers use statuses, data codings, fields and lengths that the specification does not allow. None of them may cost the
connection, so units are read here, and not by aiosmpplib, which raises on the first unknown number
(docs/decisions/0007-our-own-smpp-session.md).
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

from aiosmpplib import BindTransceiver, SmppCommand, SmppCommandStatus, SmppMessage

from sms_gateway.providers.smpp.fields import c_string

HEADER = struct.Struct("!IIII")
LONGEST_BYTES = 70_000
"""A message_payload holds 64 KB at most; anything longer is not SMPP."""

REST_S = 3.0
"""How long the rest of a unit may be on its way: one whose length is wrong would hold up all that follow."""

RESPONSE = 0x8000_0000
DATA_SM = int(SmppCommand.DATA_SM)
KNOWN = {int(command) for command in SmppCommand}
LONGEST = dict.fromkeys((SmppCommand.ENQUIRE_LINK, SmppCommand.ENQUIRE_LINK_RESP, SmppCommand.UNBIND), 64)
"""Octets of units without a body, some added."""

HIGHEST_STATUS = 0xFFFF
LAST_SEQUENCE = 0x7FFF_FFFF

HAVE_BODY = {SmppCommand.DELIVER_SM, SmppCommand.DATA_SM}
"""Requests whose response has a message_id, empty (SMPP 3.4, 4.6.2 and 4.7.2)."""

ANSWERED = {*HAVE_BODY, SmppCommand.ENQUIRE_LINK, SmppCommand.UNBIND}


class NotSmpp(ValueError):
    """The octets make no sense."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it came. `command` and `status` are bare numbers: carriers invent their own. `command` 0: its length
    makes no sense."""

    command: int
    status: int
    sequence: int
    body: bytes

    @property
    def is_response(self) -> bool:
        return bool(self.command & RESPONSE)

    @property
    def message_id(self) -> str:
        return c_string(self.body, 0)[0]


class Reader:
    """Units out of a stream of octets. Where a unit is shorter or longer than it says, the next one is found by its
    header."""

    def __init__(self, stream: asyncio.StreamReader, *, rest_s: float = REST_S) -> None:
        self._stream, self._rest_s = stream, rest_s
        self._octets = bytearray()
        self._last = b""  # the unit before: the next one may have begun within it

    async def next(self) -> Unit:
        """Raises IncompleteReadError when the carrier has gone."""
        while len(self._octets) < HEADER.size:
            await self._more()
        if not _is_header(self._octets, 0):
            self._go_back()
        length, command, status, sequence = HEADER.unpack_from(self._octets)
        usual = _is_header(self._octets, 0)
        if not usual and not _is_header(self._octets, 0, any_command=True):
            # The next one is further on, or behind the last octets that can't be the whole of a header.
            ahead = _next_header(self._octets, 1) or len(self._octets) - HEADER.size + 1
            self._last = self._taken(ahead)
            return Unit(0, status, sequence, b"")
        certain = usual or len(self._octets) == length or _is_header(self._octets, length)
        self._last = self._taken(await self._whole(length, HEADER.size if certain else 1))
        return Unit(command, status, sequence, self._last[HEADER.size :])

    async def _whole(self, length: int, seen: int) -> int:
        """Wait for a unit of this length; the octets that it really has. It is shorter where the next one begins within
        it, from `seen` on, or where nothing more comes."""
        try:
            async with asyncio.timeout(self._rest_s):
                while not (within := _next_header(self._octets, seen, length)) and len(self._octets) < length:
                    seen = max(seen, len(self._octets) - HEADER.size + 1)
                    await self._more()
        except TimeoutError:
            return len(self._octets)
        return within or length

    async def _more(self) -> None:
        octets = await self._stream.read(LONGEST_BYTES)
        if not octets:
            raise asyncio.IncompleteReadError(bytes(self._octets), None)
        self._octets += octets

    def _go_back(self) -> None:
        """The unit before may have been shorter than it said: then the next one began within it."""
        if within := _next_header(self._last + self._octets, HEADER.size, len(self._last)):
            self._octets[:0] = self._last[within:]

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._octets[:count])
        del self._octets[:count]
        return taken


def _is_header(octets: bytes | bytearray, start: int, *, any_command: bool = False) -> bool:
    """A header as the specification has it; `any_command`: carriers have some of their own."""
    if len(octets) < start + HEADER.size:
        return False
    length, command, status, sequence = HEADER.unpack_from(octets, start)
    if not HEADER.size <= length <= LONGEST_BYTES or status > HIGHEST_STATUS:
        return False
    numbered = command in KNOWN and 0 < sequence <= LAST_SEQUENCE
    usual = bool(command & RESPONSE or not status)
    return any_command or (numbered and usual and length <= LONGEST.get(command, length))


def _next_header(octets: bytes | bytearray, start: int, stop: int | None = None) -> int:
    """Where the first unit begins from `start` on and before `stop`; 0: nowhere."""
    last = min(len(octets) - HEADER.size, len(octets) if stop is None else stop - 1)
    place = octets.find(0, start)
    while 0 <= place <= last:
        if _is_header(octets, place):
            return place
        place = octets.find(0, place + 1)
    return 0


def written(message: SmppMessage, sequence: int) -> bytes:
    message.sequence_num = sequence
    octets: bytes = message.pdu()
    return octets


def bind(system_id: str, password: str, system_type: str) -> BindTransceiver:
    return BindTransceiver(system_id=system_id, password=password, system_type=system_type)


def answer(unit: Unit, status: int = SmppCommandStatus.ESME_ROK) -> bytes:
    """Our response to a request of the carrier's; generic_nack to what is none (SMPP 3.4, 4.3)."""
    if unit.command not in ANSWERED:
        wrong = SmppCommandStatus.ESME_RINVCMDID if unit.command else SmppCommandStatus.ESME_RINVCMDLEN
        return HEADER.pack(HEADER.size, RESPONSE, wrong, unit.sequence)
    body = b"\0" if unit.command in HAVE_BODY else b""
    return HEADER.pack(HEADER.size + len(body), unit.command | RESPONSE, status, unit.sequence) + body


def status_name(status: int) -> str:
    """For the log: the name in the specification, and the number."""
    try:
        return f"{SmppCommandStatus(status).name} 0x{status:02X}"
    except ValueError:
        return f"0x{status:02X}"
