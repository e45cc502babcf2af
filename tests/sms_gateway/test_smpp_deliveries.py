"""What carriers deliver, in the many forms that they use; units encoded by smpplib."""

from __future__ import annotations

import random
from typing import Any

import pytest
from smpplib import gsm, smpp

from lab import smsc_pdus
from sms_gateway.provider import Incoming, Receipt
from sms_gateway.providers.smpp import deliveries
from sms_gateway.providers.smpp.deliveries import CarrierDelivery, Joiner
from sms_gateway.providers.smpp.ids import Ids
from sms_gateway.providers.smpp.units import NotSmpp

USUAL = "id:{id} sub:001 dlvrd:001 submit date:2603041500 done date:2603041501 stat:{stat} err:{err} text:Bonjour"


class Numbering:
    sequence = 0

    def next_sequence(self) -> int:
        return 0


def delivered(**fields: Any) -> CarrierDelivery:
    values = {"source_addr_ton": 1, "source_addr": "15145550101", "destination_addr": "15145550100"} | fields
    pdu = smpp.make_pdu("deliver_sm", client=Numbering(), **values)
    return deliveries.parse(smsc_pdus.written(pdu, 1)[16:])


def receipt(text: str, **fields: Any) -> Receipt | None:
    return deliveries.receipt(delivered(esm_class=4, short_message=text.encode(), **fields))


@pytest.mark.parametrize(
    ("stat", "err", "expected"),
    [
        ("DELIVRD", "000", Receipt("A1", True)),
        ("UNDELIV", "001", Receipt("A1", False, "UNDELIV 001")),
        ("EXPIRED", "0A1", Receipt("A1", False, "EXPIRED 0A1")),
        ("REJECTD", "", Receipt("A1", False, "REJECTD")),
        ("delivrd", "000", Receipt("A1", True)),
        ("ACCEPTD", "000", None),
        ("ENROUTE", "000", None),
    ],
)
def test_words_of_receipts(stat: str, err: str, expected: Receipt | None) -> None:
    text = USUAL.format(id="A1", stat=stat, err=err) if err else f"id:A1 stat:{stat}"
    assert receipt(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "id:A1 sub:1 dlvrd:1 submit date:260304150059 done date:260304150102 stat:DELIVRD err:E:12 Text:x",
        "Id:A1 Stat:DELIVRD",
        "sub:001 stat:DELIVRD id:A1",
    ],
)
def test_forms_of_receipts(text: str) -> None:
    assert receipt(text) == Receipt("A1", True)


def test_receipt_in_fields_alone() -> None:
    assert receipt("", receipted_message_id="A1", message_state=2) == Receipt("A1", True)
    assert receipt("", receipted_message_id="A1", message_state=5) == Receipt("A1", False, "UNDELIV")


@pytest.mark.parametrize("text", ["", "id:A1", "stat:DELIVRD", "id:A1 stat:MAYBE"])
def test_receipt_that_says_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="names no message or no known state"):
        receipt(text)


@pytest.mark.parametrize(
    ("given", "in_receipt"),
    [("1A2B3C00", "439041024"), ("439041024", "1A2B3C00"), ("1A2B3C00", "1a2b3c00"), ("0000A1", "A1"), ("A-1", "A-1")],
)
def test_ids_written_in_two_ways(given: str, in_receipt: str) -> None:
    ids = Ids()
    for each in ("77", given, "88"):
        ids.given(each)
    assert ids.as_given(in_receipt) == given


def test_id_of_an_earlier_run_is_taken_at_its_word() -> None:
    assert Ids().as_given("0042") == "0042"


@pytest.mark.parametrize(
    ("coding", "octets", "body"),
    [
        (0, gsm.gsm_encode("Évacuez: 5 € [a]"), "Évacuez: 5 € [a]"),
        (0, "déjà".encode("latin-1"), "déjà"),
        (1, b"STOP", "STOP"),
        (3, "arrêt".encode("latin-1"), "arrêt"),
        (8, "Arrêt 🌊".encode("utf-16-be"), "Arrêt 🌊"),
        (8, b"\x00A\x00", "A\N{REPLACEMENT CHARACTER}"),
        (0xF0, b"STOP", "STOP"),
    ],
)
def test_codings_of_incoming_texts(coding: int, octets: bytes, body: str) -> None:
    assert Joiner().take(delivered(data_coding=coding, short_message=octets)) == Incoming("+15145550101", body)


def test_text_in_the_payload_field() -> None:
    assert Joiner().take(delivered(message_payload=b"STOP")) == Incoming("+15145550101", "STOP")


def test_empty_text() -> None:
    assert Joiner().take(delivered()) == Incoming("+15145550101", "")


@pytest.mark.parametrize(("kind", "source"), [(1, "+15145550101"), (2, "5145550101"), (5, "Robot")])
def test_sender_is_kept_as_the_carrier_numbers_it(kind: int, source: str) -> None:
    text = Joiner().take(delivered(source_addr_ton=kind, source_addr=source.lstrip("+"), short_message=b"x"))
    assert text == Incoming(source, "x")


def test_two_long_texts_with_one_reference_do_not_mix() -> None:
    units = [
        delivered(
            source_addr=source, esm_class=0x40, short_message=bytes((5, 0, 3, 9, 12, n)) + f"{source[-1]}{n} ".encode()
        )
        for source in ("15145550101", "15145550102")
        for n in range(1, 13)
    ]
    random.Random(7).shuffle(units)
    joiner = Joiner()
    texts = {text.sender: text.body for unit in units if (text := joiner.take(unit))}
    assert texts == {f"+1514555010{last}": "".join(f"{last}{n} " for n in range(1, 13)) for last in ("1", "2")}


def test_long_text_joined_by_fields() -> None:
    joiner = Joiner()
    parts = [
        delivered(short_message=word, sar_msg_ref_num=300, sar_total_segments=2, sar_segment_seqnum=n)
        for n, word in ((2, b"deux"), (1, b"un "))
    ]
    assert [joiner.take(part) for part in parts] == [None, Incoming("+15145550101", "un deux")]


def test_header_without_joining_is_passed_over() -> None:
    ports = b"\x06\x05\x04\x0b\x84\x23\xf0"
    assert Joiner().take(delivered(esm_class=0x40, short_message=ports + b"STOP")) == Incoming("+15145550101", "STOP")


@pytest.mark.parametrize("length", [0, 1, 5, 20, 30])
def test_unit_cut_short(length: int) -> None:
    whole = smsc_pdus.written(smpp.make_pdu("deliver_sm", client=Numbering(), source_addr="1", destination_addr="2"), 1)
    with pytest.raises(NotSmpp):
        deliveries.parse(whole[16:][: min(length, len(whole) - 17)])
