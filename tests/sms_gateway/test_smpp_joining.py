"""Long texts from residents, as carriers deliver their parts."""

from __future__ import annotations

import random

import pytest

from lab.raw_centre import DATA_SM, data_sm, deliver_sm, field
from sms_gateway.provider import Incoming
from sms_gateway.providers.smpp import deliveries, joining
from sms_gateway.providers.smpp.deliveries import CarrierDelivery, Joiner

SENDER = "+15145550101"


def part(position: int, text: bytes, *, total: int = 3, reference: int = 9, esm_class: int = 0x40) -> CarrierDelivery:
    header = bytes((5, 0, 3, reference, total, position))
    return deliveries.parse(deliver_sm(header + text, esm_class=esm_class))


def wide(position: int, text: bytes, *, total: int = 2) -> CarrierDelivery:
    return deliveries.parse(deliver_sm(b"\x06\x08\x04\x01\x02" + bytes((total, position)) + text, esm_class=0x40))


def taken(joiner: Joiner, *parts: CarrierDelivery, now: float = 0.0) -> list[Incoming]:
    return [text for each in parts if (text := joiner.take(each, now))]


def test_in_any_order_and_doubled() -> None:
    parts = [part(1, b"un "), part(2, b"deux "), part(3, b"trois"), part(2, b"deux "), part(1, b"un ")]
    for seed in range(20):
        random.Random(seed).shuffle(parts)
        joiner, texts = Joiner(), []
        for each in parts:
            texts += (found := taken(joiner, each))
            if found:
                joiner.kept(each)
        assert texts == [Incoming(SENDER, "un deux trois")]


def test_a_text_that_could_not_be_stored_is_complete_when_its_last_part_comes_again() -> None:
    joiner = Joiner()
    first, last = part(1, b"ST", total=2), part(2, b"OP", total=2)
    assert taken(joiner, first, last) == [Incoming(SENDER, "STOP")]
    joiner.not_kept(last)
    assert taken(joiner, last) == [Incoming(SENDER, "STOP")]
    joiner.kept(last)
    assert taken(joiner, last, first) == [], "repeats of what is in the store"


def test_a_part_that_comes_twice_at_once_makes_one_text() -> None:
    joiner = Joiner()
    assert len(taken(joiner, part(1, b"a", total=2), part(2, b"b", total=2), part(2, b"b", total=2))) == 1


def test_the_reference_is_used_again_for_another_text() -> None:
    joiner = Joiner()
    for first, last in ((b"un ", b"deux"), (b"trois ", b"quatre")):
        parts = part(1, first, total=2), part(2, last, total=2)
        assert taken(joiner, *parts) == [Incoming(SENDER, (first + last).decode())]
        joiner.kept(parts[1])


def test_a_part_that_never_comes() -> None:
    joiner = Joiner()
    assert taken(joiner, part(1, b"STOP svp"), part(3, b"merci")) == []
    assert joiner.overdue(joining.PARTS_WAIT_S - 1) is None
    key, text = joiner.overdue(joining.PARTS_WAIT_S + 1) or pytest.fail("nothing is overdue")
    assert text == Incoming(SENDER, "STOP svp […] merci")
    assert joiner.overdue(joining.PARTS_WAIT_S + 1) == (key, text), "it could not be stored yet"
    joiner.forget(key)
    assert joiner.overdue(joining.PARTS_WAIT_S + 1) is None


def test_parts_without_end_stay_bounded() -> None:
    joiner = Joiner()
    for n in range(3 * joining.MOST_UNJOINED):
        each = deliveries.parse(
            deliver_sm(
                b"",
                esm_class=0x40,
                optional=field(0x0424, bytes((5, 0, 3, n % 256, 9, 1)) + b"x" * 20_000),
                source=b"%d" % n,
            )
        )
        assert joiner.take(each) is None
    assert joiner._octets <= joining.MOST_OCTETS


@pytest.mark.parametrize(
    "header",
    [
        b"\x05\x00\x03\x09\x00\x01",
        b"\x05\x00\x03\x09\x02\x00",
        b"\x05\x00\x03\x09\x02\x03",
        b"\x05\x00\x03\x09\x01\x01",
    ],
)
def test_numbers_that_make_no_sense_leave_a_text_by_itself(header: bytes) -> None:
    unit = deliveries.parse(deliver_sm(header + b"STOP", esm_class=0x40))
    assert Joiner().take(unit) == Incoming(SENDER, "STOP")


@pytest.mark.parametrize("data", [b"STOP", b"S", b"\xffSTOP"])
def test_a_header_that_is_announced_and_not_there(data: bytes) -> None:
    found = Joiner().take(deliveries.parse(deliver_sm(data, esm_class=0x40)))
    assert found is not None
    assert found.body.endswith(data[-1:].decode())


def test_a_header_that_is_there_and_not_announced() -> None:
    parts = [part(2, b"OP", total=2, esm_class=0), part(1, b"ST", total=2, esm_class=0)]
    assert taken(Joiner(), *parts) == [Incoming(SENDER, "STOP")]


def test_a_character_cut_in_two() -> None:
    octets = "Eau 🌊!".encode("utf-16-be")
    parts = [
        deliveries.parse(
            deliver_sm(b"\x05\x00\x03\x01\x02" + bytes((n,)) + octets[start:end], esm_class=0x40, data_coding=8)
        )
        for n, (start, end) in enumerate(((0, 10), (10, 99)), start=1)
    ]
    assert taken(Joiner(), *parts) == [Incoming(SENDER, "Eau 🌊!")]


def test_references_of_sixteen_bits_and_by_fields_and_by_data_sm() -> None:
    assert taken(Joiner(), wide(2, b"OP"), wide(1, b"ST")) == [Incoming(SENDER, "STOP")]
    by_fields = [
        deliveries.parse(
            data_sm(word, optional=field(0x020C, b"\1\2") + field(0x020E, b"\2") + field(0x020F, bytes((n,)))), DATA_SM
        )
        for n, word in ((2, b"OP"), (1, b"ST"))
    ]
    assert taken(Joiner(), *by_fields) == [Incoming(SENDER, "STOP")]
    lone = deliveries.parse(deliver_sm(b"STOP", optional=field(0x020C, b"") + field(0x020E, b"\2")))
    assert taken(Joiner(), lone) == [Incoming(SENDER, "STOP")]
