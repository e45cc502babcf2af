"""The fields of a unit, read with tolerance (SMPP 3.4, 3.1 and 5.3)."""

from __future__ import annotations

import struct

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, MESSAGE_PAYLOAD, NETWORK_ERROR = 0x001E, 0x0427, 0x0424, 0x0423
SAR_REFERENCE, SAR_TOTAL, SAR_POSITION = 0x020C, 0x020E, 0x020F

_HEAD = struct.Struct("!HH")


def c_string(body: bytes, start: int) -> tuple[str, int]:
    """A zero-ended string and the offset of what follows; tolerates a missing zero at the end of the unit."""
    end = body.find(0, start)
    end = len(body) if end < 0 else end
    return body[start:end].decode("latin-1"), end + 1


def optional(body: bytes, offset: int) -> dict[int, bytes]:
    """The optional fields by tag. Some carriers end the text with a zero that they don't count."""
    fields, whole = _chain(body, offset)
    if not whole and body[offset : offset + 1] == b"\0":
        again, whole = _chain(body, offset + 1)
        return again if whole else fields
    return fields


def chained(body: bytes, offset: int) -> bool:
    """Nothing but optional fields follows, each of its length."""
    return _chain(body, offset)[1]


def _chain(body: bytes, offset: int) -> tuple[dict[int, bytes], bool]:
    """Of a field that comes twice, the first that holds something counts; the last one may be cut short."""
    fields: dict[int, bytes] = {}
    while offset + _HEAD.size <= len(body):
        tag, length = _HEAD.unpack_from(body, offset)
        start, offset = offset + _HEAD.size, offset + _HEAD.size + length
        fields[tag] = fields.get(tag) or body[start:offset]
    return fields, offset == len(body)
