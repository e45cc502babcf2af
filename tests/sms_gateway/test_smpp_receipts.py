"""Receipts in the words of many carriers."""

from __future__ import annotations

import pytest

from lab.raw_centre import DATA_SM, data_sm, deliver_sm, field
from sms_gateway.provider import Receipt
from sms_gateway.providers.smpp import deliveries
from sms_gateway.providers.smpp.ids import Ids

MARKED = 0x04
HEAD = "id:A1 sub:001 dlvrd:001 submit date:2603041500 done date:2603041501"
SHORT_STATE = field(0x0427, b"\x05")


def read(text: str | bytes, optional: bytes = b"", *, esm_class: int = MARKED, data_coding: int = 0) -> Receipt | None:
    octets = text if isinstance(text, bytes) else text.encode("utf-8")
    unit = deliver_sm(octets, esm_class=esm_class, data_coding=data_coding, optional=optional)
    delivery = deliveries.parse(unit)
    assert deliveries.is_receipt(delivery)
    return deliveries.receipt(delivery)


@pytest.mark.parametrize(
    "word",
    [
        *("DELIVRD", "DELIVERED", "ACKED", "delivered", "Delivrd", "DELIVERD", "DLVRD", "Success", "READ", "Livré"),
        *("Delivered to handset", "DELIVERED_TO_TERMINAL", "2"),
    ],
)
def test_words_for_delivered(word: str) -> None:
    assert read(f"{HEAD} stat:{word} err:001 text:Avis") == Receipt("A1", True)


@pytest.mark.parametrize(
    "word",
    [
        *("UNDELIVERABLE", "FAILED", "SKIPPED", "UNDELIV", "EXPIRED", "REJECTED", "DELETED", "UNKNOWN", "CANCELED"),
        *("Not delivered", "delivery failed", "NON LIVRÉ", "Échec", "BLOCKED", "error", "5"),
    ],
)
def test_words_for_not_delivered(word: str) -> None:
    found = read(f"{HEAD} stat:{word} err:001 text:Avis")
    assert found is not None
    assert (found.external_id, found.delivered, found.reason[-4:]) == ("A1", False, " 001")


@pytest.mark.parametrize(
    "word",
    [
        *(
            "ENROUTE",
            "EN ROUTE",
            "BUFFRED",
            "BUFFERED",
            "ACCEPTED",
            "ACCEPTD",
            "Queued",
            "pending",
            "SUBMITTED",
            "sent",
        ),
        *("Delivered to SMSC", "delivery pending", "not yet delivered", "SCHEDULED", "En attente", "1"),
    ],
)
def test_words_that_are_not_final(word: str) -> None:
    assert read(f"{HEAD} stat:{word} err:001 text:Avis") is None


@pytest.mark.parametrize(
    ("text", "optional", "expected"),
    [
        (
            f"{HEAD} stat:NOROUTE err:001 text:Avis",
            "001E 0003 413100 0427 0001 05",
            Receipt("A1", False, "NOROUTE 001"),
        ),
        (f"{HEAD} stat:ENROUTE err:000 text:", "0427 0001 02", Receipt("A1", True)),
        (f"{HEAD} stat:DELIVRD err:000 text:", "0427 0001 01", Receipt("A1", True)),
        ("id:A1 stat:DELIVRD err:000", "0427 0000", Receipt("A1", True)),
        ("id:A1 stat:DELIVRD err:000", "001E 0000 0427 0000", Receipt("A1", True)),
        ("", "001E 0002 4131 0427 0001 02", Receipt("A1", True)),
        ("", "001E 0003 413100 0427 0001 09", Receipt("A1", False, "SKIPPED")),
        ("", "001E 0003 413100 0427 0001 32", Receipt("A1", True)),
        ("", "001E 0003 413100 0427 0002 0005", Receipt("A1", False, "UNDELIV")),
        ("", "001E 0003 413100 0427 0007 44454C49565244", Receipt("A1", True)),
        ("", "001E 0003 413100 0427 0001 05 0423 0003 030022", Receipt("A1", False, "UNDELIV 3/34")),
        ("", "001E 0003 413100 0427 0001 05 0423 0001 03", Receipt("A1", False, "UNDELIV 3/0")),
        ("", "001E 0003 413100 001E 0003 423100 0427 0001 02", Receipt("A1", True)),
        ("", "001E 0000 001E 0003 413100 0427 0001 02 1400 0000", Receipt("A1", True)),
    ],
)
def test_the_field_decides_where_the_word_does_not(text: str, optional: str, expected: Receipt) -> None:
    assert read(text, bytes.fromhex(optional)) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD} stat:DELIVRD err:001 text:Dossier id: 4182",
        f"{HEAD} stat:DELIVRD err:001 Text: id:B2 stat:UNDELIV",
        "id:A1 submit date:2603041500 done date:2603041501 stat:DELIVRD err:000 text:Avis",
        "id:A1\tsub:001\tstat:DELIVRD\terr:000\ttext:Avis",
        "id:A1\r\nstat:DELIVRD\r\nerr:000\r\ntext:stat:UNDELIV",
        "id:A1,sub:001,stat:DELIVRD,err:000",
        "id=A1;stat=DELIVRD;err=000",
        "ID: A1 SUB: 001 STAT: DELIVRD ERR: 000 TEXT: Avis",
        "Id:A1 Status:Delivered Error:000",
        '{"id":"A1","stat":"DELIVRD","err":"000"}',
        "message_id:A1 state:DELIVRD",
        "msgid:A1 sub:1 stat:DELIVRD mccmnc:302720 failed:0",
        "id: sub:001 id:A1 stat: err:000 stat:DELIVRD",
        "\0id:A1 stat:DELIVRD\0",
    ],
)
def test_forms_of_receipts(text: str) -> None:
    assert read(text) == Receipt("A1", True)


