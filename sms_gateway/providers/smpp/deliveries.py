"""What a carrier delivers to us (deliver_sm): receipts, and texts from subscribers, long ones joined.

SMPP 3.4, 4.6.1 (deliver_sm), 5.2.12 (esm_class), 5.2.19 (data_coding), 5.2.28 (message_state), appendix B (receipts).
"""

from __future__ import annotations

import re
import struct
from collections import OrderedDict
from dataclasses import dataclass

import smsutil

from sms_gateway.provider import Incoming, Receipt
from sms_gateway.providers.smpp.units import NotSmpp, c_string

INTERNATIONAL = 1
KIND_MASK = 0x3C
PLAIN, RECEIPT = 0x00, 0x04
UDHI = 0x40

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, MESSAGE_PAYLOAD = 0x001E, 0x0427, 0x0424
SAR_REFERENCE, SAR_TOTAL, SAR_POSITION = 0x020C, 0x020E, 0x020F
JOIN_8_BIT, JOIN_16_BIT = 0x00, 0x08

DELIVERED: dict[str, bool | None] = {
    "ENROUTE": None,
    "ACCEPTD": None,
    "DELIVRD": True,
    "EXPIRED": False,
    "DELETED": False,
    "UNDELIV": False,
    "UNKNOWN": False,
    "REJECTD": False,
}
"""The carrier's words and ours; None: not the final word."""

STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}

MOST_UNJOINED = 1_000
"""Long texts of which a part is still missing; the oldest is given up first."""

_FIELD = re.compile(r"\b(id|stat|err):\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One deliver_sm, taken apart."""

    source: str
    esm_class: int
    data_coding: int
    data: bytes
    fields: dict[int, bytes]

    @property
    def kind(self) -> int:
        return self.esm_class & KIND_MASK


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a long text."""

    key: tuple[str, int, int]
    total: int
    position: int
    body: str


def parse(body: bytes) -> Delivery:
    """Raises NotSmpp when fields are missing."""
    try:
        return _parse(body)
    except (IndexError, struct.error) as error:
        raise NotSmpp(f"a deliver_sm cut short: {error}") from None


def _parse(body: bytes) -> Delivery:
    _, offset = c_string(body, 0)
    source_type = body[offset]
    source, offset = c_string(body, offset + 2)
    _, offset = c_string(body, offset + 2)
    esm_class = body[offset]
    _, offset = c_string(body, offset + 3)  # scheduled delivery: empty here
    _, offset = c_string(body, offset)  # validity: empty here
    data_coding, length = body[offset + 2], body[offset + 4]
    start = offset + 5
    fields = _fields(body, start + length)
    data = body[start : start + length] or fields.get(MESSAGE_PAYLOAD, b"")
    return Delivery(_address(source, source_type), esm_class, data_coding, data, fields)


def _fields(body: bytes, offset: int) -> dict[int, bytes]:
    fields = {}
    while offset < len(body):
        tag, length = struct.unpack_from("!HH", body, offset)
        fields[tag] = body[offset + 4 : offset + 4 + length]
        offset += 4 + length
    return fields


def _address(digits: str, number_type: int) -> str:
    return f"+{digits}" if number_type == INTERNATIONAL and digits.isdigit() else digits


def receipt(delivery: Delivery) -> Receipt | None:
    """The receipt; None when it is not the final word. Raises ValueError when it names no message or no known state."""
    written = {name.lower(): value for name, value in _FIELD.findall(delivery.data.decode("latin-1"))}
    provider_id = c_string(delivery.fields.get(RECEIPTED_MESSAGE_ID, b""), 0)[0] or written.get("id", "")
    state = STATES.get(delivery.fields.get(MESSAGE_STATE, b"\0")[0], "")
    word = written.get("stat", state).upper()
    if not provider_id or word not in DELIVERED:
        raise ValueError(f"a receipt that names no message or no known state: id “{provider_id}”, state “{word}”")
    delivered = DELIVERED[word]
    if delivered is None:
        return None
    reason = "" if delivered else " ".join(filter(None, (word, written.get("err", ""))))
    return Receipt(provider_id, delivered, reason)


class Joiner:
    """Joins long texts, in whatever order their parts come. Parts are told apart by sender, reference and total."""

    def __init__(self) -> None:
        self._pieces: OrderedDict[tuple[str, int, int], dict[int, str]] = OrderedDict()

    def take(self, delivery: Delivery) -> Incoming | None:
        """The text, once nothing of it is missing."""
        piece = _piece(delivery)
        if piece.total <= 1:
            return Incoming(delivery.source, piece.body)
        pieces = self._pieces.setdefault(piece.key, {})
        pieces[piece.position] = piece.body
        if len(pieces) < piece.total:
            self._forget_oldest()
            return None
        del self._pieces[piece.key]
        return Incoming(delivery.source, "".join(pieces[position] for position in sorted(pieces)))

    def _forget_oldest(self) -> None:
        if len(self._pieces) > MOST_UNJOINED:
            self._pieces.popitem(last=False)


def _piece(delivery: Delivery) -> Piece:
    header, data = _split_header(delivery)
    elements = _elements(header)
    if joining := elements.get(JOIN_8_BIT) or elements.get(JOIN_16_BIT):
        numbers = [joining[:-2], joining[-2:-1], joining[-1:]]
    else:
        numbers = [delivery.fields.get(tag, b"") for tag in (SAR_REFERENCE, SAR_TOTAL, SAR_POSITION)]
    reference, total, position = (int.from_bytes(number, "big") for number in numbers)
    body = decoded(data, delivery.data_coding)
    return Piece((delivery.source, reference, total), total, position, body)


def _split_header(delivery: Delivery) -> tuple[bytes, bytes]:
    if not delivery.esm_class & UDHI or not delivery.data:
        return b"", delivery.data
    end = 1 + delivery.data[0]
    return delivery.data[1:end], delivery.data[end:]


def _elements(header: bytes) -> dict[int, bytes]:
    """Information elements of a user data header (3GPP TS 23.040, 9.2.3.24); ports and others are passed over."""
    elements, offset = {}, 0
    while offset + 2 <= len(header):
        length = header[offset + 1]
        elements[header[offset]] = header[offset + 2 : offset + 2 + length]
        offset += 2 + length
    return elements


def decoded(data: bytes, data_coding: int) -> str:
    """The text; octets that make no sense in their coding are replaced, never refused."""
    match data_coding:
        case 0x08:
            return data.decode("utf-16-be", "replace")
        case 0x01 | 0x03:
            return data.decode("latin-1")
    # 0 is the carrier's default alphabet: GSM 03.38, or Latin-1 when an octet has its eighth bit set.
    return data.decode("latin-1") if any(octet > 0x7F for octet in data) else str(smsutil.decode(data))
