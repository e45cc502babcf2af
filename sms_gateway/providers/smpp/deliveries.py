"""What a carrier delivers to us, by deliver_sm or data_sm: receipts, and texts from subscribers.

SMPP 3.4, 4.6.1 (deliver_sm), 4.7.1 (data_sm), 5.2.12 (esm_class), 5.2.19 (data_coding).
"""

from __future__ import annotations

from dataclasses import dataclass

from rules import phone
from sms_gateway.providers.smpp import fields
from sms_gateway.providers.smpp.fields import MESSAGE_PAYLOAD, c_string
from sms_gateway.providers.smpp.joining import Joiner
from sms_gateway.providers.smpp.receipts import ids, is_receipt, receipt
from sms_gateway.providers.smpp.units import DATA_SM, NotSmpp

__all__ = ["CarrierDelivery", "Joiner", "ids", "is_receipt", "parse", "receipt"]

INTERNATIONAL = 1
KIND_MASK = 0x3C
UDHI = 0x40
LONGEST_ADDRESS = 65
"""Octets (SMPP 3.4, 5.2.8); what is longer is cut."""


@dataclass(frozen=True, slots=True)
class CarrierDelivery:
    """One deliver_sm or data_sm, taken apart."""

    source: str
    esm_class: int
    data_coding: int
    data: bytes
    fields: dict[int, bytes]

    @property
    def kind(self) -> int:
        return self.esm_class & KIND_MASK

    @property
    def has_header(self) -> bool:
        return bool(self.esm_class & UDHI)


def parse(body: bytes, command: int = 0) -> CarrierDelivery:
    """Raises NotSmpp when the unit ends before its text could begin."""
    try:
        return _data_sm(body) if command == DATA_SM else _deliver_sm(body)
    except IndexError:
        raise NotSmpp(f"a unit cut short: {len(body)} octets") from None


def _deliver_sm(body: bytes) -> CarrierDelivery:
    source, offset = _addresses(body)
    esm_class = body[offset]
    _, offset = c_string(body, offset + 3)  # scheduled delivery: empty here
    _, offset = c_string(body, offset)  # validity: empty here
    data_coding, length = body[offset + 2], body[offset + 4]
    start = offset + 5
    if not length and not fields.chained(body, start):
        length = len(body)  # a text whose length is left out
    found = fields.optional(body, start + length)
    data = body[start : start + length] or found.get(MESSAGE_PAYLOAD, b"")
    return CarrierDelivery(source, esm_class, data_coding, data, found)


def _data_sm(body: bytes) -> CarrierDelivery:
    source, offset = _addresses(body)
    found = fields.optional(body, offset + 3)
    return CarrierDelivery(source, body[offset], body[offset + 2], found.get(MESSAGE_PAYLOAD, b""), found)


def _addresses(body: bytes) -> tuple[str, int]:
    """The source, and the offset behind the destination."""
    _, offset = c_string(body, 0)
    source_type = body[offset]
    source, offset = c_string(body, offset + 2)
    _, offset = c_string(body, offset + 2)
    return _address(source, source_type), offset


def _address(written: str, number_type: int) -> str:
    """E.164 where the carrier says so. Ten digits of Canada are called international, too."""
    digits = written.strip()[:LONGEST_ADDRESS]
    if number_type != INTERNATIONAL or not (digits.isascii() and digits.isdigit()):
        return digits
    return phone.usual(digits) or f"+{digits.lstrip('0')}"
