"""A fault at each step of sending a text: no text stays `sending` once the fault is over, and none is sent twice."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from db import schema
from db.engine.store import Store
from db.texts import messages
from lab import raw_centre
from lab.raw_centre import BIND, ENQUIRE_LINK, SUBMIT_SM, RawCentre, UnitHeard, unit
from rules.model import Channel, Language
from rules.status import MessageStatus
from sms_gateway import outbox
from sms_gateway.app import Gateway
from sms_gateway.errors import Reason, SendFailed
from sms_gateway.outbox import Outbox
from sms_gateway.provider import Accepted, Take
from sms_gateway.providers.smpp import Smpp
from tests.db import town

SETTLED_S = 10.0
"""After the end of a fault."""

RESPONSE_S = 0.4
ORGANIZATION, TELEPHONE = "Ville", "+15145550199"


async def alert_to(store: Store, count: int) -> None:
    people = await town.people(store, *([town.number(n)] for n in range(count)), channel=Channel.SMS)
    await town.running(store, people, channels=(Channel.SMS,))


async def statuses(store: Store) -> Counter[str]:
    async with store.reading() as c:
        return Counter((await c.execute(select(schema.message.c.status))).scalars())


async def settled(store: Store) -> Counter[str]:
    """Once no text waits or is being sent."""
    async with asyncio.timeout(SETTLED_S):
        while (found := await statuses(store)).keys() & {MessageStatus.SENDING, MessageStatus.WAITING}:
            await asyncio.sleep(0.05)
    return found


@contextlib.asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait({task})


def _cut(centre: RawCentre) -> Callable[[UnitHeard], bytes]:
    def answer(_: UnitHeard) -> bytes:
        centre.cut()
        return b""

    return answer


def _half(request: UnitHeard) -> bytes:
    return raw_centre.answer(request, b"A1\0")[:-2]


FAULTS: dict[str, tuple[int, Callable[[RawCentre], Callable[[UnitHeard], bytes]]]] = {
    "cut in place of the answer to the bind": (BIND, _cut),
    "nothing in place of the answer to the bind": (BIND, lambda _: lambda request: b""),
    "noise in place of the answer to the bind": (BIND, lambda _: lambda request: b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "cut in place of a response": (SUBMIT_SM, _cut),
    "no response": (SUBMIT_SM, lambda _: lambda request: b""),
    "half a response": (SUBMIT_SM, lambda _: _half),
    "noise in place of a response": (SUBMIT_SM, lambda _: lambda request: b"\xff" * 33),
    "the response of another": (SUBMIT_SM, lambda _: lambda request: unit(0x8000_0004, request.sequence + 900, b"A\0")),
    "a response of another kind": (SUBMIT_SM, lambda _: lambda request: unit(0x8000_0015, request.sequence)),
    "generic_nack": (SUBMIT_SM, lambda _: lambda request: unit(0x8000_0000, request.sequence, status=8)),
    "generic_nack of status 0": (SUBMIT_SM, lambda _: lambda request: unit(0x8000_0000, request.sequence)),
    "a response without an id": (SUBMIT_SM, lambda _: raw_centre.answer),
    "an id that is no number": (SUBMIT_SM, lambda _: lambda request: raw_centre.answer(request, b"9" * 5000 + b"\0")),
    "unbind in place of a response": (SUBMIT_SM, lambda _: lambda request: unit(raw_centre.UNBIND, 1)),
    "a length that makes no sense": (SUBMIT_SM, lambda _: lambda request: struct.pack("!IIII", 7, 4, 0, 1)),
    "system error": (SUBMIT_SM, lambda _: lambda request: raw_centre.answer(request, status=0x08)),
    "submit failed": (SUBMIT_SM, lambda _: lambda request: raw_centre.answer(request, status=0x45)),
    "unknown error": (SUBMIT_SM, lambda _: lambda request: raw_centre.answer(request, status=0xFF)),
}


@pytest.mark.parametrize(("command", "fault"), FAULTS.values(), ids=FAULTS)
async def test_a_far_side_that_fails_once(
    store: Store, command: int, fault: Callable[[RawCentre], Callable[[UnitHeard], bytes]]
) -> None:
    await alert_to(store, 3)
    centre = RawCentre()
    well, broken = centre.answers[command], fault(centre)

    def once(request: UnitHeard) -> bytes:
        centre.answers[command] = well
        return broken(request)

    centre.answers[command] = once
    await centre.start()
    gateway = Gateway(
        store, Smpp(centre.url, "12345", response_s=RESPONSE_S), organization=ORGANIZATION, telephone=TELEPHONE
    )
    async with running(gateway.run()):
        found = await settled(store)
    await centre.close()
    assert found.total() == 3
    assert found.keys() <= {MessageStatus.SENT, MessageStatus.UNKNOWN}


@pytest.mark.parametrize("part", [1, 2, 3])
async def test_a_far_side_that_fails_at_each_part_of_a_long_text(store: Store, part: int) -> None:
    await messages.queue(
        store, town.number(1), "x" * 400, channel=Channel.SMS, language=Language.FR, now=datetime.now(UTC)
    )
    centre = RawCentre()
    well = centre.answers[SUBMIT_SM]

    def cut_once(request: UnitHeard) -> bytes:
        if centre.requests[SUBMIT_SM] == part:
            centre.cut()
            return b""
        return well(request)

    centre.answers[SUBMIT_SM] = cut_once
    await centre.start()
    gateway = Gateway(
        store, Smpp(centre.url, "12345", response_s=RESPONSE_S), organization=ORGANIZATION, telephone=TELEPHONE
    )
    async with running(gateway.run()):
        found = await settled(store)
    await centre.close()
    assert found == {MessageStatus.UNKNOWN: 1}


async def test_a_far_side_that_is_deaf_to_enquiries(store: Store) -> None:
    await alert_to(store, 3)
    centre = RawCentre()
    centre.answers[SUBMIT_SM] = centre.answers[ENQUIRE_LINK] = lambda request: b""
    await centre.start()
    gateway = Gateway(
        store, Smpp(centre.url, "12345", response_s=RESPONSE_S), organization=ORGANIZATION, telephone=TELEPHONE
    )
    async with running(gateway.run()):
        found = await settled(store)
    await centre.close()
    assert found == {MessageStatus.UNKNOWN: 3}


class Carrier:
    """A provider whose far side is in this process; it fails as it is told, once, at one of its own steps."""

    name = "here"
    channel = Channel.SMS
    window = 5

    def __init__(self, at: str, fault: BaseException) -> None:
        self.at, self.fault, self.failed = at, fault, False
        self.taken: list[str] = []

    def _step(self, name: str) -> None:
        if name == self.at and not self.failed:
            self.failed = True
            raise self.fault

    async def run(self, take: Take) -> None:
        await asyncio.Event().wait()

    async def connected(self) -> None:
        self._step("connected")

    async def send(self, address: str, body: str) -> Accepted:
        self._step("before it left")
        self.taken.append(address)
        await asyncio.sleep(0)
        self._step("after it left")
        return Accepted((address,))


@pytest.mark.parametrize("at", ["connected", "before it left", "after it left"])
@pytest.mark.parametrize(
    "fault",
    [
        *(ValueError("+15145550001"), OSError("gone"), TimeoutError(), asyncio.CancelledError()),
        SendFailed(Reason.NO_RESPONSE),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_a_provider_that_raises(
    store: Store, at: str, fault: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    if at == "connected" and isinstance(fault, asyncio.CancelledError):
        return  # what ends the outbox, as it should
    await alert_to(store, 12)
    carrier = Carrier(at, fault)
    async with running(Outbox(store, carrier).run()):
        found = await settled(store)
    assert found[MessageStatus.UNKNOWN] == (at != "connected")
    assert found[MessageStatus.SENT] == 12 - found[MessageStatus.UNKNOWN]
    assert Counter(carrier.taken).most_common(1)[0][1] == 1
    assert "5550001" not in capsys.readouterr().out


STATEMENTS = {
    "claimed": "BEFORE UPDATE OF status ON message WHEN NEW.status = 'sending'",
    "sent": "BEFORE UPDATE OF status ON message WHEN NEW.status = 'sent'",
    "parts counted": "BEFORE UPDATE OF parts ON message WHEN NEW.parts > 0",
    "part": "BEFORE INSERT ON message_part",
    "outcome": "BEFORE UPDATE OF outcome ON delivery",
    "alert done": "BEFORE UPDATE OF status ON alert WHEN NEW.status = 'done'",
    "unknown": "BEFORE UPDATE OF status ON message WHEN NEW.status = 'unknown'",
    "any of a text": "BEFORE UPDATE ON message",
}


@pytest.mark.parametrize("event", STATEMENTS.values(), ids=STATEMENTS)
@pytest.mark.parametrize("kind", ["ABORT", "ROLLBACK"])
async def test_a_store_that_fails_at_each_statement(store: Store, event: str, kind: str) -> None:
    """For a second and a half; the database itself refuses."""
    await alert_to(store, 12)
    async with store.writing() as c:
        await c.exec_driver_sql(f"CREATE TRIGGER fault {event} BEGIN SELECT RAISE({kind}, 'disk I/O error'); END")
    carrier = Carrier("after it left", ValueError())
    async with running(Outbox(store, carrier).run()):
        await asyncio.sleep(1.5)
        async with store.writing() as c:
            await c.exec_driver_sql("DROP TRIGGER fault")
        found = await settled(store)
    assert found.total() == 12
    assert found.keys() <= {MessageStatus.SENT, MessageStatus.UNKNOWN}
    assert Counter(carrier.taken).most_common(1)[0][1] == 1


async def test_a_full_disk_at_each_moment(store: Store) -> None:
    for pause_s in (0.0, 0.01, 0.05, 0.2):
        await alert_to(store, 20)
        carrier = Carrier("never", ValueError())
        async with running(Outbox(store, carrier).run()):
            await asyncio.sleep(pause_s)
            await _limit_pages(store, "(SELECT page_count FROM pragma_page_count)")
            await asyncio.sleep(1.0)
            await _limit_pages(store, "1000000")
            found = await settled(store)
        assert found.keys() == {MessageStatus.SENT}


async def _limit_pages(store: Store, most: str) -> None:
    async with store.writing() as c:
        if not most.isdigit():
            most = str((await c.exec_driver_sql("PRAGMA page_count")).scalar())
        await c.exec_driver_sql(f"PRAGMA max_page_count={most}")


async def test_a_text_that_nothing_sends_any_more(store: Store) -> None:
    """Marked in the store, and then whoever marked it failed: found while the outbox runs, not at the next start."""
    carrier = Carrier("never", ValueError())
    async with running(Outbox(store, carrier).run()):
        await asyncio.sleep(0.3)
        await alert_to(store, 1)
        async with store.writing() as c:
            await c.execute(schema.message.update().values(status=MessageStatus.SENDING))
        found = await settled(store)
    assert found in ({MessageStatus.UNKNOWN: 1}, {MessageStatus.SENT: 1})


async def test_numbers_outside_the_allowed_area_codes_get_no_text(store: Store) -> None:
    """Allowed when the alert was planned, and no longer."""
    await alert_to(store, 2)
    await messages.queue(
        store, "+14505550101", "Bonjour", channel=Channel.SMS, language=Language.FR, now=datetime.now(UTC)
    )
    carrier = Carrier("never", ValueError())
    async with running(Outbox(store, carrier, frozenset({"450"})).run()):
        found = await settled(store)
    assert carrier.taken == ["+14505550101"]
    assert found == {MessageStatus.FAILED: 2, MessageStatus.SENT: 1}
    async with store.reading() as c:
        reasons = (
            (await c.exec_driver_sql("SELECT DISTINCT reason FROM message WHERE status = 'failed'")).scalars().all()
        )
    assert reasons == ["number not allowed"]


def test_each_wait_ends_before_ten_seconds() -> None:
    assert outbox.WATCH_S + outbox.STORE_TROUBLE_S * outbox.RECORD_TRIES < SETTLED_S


async def test_a_text_that_the_carrier_throttles_for_long_is_sent_in_the_end(store: Store) -> None:
    await alert_to(store, 1)
    async with store.writing() as c:
        await c.execute(schema.message.update().values(tries=40))  # an hour of refusals
    centre = RawCentre()
    well = centre.answers[SUBMIT_SM]

    def once(request: UnitHeard) -> bytes:
        centre.answers[SUBMIT_SM] = well
        return raw_centre.answer(request, status=0x58)

    centre.answers[SUBMIT_SM] = once
    await centre.start()
    gateway = Gateway(store, Smpp(centre.url, "12345"), organization=ORGANIZATION, telephone=TELEPHONE)
    async with running(gateway.run()):
        async with asyncio.timeout(SETTLED_S):
            while centre.requests[SUBMIT_SM] < 1 or MessageStatus.SENDING in await statuses(store):
                await asyncio.sleep(0.05)
        assert await statuses(store) == {MessageStatus.WAITING: 1}
        async with store.writing() as c:
            await c.execute(schema.message.update().values(due_at=datetime.now(UTC)))
        assert await settled(store) == {MessageStatus.SENT: 1}
    await centre.close()
