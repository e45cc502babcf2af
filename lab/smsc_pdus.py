"""Protocol data units as the lab's short-message centre reads and writes them (SMPP 3.4), encoded by smpplib."""

from __future__ import annotations

import asyncio
import struct
from datetime import datetime
from itertools import count
from typing import Any

from smpplib import consts, gsm, smpp

from lab.text_phones import ReceiptForm

HEADER_BYTES = 16
LONGEST_BYTES = 70_000
RECEIPT = 0x04
UDHI = 0x40
STATES = {
    "ENROUTE": 1,
    "DELIVRD": 2,
    "EXPIRED": 3,
    "DELETED": 4,
    "UNDELIV": 5,
    "ACCEPTD": 6,
    "UNKNOWN": 7,
    "REJECTD": 8,
}

_references = count(1)


class _Numbering:
    """smpplib asks a client for sequence numbers; ours are set when a unit leaves."""

    sequence = 0

    def next_sequence(self) -> int:
        return 0


async def read(reader: asyncio.StreamReader) -> Any:
    """The next unit; raises IncompleteReadError when the peer is gone."""
    head = await reader.readexactly(HEADER_BYTES)
    (length,) = struct.unpack_from("!I", head)
    if not HEADER_BYTES <= length <= LONGEST_BYTES:
        raise ValueError(f"a unit of {length} bytes")
    body = await reader.readexactly(length - HEADER_BYTES)
    return smpp.parse_pdu(head + body, client=_Numbering(), allow_unknown_opt_params=True)


def written(pdu: Any, sequence: int) -> bytes:
    pdu.sequence = sequence
    octets: bytes = pdu.generate()
    return octets


def response(request: Any, status: int = consts.SMPP_ESME_ROK, **fields: str) -> bytes:
    if request.command == "submit_sm" and status:
        # A refused submission has a header and no body (SMPP 3.4, 4.4.2).
        return struct.pack("!IIII", HEADER_BYTES, 0x8000_0004, status, request.sequence)
    pdu = smpp.make_pdu(f"{request.command}_resp", client=_Numbering(), status=status, **fields)
    return written(pdu, request.sequence)


def receipt(message_id: str, word: str, submission: Any, form: ReceiptForm, now: datetime) -> Any:
    """The receipt for one submission; `message_id` as the response gave it."""
    named = str(int(message_id, 16)) if form is ReceiptForm.DECIMAL_ID else message_id
    fields: dict[str, Any] = {}
    if form is ReceiptForm.FIELDS_ONLY:
        fields = {"receipted_message_id": named, "message_state": STATES[word]}
    else:
        fields["short_message"] = _receipt_text(named, word, form, now).encode("ascii")
    return _deliver(submission.destination_addr, submission.source_addr, esm_class=RECEIPT, **fields)


def denial(message_id: str, submission: Any) -> Any:
    """The receipt that nobody has the number: its network error code is GSM's unknown subscriber (3GPP TS 29.002)."""
    text = f"id:{message_id} sub:001 dlvrd:000 stat:UNDELIV err:Unknown Subscriber text:"
    return _deliver(submission.destination_addr, submission.source_addr, esm_class=RECEIPT, short_message=text.encode())


def _receipt_text(message_id: str, word: str, form: ReceiptForm, now: datetime) -> str:
    vendor = form is ReceiptForm.VENDOR
    moment = now.strftime("%y%m%d%H%M%S" if vendor else "%y%m%d%H%M")
    error = "0A1" if vendor else "000" if word == "DELIVRD" else "001"
    return (
        f"id:{message_id} sub:001 dlvrd:{int(word == 'DELIVRD'):03d} submit date:{moment} done date:{moment} "
        f"stat:{word} err:{error} text:"
    )


def from_subscriber(number: str, town: str, body: str) -> list[Any]:
    """What a subscriber keys in, as units; long texts in parts with 16-bit references, the last part first."""
    parts, coding, joined = gsm.make_parts(body)
    if joined:
        reference = struct.pack("!H", next(_references) % 0x10000)
        # smpplib writes 8-bit references: 05 00 03 ref total position.
        parts = [b"\x06\x08\x04" + reference + part[4:] for part in reversed(parts)]
    return [
        _deliver(number.encode(), town.encode(), esm_class=joined, data_coding=coding, short_message=part)
        for part in parts
    ]


def _deliver(source: bytes, destination: bytes, **fields: Any) -> Any:
    return smpp.make_pdu(
        "deliver_sm",
        client=_Numbering(),
        source_addr_ton=consts.SMPP_TON_INTL,
        source_addr_npi=consts.SMPP_NPI_ISDN,
        source_addr=source.decode("ascii").lstrip("+"),
        destination_addr=destination.decode("ascii"),
        **fields,
    )
