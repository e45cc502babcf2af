import asyncio
import contextlib
import math
import struct
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from telephony import tap
from telephony.answering.signs import Heard, Sign
from telephony.audiosocket import AUDIO, HANG_UP, HEADER, IDENTITY
from telephony.tap import Tap, Taps

FRAME = 160
SOON_S = 1.0


class Asterisk:
    """The far end: sends what an AudioSocket channel sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, kind: int, payload: bytes) -> None:
        self._writer.write(struct.pack(">BH", kind, len(payload)) + payload)

    def say(self, seconds: float, level: int = 0) -> None:
        """A buzz like a voice, or silence."""
        for start in range(0, int(seconds * 8000), FRAME):
            times = range(start, start + FRAME)
            wave = [sum(math.sin(i * 2 * math.pi * 110 * k / 8000) for k in range(2, 20)) * level for i in times]
            self.send(AUDIO, struct.pack(f"<{FRAME}h", *(int(sample) for sample in wave)))

    async def ended(self) -> bytes:
        """What Tocsin said before it closed the connection, or before nothing more came."""
        async with asyncio.timeout(SOON_S):
            return await self._reader.read(HEADER)

    async def hang_up(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


class Told:
    """What a call is told, in order."""

    def __init__(self) -> None:
        self._signs: asyncio.Queue[Sign] = asyncio.Queue()

    def __call__(self, heard: Heard) -> None:
        self._signs.put_nowait(heard.sign)

    async def next(self, limit_s: float = SOON_S) -> Sign:
        return await asyncio.wait_for(self._signs.get(), limit_s)

    @property
    def nothing(self) -> bool:
        return self._signs.empty()


@pytest_asyncio.fixture
async def taps() -> AsyncIterator[Taps]:
    async with Taps().running() as running:
        yield running


Connect = Callable[[uuid.UUID], Awaitable[Asterisk]]


@pytest_asyncio.fixture
async def connect(taps: Taps) -> AsyncIterator[Connect]:
    ends: list[Asterisk] = []

    async def connected(token: uuid.UUID) -> Asterisk:
        host, port = taps.address.split(":")
        ends.append(Asterisk(*await asyncio.open_connection(host, int(port))))
        ends[-1].send(IDENTITY, token.bytes)
        return ends[-1]

    yield connected
    for end in ends:
        await end.hang_up()


async def _joined(taps: Taps, connect: Connect, told: Told) -> tuple[Tap, Asterisk]:
    one = taps.open("call", told)
    return one, await connect(one.token)


async def test_the_end_of_the_first_words_is_told(taps: Taps, connect: Connect) -> None:
    told = Told()
    _, far = await _joined(taps, connect, told)
    far.say(0.4)
    far.say(0.5, level=400)
    far.say(1.2)
    assert await told.next() is Sign.PERSON
    assert told.nothing


async def test_each_call_is_told_its_own(taps: Taps, connect: Connect) -> None:
    one, other = Told(), Told()
    _, speaks = await _joined(taps, connect, one)
    _, silent = await _joined(taps, connect, other)
    speaks.say(0.4)
    speaks.say(0.5, level=400)
    speaks.say(1.2)
    silent.say(1.0)
    assert await one.next() is Sign.PERSON
    assert other.nothing


async def test_an_unknown_token_is_refused(taps: Taps, connect: Connect) -> None:
    told = Told()
    taps.open("call", told)
    stranger = await connect(uuid.uuid4())
    assert await stranger.ended() == b""
    assert told.nothing


async def test_a_token_opens_one_connection(taps: Taps, connect: Connect) -> None:
    one, _ = await _joined(taps, connect, Told())
    await asyncio.sleep(2 * tap.TICK_S)
    assert await (await connect(one.token)).ended() == b""


async def test_a_tap_that_never_comes_is_a_person(taps: Taps) -> None:
    told = Told()
    taps.open("call", told)
    assert await told.next(tap.COME_S + SOON_S) is Sign.PERSON
    assert taps.open_taps == 0


async def test_a_tap_that_breaks_before_any_word_is_a_person(taps: Taps, connect: Connect) -> None:
    told = Told()
    _, far = await _joined(taps, connect, told)
    far.say(0.2)
    await far.hang_up()
    assert await told.next() is Sign.PERSON
    assert taps.open_taps == 0


async def test_a_tap_that_breaks_in_a_greeting_ends_it_later(taps: Taps, connect: Connect) -> None:
    told = Told()
    one, far = await _joined(taps, connect, told)
    one.tell(Heard(Sign.MACHINE, 4.0))
    await far.hang_up()
    assert await told.next() is Sign.MACHINE
    assert told.nothing
    assert await told.next(tap.LOST_GREETING_S + SOON_S) is Sign.LIMIT


async def test_asterisk_is_asked_to_end_a_tap_that_is_closed(taps: Taps, connect: Connect) -> None:
    told = Told()
    one, far = await _joined(taps, connect, told)
    far.say(0.2)
    await asyncio.sleep(3 * tap.TICK_S)
    taps.close(one)
    assert await far.ended() == HANG_UP
    await far.hang_up()
    assert told.nothing


async def test_audio_may_come_in_any_pieces(taps: Taps, connect: Connect) -> None:
    told = Told()
    one, far = await _joined(taps, connect, told)
    sent = struct.pack(">BH", AUDIO, 2 * FRAME) + bytes(2 * FRAME)
    for byte in sent * 3:
        far._writer.write(bytes([byte]))
        await far._writer.drain()
    far.say(0.4)
    far.say(0.5, level=400)
    far.say(1.2)
    assert await told.next() is Sign.PERSON
    assert one.connection is not None


async def test_a_beep_with_late_packets_is_a_beep(taps: Taps, connect: Connect) -> None:
    told = Told()
    _, far = await _joined(taps, connect, told)
    far.say(1.0)
    tone = [int(8000 * math.sin(2 * math.pi * 1000 * i / 8000)) for i in range(3200)]
    for start in range(0, len(tone), FRAME):
        far.send(AUDIO, struct.pack(f"<{FRAME}h", *tone[start : start + FRAME]))
        far.say(0.02 * (start // FRAME % 3 == 0))
    far.say(1.0)
    assert Sign.BEEP in [await told.next(), await told.next()]
