"""SMPP 3.4 units on the wire: what we say, encoded by aiosmpplib; what the carrier says, read with tolerance.

Carriers use statuses, data codings and fields that the specification does not list. None of them may cost the
connection, so units are read here, and not by aiosmpplib, which raises on the first unknown number
(docs/decisions/0007-our-own-smpp-session.md).
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

from aiosmpplib import (
    BindTransceiver,
    DeliverSmResp,
    EnquireLinkResp,
    GenericNack,
    SmppCommand,
    SmppCommandStatus,
    SmppMessage,
    UnbindResp,
)

HEADER = struct.Struct("!IIII")
LONGEST_BYTES = 70_000
"""A message_payload holds 64 KB at most; anything longer is not SMPP."""

RESPONSE = 0x8000_0000
DATA_SM = 0x0000_0103


class NotSmpp(ValueError):
    """The octets make no sense: the connection is of no more use."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it came. `command` and `status` are bare numbers: carriers invent their own."""

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


async def read(reader: asyncio.StreamReader) -> Unit:
    """The next unit. Raises IncompleteReadError when the carrier has gone, NotSmpp on garbage."""
    length, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
    if not HEADER.size <= length <= LONGEST_BYTES:
        raise NotSmpp(f"a unit of {length} bytes")
    return Unit(command, status, sequence, await reader.readexactly(length - HEADER.size))


def written(message: SmppMessage, sequence: int) -> bytes:
    message.sequence_num = sequence
    octets: bytes = message.pdu()
    return octets


def bind(system_id: str, password: str, system_type: str) -> BindTransceiver:
    return BindTransceiver(system_id=system_id, password=password, system_type=system_type)


def answer(unit: Unit, status: SmppCommandStatus = SmppCommandStatus.ESME_ROK) -> bytes:
    """Our response to a request of the carrier's."""
    match unit.command:
        case SmppCommand.ENQUIRE_LINK:
            response: SmppMessage = EnquireLinkResp()
        case SmppCommand.UNBIND:
            response = UnbindResp()
        case SmppCommand.DELIVER_SM:
            response = DeliverSmResp()
        case _:
            response, status = GenericNack(), SmppCommandStatus.ESME_RINVCMDID
    response.command_status = status
    return written(response, unit.sequence)


def c_string(body: bytes, start: int) -> tuple[str, int]:
    """A zero-ended string and the offset of what follows; tolerates a missing zero at the end of the unit."""
    end = body.find(0, start)
    end = len(body) if end < 0 else end
    return body[start:end].decode("latin-1"), end + 1


def status_name(status: int) -> str:
    """For the log: the name in the specification, and the number."""
    try:
        return f"{SmppCommandStatus(status).name} 0x{status:02X}"
    except ValueError:
        return f"0x{status:02X}"
