"""Texts over real TCP: the gateway, the store and the lab's short-message centre, in one town."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import schema
from db.alerts import alerts
from db.engine import rows
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from db.texts import messages
from lab.smsc import Centre
from lab.text_phones import ReceivedText
from rules import wording
from rules.model import Channel, Language, Message
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus, MessageStatus
from rules.suspicion import HOLD_S
from sms_gateway.app import Gateway
from sms_gateway.provider import Incoming, Receipt
from sms_gateway.providers import smpp
from tests.db import town

SENDER = "514 555-0100"
TELEPHONE = "+15145550199"
RESPONSE_S = 5.0
SOON_S = 0.5  # where the centre says nothing
OUTAGE_S = 10.0
PATIENCE_S = 20.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    playing = Centre(receipt_s=0.02, reply_s=0.02)
    await playing.start()
    yield playing
    await playing.close()
    assert playing.faults == []


@contextlib.asynccontextmanager
async def gateway(
    store: Store, centre: Centre, options: str = "", *, enquire_s: float = 30.0, response_s: float = RESPONSE_S
) -> AsyncIterator[None]:
    provider = smpp.Smpp(centre.url + options, SENDER, response_s=response_s, enquire_s=enquire_s)
    running = asyncio.create_task(Gateway(store, provider, organization="Ville", telephone=TELEPHONE).run())
    try:
        yield
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.wait({running})


async def until(happened: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(limit_s):
        while not happened():
            await asyncio.sleep(0.02)


async def of_status(store: Store, *statuses: MessageStatus) -> list[Message]:
    async with store.reading() as c:
        found = await c.execute(schema.message.select().where(schema.message.c.status.in_(statuses)))
        return [rows.message(row) for row in found]


async def finished(store: Store, count: int, limit_s: float = PATIENCE_S) -> dict[str, Message]:
    """All texts out, by the last two digits of their number, once none waits, is being sent, or expects a receipt."""
    ends = MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.UNKNOWN, MessageStatus.WITHDRAWN
    async with asyncio.timeout(limit_s):
        while len(ended := await of_status(store, *ends)) < count:
            await asyncio.sleep(0.05)
    return {message.address[-2:]: message for message in ended}


async def queued(store: Store, number: str, body: str = "Bonjour", **options: Any) -> str:
    return await messages.queue(
        store, number, body, channel=Channel.SMS, language=Language.FR, now=datetime.now(UTC), **options
    )


EXPECTED = {
    "01": (MessageStatus.DELIVERED, "", 1),
    "60": (MessageStatus.FAILED, "UNDELIV 001", 1),
    "61": (MessageStatus.FAILED, "bad_number", 0),
    "62": (MessageStatus.DELIVERED, "", 1),
    "63": (MessageStatus.DELIVERED, "", 1),
    "64": (MessageStatus.DELIVERED, "", 1),
    "65": (MessageStatus.DELIVERED, "", 1),
    "66": (MessageStatus.FAILED, "EXPIRED 001", 1),
    "67": (MessageStatus.FAILED, "refused", 0),
    "68": (MessageStatus.FAILED, "unknown_code", 0),
    "69": (MessageStatus.DELIVERED, "", 1),
    "70": (MessageStatus.UNKNOWN, "no_response", 1),
    "71": (MessageStatus.DELIVERED, "", 1),
    "73": (MessageStatus.DELIVERED, "", 1),
    "74": (MessageStatus.DELIVERED, "", 1),
    "75": (MessageStatus.DELIVERED, "", 1),
}


async def test_every_telephone_of_the_town(store: Store, centre: Centre) -> None:
    for ending in EXPECTED:
        await queued(store, f"+151455501{ending}")
    async with gateway(store, centre):
        ended = await finished(store, len(EXPECTED))
    seen = {
        ending: (message.status, message.reason, len(centre.phone(message.address).texts))
        for ending, message in ended.items()
    }
    assert seen == EXPECTED
    assert centre.binds == 1


async def test_the_link_is_cut_in_place_of_a_response(store: Store, centre: Centre) -> None:
    await queued(store, "+15145550172")
    async with gateway(store, centre):
        await finished(store, 1)
        await queued(store, "+15145550101")
        ended = await finished(store, 2)
    assert (ended["72"].status, ended["72"].reason) == (MessageStatus.UNKNOWN, "no_response")
    assert ended["01"].status is MessageStatus.DELIVERED
    assert [phone.submissions for phone in centre.phones.values()] == [1, 1]


@pytest.mark.parametrize(
    "body",
    [
        "Avis d'ébullition à Valmont: faites bouillir l'eau.",
        "x" * 152 + "€" + "y" * 100,
        "Évacuez l’île dès maintenant 🌊 " * 6,
        "[{}]~|^\\€" * 40,
    ],
)
async def test_body_is_read_as_written(store: Store, centre: Centre, body: str) -> None:
    await queued(store, "+15145550101", body)
    async with gateway(store, centre):
        ended = await finished(store, 1)
    parts = wording.parts(body)
    coding = 0 if parts.encoding == wording.GSM_7 else 8
    assert centre.phone("+15145550101").texts == [ReceivedText("15145550100", body, parts.count, coding)]
    assert (ended["01"].status, ended["01"].parts) == (MessageStatus.DELIVERED, parts.count)


async def test_secret_body_is_blanked_once_taken(store: Store, centre: Centre) -> None:
    await queued(store, "+15145550101", "Votre code: 123456", secret=True)
    async with gateway(store, centre):
        ended = await finished(store, 1)
    assert ended["01"].body == ""
    assert centre.phone("+15145550101").texts[0].body == "Votre code: 123456"


async def test_alert_is_delivered_and_done(store: Store, centre: Centre) -> None:
    people = await town.people(store, *[[f"+15145550{n:03d}"] for n in range(100, 150)], channel=Channel.SMS)
    alert_id = await town.running(store, people, channels=(Channel.SMS,))
    async with gateway(store, centre):
        await finished(store, 50)
    deliveries = await alerts.deliveries(store, alert_id)
    assert Counter(each.outcome for each in deliveries) == {DeliveryOutcome.DELIVERED: 50}
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE


async def test_number_that_does_not_exist_is_suspected(store: Store, centre: Centre) -> None:
    (person,) = await town.people(store, ["+15145550161"], channel=Channel.SMS)
    alert_id = await town.running(store, [person], channels=(Channel.SMS,))
    async with gateway(store, centre):
        await finished(store, 1, HOLD_S + PATIENCE_S)
    told = await contacts.get(store, person.id)
    assert told is not None
    assert (told.points[0].suspected, told.points[0].dead) == (True, False)
    assert [each.outcome for each in await alerts.deliveries(store, alert_id)] == [DeliveryOutcome.UNREACHED]


async def test_centre_gone_for_ten_seconds_in_the_middle(store: Store, centre: Centre) -> None:
    numbers = [f"+15145550{n:03d}" for n in range(100, 150)]
    for number in numbers:
        await queued(store, number)
    async with gateway(store, centre, "?tps=25"):
        await until(lambda: len(centre.submissions) >= 20)
        await centre.stop()
        await asyncio.sleep(OUTAGE_S)
        assert await of_status(store, MessageStatus.WAITING)
        await centre.start()
        ended = await finished(store, len(numbers))
    texts = Counter({number: len(centre.phone(number).texts) for number in numbers})
    assert max(texts.values()) == 1
    lost = {message.address for message in ended.values() if message.status is MessageStatus.UNKNOWN}
    assert {number for number in numbers if not texts[number]} <= lost
    assert len(lost) <= smpp.urls.WINDOW
    assert centre.binds == 2


async def test_a_code_that_waited_too_long_for_the_carrier(store: Store, centre: Centre) -> None:
    """What was valid ten minutes does not arrive when the carrier is back; what still is does."""
    await centre.stop()
    await queued(store, "+15145550101", "Votre code: 123456", secret=True, waits=timedelta(seconds=0.5))
    await queued(store, "+15145550102", "Votre code: 654321", secret=True)
    async with gateway(store, centre):
        await asyncio.sleep(1.0)
        await attempts.sweep(store, datetime.now(UTC))
        await centre.start()
        ended = await finished(store, 2)
    assert (ended["01"].status, ended["01"].reason, ended["01"].body) == (MessageStatus.WITHDRAWN, "expired", "")
    assert [phone.number for phone in centre.phones.values()] == ["+15145550102"]


async def test_killed_while_sending(store: Store, centre: Centre) -> None:
    await queued(store, "+15145550101")
    await messages.claim(
        store, 10, channel=Channel.SMS, provider="smpp", now=datetime.now(UTC)
    )  # the store of a program that died here
    await queued(store, "+15145550102")
    async with gateway(store, centre):
        ended = await finished(store, 2)
        await asyncio.sleep(0.5)
    assert ended["01"].status is MessageStatus.UNKNOWN
    assert ended["02"].status is MessageStatus.DELIVERED
    assert list(centre.phones) == ["+15145550102"]


async def test_disk_full_while_sending(store: Store, centre: Centre) -> None:
    """What the carrier took is recorded once there is room again; nobody gets it twice."""
    numbers = [f"+151455501{n:02d}" for n in range(20)]
    for number in numbers:
        await queued(store, number, "x" * 1500)
    async with gateway(store, centre, "?tps=200"):
        await until(lambda: len(centre.submissions) >= 50)
        async with store.writing() as c:
            pages = (await c.exec_driver_sql("PRAGMA page_count")).scalar()
            await c.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        await asyncio.sleep(1.0)
        async with store.writing() as c:
            await c.exec_driver_sql("PRAGMA max_page_count=1000000")
        ended = await finished(store, len(numbers))
    assert {message.status for message in ended.values()} == {MessageStatus.DELIVERED}
    assert all(len(centre.phone(number).texts) == 1 for number in numbers)


async def test_stopped_politely_while_sending(store: Store, centre: Centre) -> None:
    for n in range(5):
        await queued(store, f"+151455501{n:02d}")
    async with gateway(store, centre):
        await until(lambda: len(centre.submissions) == 5)
    assert len(await of_status(store, MessageStatus.SENT, MessageStatus.DELIVERED)) == 5


async def test_deaf_centre(store: Store, centre: Centre) -> None:
    """Connections stay open and nothing comes back: at most one window of texts is in doubt, the rest waits."""
    for n in range(30):
        await queued(store, f"+151455501{n:02d}")
    async with gateway(store, centre, "?window=5&tps=50", enquire_s=0.5, response_s=SOON_S):
        await until(lambda: len(centre.submissions) >= 10)
        centre.deaf = True
        await asyncio.sleep(2.0)
        centre.deaf = False
        ended = await finished(store, 30)
    outcomes = Counter(message.status for message in ended.values())
    assert outcomes[MessageStatus.UNKNOWN] <= 5
    assert outcomes[MessageStatus.DELIVERED] >= 25
    assert max(len(phone.texts) for phone in centre.phones.values()) == 1


async def test_quiet_link_is_kept_alive(store: Store, centre: Centre) -> None:
    async with gateway(store, centre, enquire_s=0.1, response_s=SOON_S):
        await until(lambda: centre.enquiries >= 3)
    assert centre.binds == 1


async def test_wrong_password(store: Store, centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    await queued(store, "+15145550101")
    centre.password = "another"
    url = centre.url.replace("another", "wrong")
    provider = smpp.Smpp(url, SENDER)
    running = asyncio.create_task(Gateway(store, provider, organization="Ville", telephone=TELEPHONE).run())
    await asyncio.sleep(0.5)
    running.cancel()
    await asyncio.wait({running})
    told = capsys.readouterr().out
    assert "TOCSIN_SMS_URL" in told
    assert "wrong" not in told
    assert [message.address for message in await of_status(store, MessageStatus.WAITING)] == ["+15145550101"]


async def test_throttling_slows_down_and_everything_arrives(store: Store, centre: Centre) -> None:
    centre.per_second = 20
    for n in range(60):
        await queued(store, f"+1514555{20 + n // 50}{n % 50:02d}")
    async with gateway(store, centre):
        ended = await finished(store, 60)
    assert {message.status for message in ended.values()} == {MessageStatus.DELIVERED}
    assert all(len(phone.texts) == 1 for phone in centre.phones.values())
    assert len(centre.refusals) < 30


@pytest.mark.parametrize(
    ("ending", "language", "begins", "stops"),
    [
        ("80", Language.FR, "Ville : c'est noté", True),
        ("80", Language.EN, "Ville: you will get no more texts", True),
        ("81", Language.EN, "Ville : c'est noté", True),
        ("88", Language.FR, "Ville : c'est noté", True),
        ("82", Language.EN, "Ville : alertes aux citoyens. Pour parler", False),
        ("83", Language.FR, "Ville: alerts for residents. To speak", False),
        ("84", Language.EN, "Ville: alerts for residents, by text", False),
        ("85", Language.FR, "Ville : personne ne lit", False),
        ("87", Language.FR, "Ville : personne ne lit", False),
    ],
)
async def test_replies(store: Store, centre: Centre, ending: str, language: Language, begins: str, stops: bool) -> None:
    number = f"+151455501{ending}"
    (person,) = await town.people(store, [number], channel=Channel.SMS)
    await contacts.set_language(store, person.id, language, now=datetime.now(UTC))
    await town.running(store, [person], channels=(Channel.SMS,))
    async with gateway(store, centre):
        await until(lambda: len(centre.phone(number).texts) == 2)
    answer = centre.phone(number).texts[1]
    assert answer.body.startswith(begins)
    assert "514 555-0199" in answer.body
    assert answer.parts == 1
    assert await contacts.opted_out(store, number, Channel.SMS) is stops


async def test_stop_means_stop(store: Store, centre: Centre) -> None:
    """The text that waits is withdrawn; a code that the resident asks for still comes."""
    (person,) = await town.people(store, ["+15145550101"], channel=Channel.SMS)
    alert_id = await town.running(store, [person], channels=(Channel.SMS,))
    await alerts.move(store, alert_id, AlertStatus.PAUSED, datetime.now(UTC))
    async with gateway(store, centre):
        await centre.say("+15145550101", "ARRÊT")
        await alerts.move(store, alert_id, AlertStatus.RUNNING, datetime.now(UTC))
        await queued(store, "+15145550101", "Votre code: 123456", secret=True)
        await finished(store, 3)
    bodies = [text.body for text in centre.phone("+15145550101").texts]
    assert sorted(body.split()[0] for body in bodies) == ["Ville", "Votre"]
    assert [each.outcome for each in await alerts.deliveries(store, alert_id)] == [DeliveryOutcome.OPTED_OUT]


async def test_stop_sent_during_an_outage(store: Store, centre: Centre) -> None:
    await centre.stop()
    saying = asyncio.create_task(centre.say("+15145550101", "stop"))
    async with gateway(store, centre):
        await centre.start()
        await saying
    assert await contacts.opted_out(store, "+15145550101", Channel.SMS)


async def test_a_robot_and_we_fall_silent(store: Store, centre: Centre) -> None:
    async with gateway(store, centre):
        await queued(store, "+15145550186")
        await until(lambda: len(centre.phone("+15145550186").texts) >= 5)
        await asyncio.sleep(0.7)
    assert len(centre.phone("+15145550186").texts) == 5
    assert len(await of_status(store, MessageStatus.RECEIVED)) == 5


@pytest.mark.parametrize("number", ["12345", "19005550101", "15149765555", "33612345678"])
async def test_numbers_that_are_kept_but_not_answered(store: Store, centre: Centre, number: str) -> None:
    async with gateway(store, centre):
        await centre.say(number, "STOP")
        await asyncio.sleep(0.5)
    assert len(await of_status(store, MessageStatus.RECEIVED)) == 1
    assert centre.submissions == []


@pytest.mark.parametrize("body", ["Liked “Répondez ARRET”", "A aimé « Ville : répondez STOP »", "👍"])
async def test_a_reaction_of_a_telephone_is_kept_but_not_answered(store: Store, centre: Centre, body: str) -> None:
    async with gateway(store, centre):
        await centre.say("+15145550101", body)
        await asyncio.sleep(0.5)
    assert [message.body for message in await of_status(store, MessageStatus.RECEIVED)] == [body]
    assert centre.submissions == []
    assert not await contacts.opted_out(store, "+15145550101", Channel.SMS)


async def test_what_could_not_be_kept_comes_again(centre: Centre) -> None:
    kept: list[Receipt | Incoming] = []

    async def take(event: Receipt | Incoming) -> None:
        if not centre.returned:
            raise OSError("disk full")
        kept.append(event)

    running = asyncio.create_task(smpp.Smpp(centre.url, SENDER).run(take))
    await centre.say("+15145550101", "STOP")
    running.cancel()
    await asyncio.wait({running})
    assert kept == [Incoming("+15145550101", "STOP")]
    assert centre.returned == 1


async def test_a_window_of_texts_waits_for_its_answers(store: Store, centre: Centre) -> None:
    """One at a time over a carrier that takes 200 ms would be five a second."""
    centre.response_s = 0.5
    for n in range(50):
        await queued(store, f"+151455502{n:02d}")
    async with gateway(store, centre, "?window=20"):
        await until(lambda: len(centre.submissions) == 50)
    assert 10 <= centre.most_open <= 20


async def test_short_code_as_sender(centre: Centre) -> None:
    async def take(event: Receipt | Incoming) -> None: ...

    provider = smpp.Smpp(centre.url, "12345")
    running = asyncio.create_task(provider.run(take))
    await provider.connected()
    await provider.send("+15145550101", "Bonjour")
    running.cancel()
    await asyncio.wait({running})
    (pdu,) = centre.submissions
    assert (pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr) == (3, 0, b"12345")
    assert (pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr) == (1, 1, b"15145550101")
    assert pdu.registered_delivery == 1