def test_receipts_in_other_alphabets() -> None:
    text = "id:A_1 sub:001 stat:DELIVRD err:000 text:"
    packed = sum(letter << 7 * place for place, letter in enumerate(b"id:A1 stat:UNDELIV err:001"))
    assert read(text.encode("utf-16-be"), data_coding=8) == Receipt("A_1", True)
    assert read(text.encode("utf-16-le"), data_coding=8) == Receipt("A_1", True)
    assert read(text, data_coding=0xF5) == Receipt("A_1", True)
    assert read(packed.to_bytes(23, "little")) == Receipt("A1", False, "UNDELIV 001")


@pytest.mark.parametrize("esm_class", [0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x10, 0x20, 0x24, 0x80, 0x44])
def test_a_receipt_is_one_however_it_is_marked(esm_class: int) -> None:
    assert read(f"{HEAD} stat:DELIVRD err:001 text:Avis", esm_class=esm_class) == Receipt("A1", True)
    assert read("", bytes.fromhex("001E 0003 413100 0427 0001 02"), esm_class=esm_class) == Receipt("A1", True)


def test_an_intermediate_notification_is_not_the_final_word() -> None:
    assert read(f"{HEAD} stat:UNDELIV err:001 text:", esm_class=0x20) is None
    assert read(f"{HEAD} stat:DELIVRD err:000 text:", esm_class=0x20) == Receipt("A1", True)


@pytest.mark.parametrize("optional", [b"", bytes.fromhex("001E 0003 413100 0427 0001 02")])
def test_receipt_by_data_sm(optional: bytes) -> None:
    delivery = deliveries.parse(data_sm(b"id:A1 stat:DELIVRD err:000", esm_class=4, optional=optional), DATA_SM)
    assert deliveries.receipt(delivery) == Receipt("A1", True)


@pytest.mark.parametrize(
    "text",
    ["STOP", "id", "id: 4182", "Mon id: 4182, stat: ?", "Bonjour, id:4 stat:x", "stat:DELIVRD", "text:id:1 stat:2"],
)
def test_a_text_from_a_resident_is_no_receipt(text: str) -> None:
    assert not deliveries.is_receipt(deliveries.parse(deliver_sm(text.encode())))


@pytest.mark.parametrize(
    ("text", "optional"),
    [
        (f"{HEAD} stat:UNDELIV err:Unknown Subscriber text:", ""),
        (f"{HEAD} stat:UNKNOWN_SUBSCRIBER err:001 text:", ""),
        (f"{HEAD} stat:UNDELIV err:001 text:", "0423 0003 030001"),
    ],
)
def test_nobody_has_this_number(text: str, optional: str) -> None:
    found = read(text, bytes.fromhex(optional))
    assert found is not None
    assert found.no_subscriber


@pytest.mark.parametrize("text", [f"{HEAD} stat:UNKNOWN err:001 text:", f"{HEAD} stat:UNDELIV err:unknown text:"])
def test_unknown_state_is_no_unknown_subscriber(text: str) -> None:
    found = read(text)
    assert found is not None
    assert not found.no_subscriber


@pytest.mark.parametrize("text", ["id:15145550101 stat:Jean 5145550101", "stat:514 555 0101"])
def test_what_is_not_understood_is_told_without_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="names no message or no known state") as raised:
        read(text)
    assert "5550101" not in str(raised.value)
    assert "555 0101" not in str(raised.value)


@pytest.mark.parametrize("err", ["ext:Bonjour", "texfBonj", "5145550101", "é1"])
def test_what_is_no_error_number_is_not_kept(err: str) -> None:
    assert read(f"id:A1 stat:UNDELIV err:{err}") == Receipt("A1", False, "UNDELIV")


UUID = "0F8A5C1E-77B2-4C1D-9E55-0A1B2C3D4E5F"


@pytest.mark.parametrize(
    ("given", "in_receipt"),
    [
        (UUID, UUID.lower()),
        (UUID.lower(), UUID),
        (UUID, UUID.replace("-", "")),
        ("A-1", "a-1"),
        ("000077", "77"),
        ("77", "0000000077"),
        ("1a2b3c00", "0439041024"),
        ("00XY", "xy"),
    ],
)
def test_ids_in_another_spelling(given: str, in_receipt: str) -> None:
    ids = Ids()
    ids.given(given)
    assert ids.as_given(in_receipt) == given
    assert ids.spelled(Receipt("?", True), ["?", in_receipt]) == Receipt(given, True)


def test_a_receipt_in_another_spelling_that_comes_before_the_response() -> None:
    ids = Ids()
    early = ids.spelled(Receipt("a1b2", True), ["a1b2"])
    assert early.external_id == "a1b2"
    assert ids.given("A1B2") == "a1b2", "stored under the name that the receipt is kept under"
    assert ids.as_given("A1B2") == "a1b2"


@pytest.mark.parametrize("external_id", ["", "9" * 5000, "²", "f" * 60_000, "\0", "é", "-" * 70])
def test_ids_that_are_no_number(external_id: str) -> None:
    ids = Ids()
    assert ids.given(external_id) == external_id
    assert ids.as_given(external_id) == external_id


@pytest.mark.parametrize(("text", "delivered"), [("id:A1 statut:Non remis", False), ("id:A1 Statut: Livré", True)])
def test_a_field_with_a_french_name(text: str, delivered: bool) -> None:
    found = read(text)
    assert found is not None
    assert found.delivered is delivered
