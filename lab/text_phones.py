"""Telephones that receive texts in the lab town: how each behaves, and what each has received.

The last two digits of a number say how the network and the telephone behave (`BEHAVIOURS`); any other number gets its
text, and a receipt says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from smpplib import consts, gsm

UCS2 = 0x08
LINK_CUT = -1
"""Not a status: the centre drops the connection in place of a response."""


class ReceiptForm(StrEnum):
    """How a centre writes its receipts; the specification leaves it open (SMPP 3.4, appendix B)."""

    USUAL = "usual"
    VENDOR = "vendor"  # dates with seconds, an error code that is no number
    FIELDS_ONLY = "fields_only"  # no text at all: receipted_message_id and message_state
    DECIMAL_ID = "decimal_id"  # hexadecimal in the response, decimal in the receipt


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`statuses`: answers to the first submissions, in order; then success. `receipts`: final words, in order."""

    about: str
    statuses: tuple[int, ...] = ()
    receipts: tuple[str, ...] = ("DELIVRD",)
    receipt_first: bool = False
    receipt_form: ReceiptForm = ReceiptForm.USUAL
    responds: bool = True
    reply: str = ""
    answers_all: bool = False


DELIVERED = Behaviour("gets its text; a receipt says so")

BEHAVIOURS: dict[str, Behaviour] = {
    "60": Behaviour("is off for ever: receipt UNDELIV", receipts=("UNDELIV",)),
    "61": Behaviour("does not exist", statuses=(consts.SMPP_ESME_RINVDSTADR,) * 99),
    "62": Behaviour("throttled twice, then taken", statuses=(consts.SMPP_ESME_RTHROTTLED,) * 2),
    "63": Behaviour("receipt before the response", receipt_first=True),
    "64": Behaviour("receipt twice", receipts=("DELIVRD", "DELIVRD")),
    "65": Behaviour("hexadecimal id, decimal in the receipt", receipt_form=ReceiptForm.DECIMAL_ID),
    "66": Behaviour("out of reach until the text expires", receipts=("EXPIRED",)),
    "67": Behaviour("refused for good", statuses=(consts.SMPP_ESME_RX_P_APPN,) * 99),
    "68": Behaviour("refused with a code of the provider's own", statuses=(0x0000_0423,) * 99),
    "69": Behaviour("a passing fault, then taken", statuses=(consts.SMPP_ESME_RX_T_APPN,)),
    "70": Behaviour("taken, but never a response nor a receipt", receipts=(), responds=False),
    "71": Behaviour("queue full once, then taken", statuses=(consts.SMPP_ESME_RMSGQFUL,)),
    "72": Behaviour("the link is cut in place of the first response", statuses=(LINK_CUT,), receipts=()),
    "73": Behaviour("receipt without text", receipt_form=ReceiptForm.FIELDS_ONLY),
    "74": Behaviour("receipt in a provider's own form", receipt_form=ReceiptForm.VENDOR),
    "75": Behaviour("receipt ACCEPTD, then DELIVRD", receipts=("ACCEPTD", "DELIVRD")),
    "76": Behaviour("never a receipt", receipts=()),
    "80": Behaviour("answers STOP", reply="STOP"),
    "81": Behaviour("answers Arrêt, in UCS-2", reply=" «Arrêt.» "),
    "82": Behaviour("answers AIDE", reply="Aide!"),
    "83": Behaviour("answers help", reply="help"),
    "84": Behaviour("answers INFO", reply="INFO"),
    "85": Behaviour("answers something else", reply="Merci, bonne journée"),
    "86": Behaviour("a robot: answers every text that it gets", reply="I am away.", answers_all=True),
    "87": Behaviour("answers in three parts", reply="Bonjour, je voudrais savoir ceci. " * 12),
    "88": Behaviour("answers DÉSABONNER", reply="désabonner"),
}


def behaviour(number: str) -> Behaviour:
    return BEHAVIOURS.get(number[-2:], DELIVERED)


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """One submission as it travels; `data` begins with the user data header when `joined`."""

    sender: str
    data: bytes
    data_coding: int
    joined: bool


@dataclass(frozen=True, slots=True)
class ReceivedText:
    """One text as its owner reads it."""

    sender: str
    body: str
    parts: int
    data_coding: int


@dataclass
class Phone:
    """A telephone: joins the parts of long texts, whatever their order, and keeps what it received."""

    number: str
    texts: list[ReceivedText] = field(default_factory=list)
    submissions: int = 0
    _pieces: dict[tuple[str, bytes, int], dict[int, bytes]] = field(default_factory=dict)

    def take(self, part: ReceivedPart) -> ReceivedText | None:
        """Receive one part; the whole text once nothing of it is missing."""
        if not part.joined:
            return self._keep(part, [part.data])
        reference, total, position, data = split_header(part.data)
        pieces = self._pieces.setdefault((part.sender, reference, total), {})
        pieces[position] = data
        if len(pieces) < total:
            return None
        del self._pieces[part.sender, reference, total]
        return self._keep(part, [pieces[number] for number in sorted(pieces)])

    def _keep(self, part: ReceivedPart, pieces: list[bytes]) -> ReceivedText:
        body = "".join(decoded(piece, part.data_coding) for piece in pieces)
        text = ReceivedText(part.sender, body, len(pieces), part.data_coding)
        self.texts.append(text)
        return text


def split_header(data: bytes) -> tuple[bytes, int, int, bytes]:
    """Reference, total, position and the rest of a part with a header for joining (3GPP TS 23.040, 9.2.3.24.1, .8)."""
    length, element, size = data[0], data[1], data[2]
    if element not in (0x00, 0x08):
        raise ValueError(f"a part without a joining header: {data[: length + 1].hex()}")
    reference = data[3 : 1 + size]
    return reference, data[1 + size], data[2 + size], data[1 + length :]


def decoded(data: bytes, data_coding: int) -> str:
    """What the telephone shows. A character cut between two parts shows as damage, as on a real one."""
    return data.decode("utf-16-be", "replace") if data_coding == UCS2 else gsm_decoded(data)


def gsm_decoded(data: bytes) -> str:
    # smpplib's table has a grave accent where GSM 03.38 has the section sign.
    table = gsm.GSM_CHARACTER_TABLE[:0x5F] + "§" + gsm.GSM_CHARACTER_TABLE[0x60:]
    return "".join(_characters(iter(data), table))


def _characters(octets: Iterable[int], table: str) -> Iterable[str]:
    shift = 0
    for octet in octets:
        if octet == 0x1B:
            shift = 0x80
            continue
        yield table[octet + shift] if octet < 0x80 else "\N{REPLACEMENT CHARACTER}"
        shift = 0
