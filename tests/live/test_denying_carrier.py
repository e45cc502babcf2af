"""A carrier of texts that says of every number that it does not exist: nobody is suspected, and the texts wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from db import schema
from db.alerts import alerts
from db.engine.store import Store
from db.residents import doubts
from db.texts import messages
from lab.smsc import Centre
from rules.model import Channel, Language
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus, MessageStatus
from rules.suspicion import HOLD_S
from sms_gateway.app import Gateway
from sms_gateway.carrier_judgement import REST_S
from sms_gateway.providers import smpp
from supervision.parts import Part, PartState
from tests.db import town

PEOPLE = 40
SOON_S = 10.0


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite:///{folder}/tocsin.db")
    yield store
    await store.close()


@contextlib.asynccontextmanager
async def short_message_centre() -> AsyncIterator[Centre]:
    playing = Centre(receipt_s=0.02)
    await playing.start()
    yield playing
    await playing.close()
    assert playing.faults == []


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as found:
        yield found


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with short_message_centre() as found:
        yield found


@contextlib.asynccontextmanager
async def gateway(store: Store, centre: Centre, options: str = "") -> AsyncIterator[Part]:
    part = Part("texts", False, lambda: datetime.now(UTC))
    provider = smpp.Smpp(centre.url + options, "514 555-0100")
    running = asyncio.create_task(
        Gateway(store, provider, organization="Ville", telephone="+15145550199", part=part).run()
    )
    try:
        yield part
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.wait({running})


async def alert_to(store: Store, count: int, *, first: int = 1000) -> int:
    everyone = await town.people(store, *([town.number(n)] for n in range(first, first + count)), channel=Channel.SMS)
    return await town.running(store, everyone, channels=(Channel.SMS,))


async def statuses(store: Store) -> Counter[str]:
    async with store.reading() as c:
        return Counter((await c.execute(select(schema.message.c.status))).scalars())


async def until(store: Store, limit_s: float, **expected: int) -> None:
    ends_at = asyncio.get_running_loop().time() + limit_s
    while (found := await statuses(store)) != expected:
        assert asyncio.get_running_loop().time() < ends_at, found
        await asyncio.sleep(0.05)


async def status_of(store: Store, alert_id: int) -> AlertStatus:
    found = await alerts.get(store, alert_id)
    assert found is not None
    return found.status


async def shows(part: Part, state: PartState) -> None:
    async with asyncio.timeout(SOON_S):
        while part.state is not state:
            await asyncio.sleep(0.05)


async def suspected(store: Store) -> int:
    return (await doubts.tally(store)).suspected


Play = Callable[[Store, Centre], Awaitable[None]]


def denies_then_is_repaired(where: str) -> Play:
    async def play(store: Store, centre: Centre) -> None:
        alert_id = await alert_to(store, PEOPLE)
        centre.denies = where
        async with gateway(store, centre) as part:
            await shows(part, PartState.TROUBLED)
            assert "check number_format in TOCSIN_SMS_URL first" in part.remedy
            await until(store, SOON_S, waiting=PEOPLE)
            assert await status_of(store, alert_id) is AlertStatus.RUNNING
            centre.denies = ""
            await until(store, REST_S[0] + SOON_S, delivered=PEOPLE)
            await shows(part, PartState.RUNNING)
        assert await town.outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED] * PEOPLE
        assert await status_of(store, alert_id) is AlertStatus.DONE
        assert {len(phone.texts) for phone in centre.phones.values()} == {1}

    return play


async def one_dead_number(store: Store, centre: Centre) -> None:
    alert_id = await alert_to(store, 1, first=61)
    async with gateway(store, centre):
        await until(store, HOLD_S + SOON_S, failed=1)
    assert await status_of(store, alert_id) is AlertStatus.DONE


async def program_ends(store: Store, centre: Centre) -> None:
    await alert_to(store, 1)
    centre.denies = "receipts"
    async with gateway(store, centre):
        await until(store, SOON_S, sent=1)
        await asyncio.sleep(1)
    assert await statuses(store) == {MessageStatus.SENT: 1}
    async with gateway(store, centre):
        await until(store, HOLD_S + SOON_S, failed=1)


Suspects = Mapping[str, asyncio.Task[int]]
WHERE = "responses", "receipts", "ahead"
PLAYS: Mapping[str, Play] = {
    **{where: denies_then_is_repaired(where) for where in WHERE},
    "dead": one_dead_number,
    "ends": program_ends,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def suspects(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Suspects]:
    """How many numbers each play has made suspected. All are played at once: most of each is waiting."""

    async def played(name: str) -> int:
        async with opened(tmp_path_factory.mktemp(name)) as store, short_message_centre() as centre:
            await PLAYS[name](store, centre)
            return await suspected(store)

    begun = {name: asyncio.create_task(played(name)) for name in PLAYS}
    yield begun
    await asyncio.gather(*begun.values(), return_exceptions=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("where", WHERE)
async def test_nobody_is_suspected_and_all_texts_go_once_it_is_repaired(suspects: Suspects, where: str) -> None:
    assert await suspects[where] == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_an_alert_to_one_dead_number_ends_by_itself(suspects: Suspects) -> None:
    assert await suspects["dead"] == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_the_program_ends_while_a_receipt_is_judged(suspects: Suspects) -> None:
    assert await suspects["ends"] == 1


async def test_a_single_wrong_number_among_good_ones_is_suspected(store: Store, centre: Centre) -> None:
    await alert_to(store, 15, first=50)
    async with gateway(store, centre):
        await until(store, SOON_S, delivered=13, failed=2)
    assert await suspected(store) == 1, "61 does not exist; 60 is off"


@pytest.mark.parametrize(
    ("form", "written"), [("national", "5145551000"), ("eleven", "15145551000"), ("e164", "+15145551000")]
)
async def test_how_numbers_are_written(store: Store, centre: Centre, form: str, written: str) -> None:
    await messages.queue(
        store, town.number(1000), "Bonjour", channel=Channel.SMS, language=Language.FR, now=datetime.now(UTC)
    )
    async with gateway(store, centre, f"?number_format={form}"):
        await until(store, SOON_S, delivered=1)
    assert [pdu.destination_addr.decode() for pdu in centre.submissions] == [written]
