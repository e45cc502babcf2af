"""Octets that no specification allows: each is a fault of its own unit alone. A real socket, the real session."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest
from aiosmpplib import SmppCommandStatus

from lab import raw_centre
from lab.raw_centre import (
    BIND,
    DATA_SM,
    DELIVER_SM,
    ENQUIRE_LINK,
    GENERIC_NACK,
    RawCentre,
    UnitHeard,
    data_sm,
    deliver_sm,
    unit,
)
from sms_gateway.provider import Incoming, Receipt
from sms_gateway.providers.smpp import Smpp, deliveries, link
from sms_gateway.providers.smpp.joining import Joiner
from sms_gateway.providers.smpp.units import NotSmpp, Reader

OK, CUT, LATER = 0x00, 0x02, SmppCommandStatus.ESME_RX_T_APPN
STOP = Incoming("+15145550101", "STOP")
WITH_ONE_TOO_MANY = "00010131353134353535303130310001013132333435000000000000000000000453544f5000"
STATE_WITHOUT_VALUE = (
    "00010131353134353535303130310001013132333435000400000000000000001a"
    "69643a413120737461743a44454c49565244206572723a30303004270000"
)
WITH_EMPTY_FIELD = "00010131353134353535303130310001013132333435000000000000000000000453544f5014000000"


class Town:
    """The town's provider on one side, the centre on the other."""

    def __init__(self, centre: RawCentre) -> None:
        self.centre, self.taken = centre, list[Receipt | Incoming]()
        self.faults: list[Exception] = []
        self.provider = Smpp(centre.url, "12345", response_s=1.0)

    async def take(self, event: Receipt | Incoming) -> None:
        if self.faults:
            raise self.faults.pop()
        self.taken.append(event)

    async def says(self, command: int, sequence: int, body: bytes = b"") -> UnitHeard:
        return await self.centre.asked(command, sequence, body)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    centre = RawCentre()
    await centre.start()
    playing = Town(centre)
    running = asyncio.create_task(playing.provider.run(playing.take))
    await asyncio.wait_for(playing.provider.connected(), 5)
    yield playing
    assert not running.done()
    running.cancel()
    await asyncio.wait({running})
    await centre.close()
    assert centre.binds == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (WITH_ONE_TOO_MANY, STOP),
        (STATE_WITHOUT_VALUE, Receipt("A1", True)),
        (WITH_EMPTY_FIELD, STOP),
    ],
)
async def test_units_of_the_field(town: Town, body: str, expected: Incoming | Receipt) -> None:
    heard = await town.says(DELIVER_SM, 7, bytes.fromhex(body))
    assert (heard.command, heard.status) == (0x8000_0005, OK)
    assert [(type(each), getattr(each, "body", "")) for each in town.taken] == [
        (type(expected), getattr(expected, "body", ""))
    ]


