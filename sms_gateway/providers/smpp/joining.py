"""Long texts from subscribers, joined from their parts in whatever order these come (3GPP TS 23.040, 9.2.3.24; or the
sar fields of SMPP 3.4, 5.3.2.22 to 24)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from sms_gateway.provider import Incoming
from sms_gateway.providers.smpp import alphabets
from sms_gateway.providers.smpp.fields import SAR_POSITION, SAR_REFERENCE, SAR_TOTAL

if TYPE_CHECKING:
    from sms_gateway.providers.smpp.deliveries import CarrierDelivery

log = structlog.get_logger()

JOIN_8_BIT, JOIN_16_BIT = 0x00, 0x08
LENGTHS = {JOIN_8_BIT: 3, JOIN_16_BIT: 4}
UNFLAGGED = (b"\x05\x00\x03", b"\x06\x08\x04")
"""Headers that some carriers do not flag in esm_class. As letters they are é@¥ and ùò∆: no text begins so."""

MOST_PARTS = 255
MOST_UNJOINED = 1_000
MOST_OCTETS = 4_000_000
"""Texts of which a part is missing, and their octets: beyond that the oldest is given up."""

PARTS_WAIT_S = 600.0
"""After this time without a new part, a text is handed over as it is: the keyword may be in what came."""

REPEATS_S = 600.0
"""How long a part of a text that is complete may come again; it is passed over."""

GAP = " […] "

Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a long text. `key`: sender, reference and number of parts."""

    key: Key
    position: int
    data: bytes
    data_coding: int


@dataclass(slots=True)
class _Unjoined:
    heard: float
    pieces: dict[int, Piece] = field(default_factory=dict)
    handed_over: bool = False

    def body(self, total: int) -> str:
        """With a sign for each gap."""
        found = [self.pieces.get(position) for position in range(1, total + 1)]
        if all(found) and len({each.data_coding for each in self.pieces.values()}) == 1:
            octets = [each.data for each in found if each]
            if not any(len(each) % 2 for each in octets):  # a character may be cut in two
                return alphabets.decoded(b"".join(octets), self.pieces[1].data_coding)
        return "".join(alphabets.decoded(each.data, each.data_coding) if each else GAP for each in found)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A text that is in the store: the hashes of its parts."""

    heard: float
    pieces: frozenset[int]


class Joiner:
    """Clock readings are arguments: monotonic seconds. A text that `take` returns is kept here until `kept` says that
    it is in the store: the carrier then need not send all its parts again."""

    def __init__(self) -> None:
        self._unjoined: OrderedDict[Key, _Unjoined] = OrderedDict()
        self._joined: OrderedDict[Key, _Joined] = OrderedDict()
        self._octets = 0

    def take(self, delivery: CarrierDelivery, now: float = 0.0) -> Incoming | None:
        """The text, once nothing of it is missing; None for a part, and for one that came before."""
        piece = _piece(delivery)
        if piece is None:
            return Incoming(delivery.source, alphabets.decoded(_split_header(delivery)[1], delivery.data_coding))
        if self._is_repeat(piece, now):
            return None
        text = self._unjoined.setdefault(piece.key, _Unjoined(now))
        self._put(text, piece, now)
        total = piece.key[2]
        if len(text.pieces) < total or text.handed_over:
            self._give_up()
            return None
        text.handed_over = True
        return Incoming(delivery.source, text.body(total))

    def kept(self, delivery: CarrierDelivery, now: float = 0.0) -> None:
        """The text that this part completed is in the store."""
        piece = _piece(delivery)
        if piece and piece.key in self._unjoined:
            self._joined[piece.key] = _Joined(now, frozenset(map(hash, self._remove(piece.key).pieces.values())))
            self._joined.move_to_end(piece.key)
            while len(self._joined) > MOST_UNJOINED or _oldest(self._joined) < now - REPEATS_S:
                self._joined.popitem(last=False)

    def not_kept(self, delivery: CarrierDelivery) -> None:
        """It is not: the part that comes again completes it again."""
        piece = _piece(delivery)
        if piece and piece.key in self._unjoined:
            self._unjoined[piece.key].handed_over = False

    def overdue(self, now: float) -> tuple[Key, Incoming] | None:
        """A text whose missing parts no longer come, with a sign for each. It stays until `forget`, when it is in the
        store."""
        if not self._unjoined or _oldest(self._unjoined) > now - PARTS_WAIT_S:
            return None
        key = next(iter(self._unjoined))
        return key, Incoming(key[0], self._unjoined[key].body(key[2]))

    def forget(self, key: Key) -> None:
        if key in self._unjoined:
            self._remove(key)

    def _put(self, text: _Unjoined, piece: Piece, now: float) -> None:
        before = text.pieces.get(piece.position)
        self._octets += len(piece.data) - (len(before.data) if before else 0)
        text.pieces[piece.position], text.heard = piece, now
        self._unjoined.move_to_end(piece.key)

    def _is_repeat(self, piece: Piece, now: float) -> bool:
        joined = self._joined.get(piece.key)
        return joined is not None and joined.heard > now - REPEATS_S and hash(piece) in joined.pieces

    def _remove(self, key: Key) -> _Unjoined:
        text = self._unjoined.pop(key)
        self._octets -= sum(len(each.data) for each in text.pieces.values())
        return text

    def _give_up(self) -> None:
        while len(self._unjoined) > MOST_UNJOINED or self._octets > MOST_OCTETS:
            self._remove(next(iter(self._unjoined)))
            log.warning(
                "sms_parts_given_up", meaning="too many long texts from residents whose other parts are missing"
            )


def _oldest(texts: Mapping[Key, _Unjoined | _Joined]) -> float:
    return next(iter(texts.values())).heard


def _piece(delivery: CarrierDelivery) -> Piece | None:
    """None for a text in one part, and where the numbers make no sense."""
    header, data = _split_header(delivery)
    elements = _elements(header)
    joining = next((elements[each] for each, length in LENGTHS.items() if len(elements.get(each, b"")) == length), None)
    if joining is not None:
        numbers = [joining[:-2], joining[-2:-1], joining[-1:]]
    else:
        numbers = [delivery.fields.get(tag, b"") for tag in (SAR_REFERENCE, SAR_TOTAL, SAR_POSITION)]
    reference, total, position = (int.from_bytes(number[:2], "big") for number in numbers)
    if not (2 <= total <= MOST_PARTS and 1 <= position <= total):
        return None
    return Piece((delivery.source, reference, total), position, data, delivery.data_coding)


def _split_header(delivery: CarrierDelivery) -> tuple[bytes, bytes]:
    """The user data header and the text. A header that is longer than the unit is none."""
    data = delivery.data
    flagged = delivery.has_header or data.startswith(UNFLAGGED)
    if not flagged or not data or data[0] >= len(data):
        return b"", data
    end = 1 + data[0]
    return data[1:end], data[end:]


def _elements(header: bytes) -> dict[int, bytes]:
    """Information elements of a user data header (3GPP TS 23.040, 9.2.3.24); ports and others are passed over."""
    elements, offset = {}, 0
    while offset + 2 <= len(header):
        length = header[offset + 1]
        elements[header[offset]] = header[offset + 2 : offset + 2 + length]
        offset += 2 + length
    return elements