BODIES = {
    "a zero that is not counted, then fields": deliver_sm(b"STOP") + b"\0" + raw_centre.field(0x0204, b"\0\1"),
    "a length that counts a zero too many": deliver_sm(b"STOP")[:-5] + b"\x05STOP",
    "a length that is left out": deliver_sm(b"STOP")[:-5] + b"\0STOP",
    "a field cut short": deliver_sm(b"STOP", optional=b"\x14\x00\x00\x09ab"),
    "half a field": deliver_sm(b"STOP", optional=b"\x14\x00\x00"),
    "a field that is longer than any unit": deliver_sm(b"STOP", optional=b"\x14\x00\xff\xff"),
    "the payload twice, once empty": deliver_sm(
        b"", optional=raw_centre.field(0x424, b"") + raw_centre.field(0x424, b"STOP")
    ),
    "unknown fields, one of them twice": deliver_sm(b"STOP", optional=raw_centre.field(0x1501, b"x") * 2),
    "an unknown data coding": deliver_sm(b"STOP", data_coding=0x7F),
    "wide letters called narrow": deliver_sm("STOP".encode("utf-16-be")),
    "narrow letters called wide": deliver_sm(b"STOP", data_coding=8),
    "the other byte order": deliver_sm("STOP".encode("utf-16-le"), data_coding=8),
    "a byte order mark": deliver_sm("\ufeffSTOP".encode("utf-16-be"), data_coding=8),
    "packed septets": deliver_sm(bytes.fromhex("53EA130A")),
    "zeros behind it": deliver_sm(b"STOP\0\0", data_coding=3),
    "reserved bits of esm_class": deliver_sm(b"STOP", esm_class=0x83),
    "an acknowledgement with words": deliver_sm(b"STOP", esm_class=0x10),
    "national digits called international": deliver_sm(b"STOP", source=b"5145550101"),
    "a plus sign in the digits": deliver_sm(b"STOP", source=b"+15145550101"),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_text_is_read_in_spite_of(town: Town, body: bytes) -> None:
    assert (await town.says(DELIVER_SM, 7, body)).status == OK
    assert town.taken == [STOP]


@pytest.mark.parametrize("source", [b"", b"Ville", b"9" * 500, b"\xff\xfe", b"a b\tc"])
async def test_odd_senders_are_kept(town: Town, source: bytes) -> None:
    assert (await town.says(DELIVER_SM, 7, deliver_sm(b"STOP", source=source, source_type=5))).status == OK
    (text,) = town.taken
    assert isinstance(text, Incoming)
    assert len(text.sender) <= deliveries.LONGEST_ADDRESS


async def test_a_text_by_data_sm(town: Town) -> None:
    heard = await town.says(DATA_SM, 9, data_sm(b"STOP"))
    assert (heard.command, heard.status) == (0x8000_0103, OK)
    assert town.taken == [STOP]


@pytest.mark.parametrize("length", range(0, 36))
async def test_cut_before_its_text(town: Town, length: int) -> None:
    heard = await town.says(DELIVER_SM, 7, deliver_sm(b"STOP")[:length])
    assert (heard.command, heard.status) == (0x8000_0005, CUT)
    assert town.taken == []


@pytest.mark.parametrize("command", [0x00, 0x04, 0x09, 0x0B, 0x15, 0x102, 0x10200, 0x7FFFFFFF, 0x0000BEEF])
async def test_every_request_is_answered(town: Town, command: int) -> None:
    heard = await town.says(command, 7, b"whatever")
    right = (0x8000_0015, OK) if command == ENQUIRE_LINK else (GENERIC_NACK, 0x03)
    assert (heard.command, heard.status) == right or command == 0


@pytest.mark.parametrize("sequence", [0, 0xFFFF_FFFF, 0x8000_0001])
async def test_odd_sequence_numbers_come_back(town: Town, sequence: int) -> None:
    assert (await town.says(DELIVER_SM, sequence, deliver_sm(b"STOP"))).status == OK


@pytest.mark.parametrize("length", [0, 1, 15, 70_001, 0xFFFF_FFFF])
async def test_a_length_that_makes_no_sense(town: Town, length: int) -> None:
    """It is told so, and what follows is read."""
    nack, alive = town.centre.expect(7), town.centre.expect(8)
    bad = struct.pack("!IIII", length, DELIVER_SM, 0, 7) + deliver_sm(b"STOP")
    town.centre.say(bad + unit(ENQUIRE_LINK, 8))
    heard = await asyncio.wait_for(nack, 5)
    assert (heard.command, heard.status) == (GENERIC_NACK, 0x02)
    assert (await asyncio.wait_for(alive, 5)).command == 0x8000_0015


@pytest.mark.parametrize("missing", [1, 4, 20, 40])
@pytest.mark.parametrize("pause_s", [0.0, 0.1])
async def test_a_unit_shorter_than_it_says(town: Town, missing: int, pause_s: float) -> None:
    """The next one begins within it, and is answered, too."""
    expected = [town.centre.expect(sequence) for sequence in (8, 9, 10)]
    town.centre.say(unit(DELIVER_SM, 7, deliver_sm(b"x" * 50))[:-missing])
    await asyncio.sleep(pause_s)
    town.centre.say(unit(ENQUIRE_LINK, 8) + unit(DELIVER_SM, 9, deliver_sm(b"STOP")) + unit(ENQUIRE_LINK, 10))
    await asyncio.wait_for(asyncio.gather(*expected), 8)
    assert STOP in town.taken


async def test_a_unit_longer_than_it_says(town: Town) -> None:
    expected = [town.centre.expect(sequence) for sequence in (8, 9)]
    town.centre.say(unit(DELIVER_SM, 7, deliver_sm(b"x" * 50)) + b"\1\2\3 too many" + unit(ENQUIRE_LINK, 8))
    town.centre.say(unit(DELIVER_SM, 9, deliver_sm(b"STOP")))
    await asyncio.wait_for(asyncio.gather(*expected), 8)
    assert STOP in town.taken


async def test_a_unit_whose_end_never_comes(town: Town) -> None:
    expected = town.centre.expect(8)
    town.centre.say(struct.pack("!IIII", 60_000, DELIVER_SM, 0, 7) + deliver_sm(b"STOP") + unit(ENQUIRE_LINK, 8))
    assert (await asyncio.wait_for(expected, 8)).command == 0x8000_0015


async def test_responses_to_nothing(town: Town) -> None:
    for command in (0x8000_0000, 0x8000_0004, 0x8000_0005, 0x8000_0009, 0x8000_0015, 0xFFFF_FFFF):
        town.centre.say(unit(command, 1, b"x\0", 0x58))
    assert (await town.says(ENQUIRE_LINK, 8)).status == OK


@pytest.mark.parametrize("fault", [OSError("disk full"), IndexError("+15145550101"), ValueError("STOP")])
async def test_what_cannot_be_kept_is_asked_for_again(
    town: Town, fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    town.faults = [fault]
    assert (await town.says(DELIVER_SM, 7, deliver_sm(b"STOP"))).status == LATER
    assert (await town.says(DELIVER_SM, 8, deliver_sm(b"STOP"))).status == OK
    assert town.taken == [STOP]
    told = capsys.readouterr().out
    assert "5550101" not in told
    assert "STOP" not in told


async def test_a_long_text_whose_last_part_could_not_be_kept(town: Town) -> None:
    """The carrier sends that part again, and that part alone."""
    parts = [deliver_sm(bytes((5, 0, 3, 1, 2, n)) + word, esm_class=0x40) for n, word in ((1, b"ST"), (2, b"OP"))]
    town.faults = [OSError("disk full")]
    assert (await town.says(DELIVER_SM, 7, parts[0])).status == OK
    assert (await town.says(DELIVER_SM, 8, parts[1])).status == LATER
    assert (await town.says(DELIVER_SM, 9, parts[1])).status == OK
    assert town.taken == [STOP]


async def test_only_the_response_to_our_bind_binds(capsys: pytest.CaptureFixture[str]) -> None:
    """Other units of status 0 come first; then the real answer, which refuses."""
    centre = RawCentre()

    def odd(request: UnitHeard) -> bytes:
        others = unit(0x8000_0015, request.sequence) + unit(0x8000_0009, request.sequence + 1, b"x\0")
        return others + unit(ENQUIRE_LINK, 5) + raw_centre.answer(request, status=0x0E)

    centre.answers[BIND] = odd
    await centre.start()
    provider = Smpp(centre.url, "12345", response_s=1.0)

    async def take(_: Receipt | Incoming) -> None: ...

    running = asyncio.create_task(provider.run(take))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(provider.connected(), 1.0)
    running.cancel()
    await asyncio.wait({running})
    await centre.close()
    assert "sms_bind_refused" in capsys.readouterr().out


async def test_a_flood_while_the_store_stands_still_is_answered(town: Town) -> None:
    """What does not fit is asked for again later; nothing piles up."""
    moving = asyncio.Event()
    take = town.take

    async def slow(event: Receipt | Incoming) -> None:
        await moving.wait()
        await take(event)

    centre = RawCentre()
    await centre.start()
    running = asyncio.create_task(Smpp(centre.url, "12345").run(slow))
    await asyncio.wait_for(centre.bound.wait(), 5)
    count = 2 * link.MOST_WAITING
    answers = [centre.expect(sequence) for sequence in range(1, count + 1)]
    for sequence in range(1, count + 1):
        centre.say(unit(DELIVER_SM, sequence, deliver_sm(b"%d" % sequence)))
    await asyncio.wait_for(asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED), 10)
    moving.set()
    statuses = [heard.status for heard in await asyncio.wait_for(asyncio.gather(*answers), 20)]
    running.cancel()
    await asyncio.wait({running})
    await centre.close()
    assert len(town.taken) == statuses.count(OK) >= link.MOST_WAITING
    assert set(statuses) == {OK, LATER}


@pytest.mark.parametrize("length", range(0, 36))
def test_cut_short_is_no_unit(length: int) -> None:
    with pytest.raises(NotSmpp):
        deliveries.parse(deliver_sm(b"STOP")[:length])


async def test_units_octet_by_octet() -> None:
    stream = asyncio.StreamReader()
    reader = Reader(stream)
    octets = unit(ENQUIRE_LINK, 3) + unit(DELIVER_SM, 4, deliver_sm(b"STOP"))
    feeding = asyncio.create_task(_feed(stream, octets))
    found = [await reader.next(), await reader.next()]
    await feeding
    assert [each.sequence for each in found] == [3, 4]
    assert Joiner().take(deliveries.parse(found[1].body)) == STOP


async def _feed(stream: asyncio.StreamReader, octets: bytes) -> None:
    for each in octets:
        stream.feed_data(bytes((each,)))
        await asyncio.sleep(0)
