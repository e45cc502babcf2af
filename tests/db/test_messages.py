from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from db.alerts import alerts
from db.engine import heartbeat
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from db.texts import denials, messages
from rules.audience import Planned
from rules.model import Channel, Language, Message
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus, MessageStatus
from tests.db.town import NO_ANSWER, NOW, draft, later, number, outcomes, people, running

A, B = number(1), number(2)


async def texting(store: Store, *numbers: str, channels: tuple[Channel, ...] = (Channel.SMS,)) -> int:
    """An alert by text to people with one number each."""
    everyone = await people(store, *([each] for each in numbers), channel=Channel.SMS)
    planned = [Planned(contact, contact.points) for contact in everyone]
    alert_id = await alerts.create(store, draft(channels=channels), planned, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    return alert_id


async def only(store: Store) -> Message:
    (message,) = await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=NOW)
    return message


async def text_of(store: Store, alert_id: int) -> Message:
    (delivery,) = await alerts.deliveries(store, alert_id)
    (message,) = delivery.messages
    return message


async def answer(store: Store, *, secret: bool = False, now_s: float = 0) -> str:
    return await messages.queue(
        store, A, "123456", channel=Channel.SMS, language=Language.FR, now=later(now_s), secret=secret
    )


async def test_claimed_once(store: Store) -> None:
    await texting(store, *(number(n) for n in range(50)))
    batches = await asyncio.gather(
        *(messages.claim(store, 7, channel=Channel.SMS, provider="smpp", now=NOW) for _ in range(10))
    )
    claimed = [message.id for batch in batches for message in batch]
    assert len(claimed) == len(set(claimed)) == 50
    assert {message.status for batch in batches for message in batch} == {MessageStatus.SENDING}
    assert await messages.claim(store, 0, channel=Channel.SMS, provider="smpp", now=NOW) == []


async def test_sent_then_delivered(store: Store) -> None:
    alert_id = await texting(store, A)
    message = await only(store)
    assert await messages.sent(store, message.id, provider="smpp", external_ids=["a", "b"], parts=2, now=later(1))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.TEXTED]
    assert await messages.receipt(store, "a", True, provider="smpp", reason="", now=later(2))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.TEXTED], "one part is still under way"
    assert await messages.receipt(store, "b", True, provider="smpp", reason="", now=later(3))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED]
    text = await text_of(store, alert_id)
    assert (text.status, text.parts, text.sent_at, text.ended_at) == (
        MessageStatus.DELIVERED,
        2,
        later(1),
        later(3),
    )


async def test_the_receipt_comes_before_the_response(store: Store) -> None:
    alert_id = await texting(store, A)
    message = await only(store)
    assert not await messages.receipt(store, "a", True, provider="smpp", reason="", now=later(1))
    assert await messages.sent(store, message.id, provider="smpp", external_ids=["a"], parts=1, now=later(2))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED]


async def test_the_receipt_comes_twice(store: Store) -> None:
    alert_id = await texting(store, A)
    await messages.sent(store, (await only(store)).id, provider="smpp", external_ids=["a"], parts=1, now=NOW)
    told = [await messages.receipt(store, "a", ok, provider="smpp", reason="", now=NOW) for ok in (True, True, False)]
    assert told == [True, False, False]
    assert await outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED]


async def test_one_lost_part_loses_the_text(store: Store) -> None:
    alert_id = await texting(store, A)
    await messages.sent(store, (await only(store)).id, provider="smpp", external_ids=["a", "b"], parts=2, now=NOW)
    await messages.receipt(store, "a", True, provider="smpp", reason="", now=NOW)
    await messages.receipt(store, "b", False, provider="smpp", reason="EXPIRED", now=NOW)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]
    text = await text_of(store, alert_id)
    assert (text.status, text.reason) == (MessageStatus.FAILED, "EXPIRED")


async def test_postponed_and_sent_again(store: Store) -> None:
    alert_id = await texting(store, A)
    message = await only(store)
    assert await messages.postpone(store, message.id, until=later(5))
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(4)) == []
    (again,) = await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(5))
    assert (again.id, again.tries) == (message.id, 2)
    assert await outcomes(store, alert_id) == [None]


async def test_failed_for_good(store: Store) -> None:
    alert_id = await texting(store, A)
    message = await only(store)
    assert await messages.failed(store, message.id, "no such number", now=NOW, dead_number=True)
    assert not await messages.failed(store, message.id, "no such number", now=NOW)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]
    contact = await contacts.find(store, A)
    assert contact is not None
    assert (contact.points[0].suspected, contact.points[0].dead) == (True, False)
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE


async def test_a_crash_between_marking_and_sending(store: Store) -> None:
    """Nobody knows whether it left: it is not sent again, and a late receipt still counts."""
    alert_id = await texting(store, A)
    message = await only(store)
    assert await messages.lost_track(store, NOW, channel=Channel.SMS) == 1
    assert await messages.lost_track(store, NOW, channel=Channel.SMS) == 0
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(3600)) == []
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]
    assert await messages.sent(store, message.id, provider="smpp", external_ids=["a"], parts=1, now=NOW)
    assert await messages.receipt(store, "a", True, provider="smpp", reason="", now=NOW)
    assert await outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED]


@pytest.mark.parametrize("status", [AlertStatus.PAUSED, AlertStatus.CANCELLED])
async def test_nothing_of_an_alert_that_is_stopped(store: Store, status: AlertStatus) -> None:
    alert_id = await texting(store, A)
    await alerts.move(store, alert_id, status, NOW)
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=NOW) == []


async def test_answers_first_and_even_to_who_opted_out(store: Store) -> None:
    await texting(store, A, B)
    await answer(store, now_s=5)
    await contacts.opt_out(store, A, Channel.SMS, via="sms", now=NOW)
    claimed = await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(5))
    assert [(message.address, message.delivery_id is None) for message in claimed] == [(A, True), (B, False)]


async def test_a_secret_is_blanked_once_the_carrier_took_it(store: Store) -> None:
    for end in ("sent", "failed", "lost"):
        await answer(store, secret=True)
        message = await only(store)
        assert message.body == "123456"
        if end == "sent":
            await messages.sent(store, message.id, provider="smpp", external_ids=[end], parts=1, now=NOW)
        elif end == "failed":
            await messages.failed(store, message.id, "refused", now=NOW)
        else:
            await messages.lost_track(store, NOW, channel=Channel.SMS)
    async with store.reading() as c:
        stored = (await c.exec_driver_sql("SELECT DISTINCT body FROM message")).scalars().all()
    assert stored == [""]


async def test_a_postponed_secret_is_still_to_be_sent(store: Store) -> None:
    await answer(store, secret=True)
    await messages.postpone(store, (await only(store)).id, until=NOW)
    assert (await only(store)).body == "123456"


async def test_a_text_of_an_alert_written_later(store: Store) -> None:
    alert_id = await texting(store, A)
    (delivery,) = await alerts.deliveries(store, alert_id)
    await messages.queue(
        store, A, "Fin de l'avis.", channel=Channel.SMS, language=Language.FR, now=NOW, delivery_id=delivery.id
    )
    claimed = await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=NOW)
    assert {message.delivery_id for message in claimed} == {delivery.id}
    assert len(claimed) == 2


async def test_an_alert_by_voice_alone_gets_no_texts_later(store: Store) -> None:
    alert_id = await running(store, await people(store, [A]), channels=(Channel.VOICE,))
    (delivery,) = await alerts.deliveries(store, alert_id)
    with pytest.raises(ValueError, match=f"alert {alert_id} goes out by voice"):
        await messages.queue(
            store, A, "Fin de l'avis.", channel=Channel.SMS, language=Language.FR, now=NOW, delivery_id=delivery.id
        )


async def test_what_came_in_is_kept_in_the_resident_s_language(store: Store) -> None:
    (contact,) = await people(store, [A])
    await contacts.set_language(store, contact.id, Language.EN, now=NOW)
    for address in (A, B):
        await messages.received(store, address, "ARRÊT", channel=Channel.SMS, provider="smpp", now=NOW)
    async with store.reading() as c:
        kept = (await c.exec_driver_sql("SELECT address, body, language, status FROM message")).all()
    assert sorted(map(tuple, kept)) == [(A, "ARRÊT", "en", "received"), (B, "ARRÊT", "fr", "received")]


async def test_text_and_calls_together(store: Store) -> None:
    """A text that arrived, and calls that nobody answered: delivered. The calls go on meanwhile."""
    (contact,) = await people(store, [A])
    await contacts.add_point(store, contact.id, Channel.SMS, A, now=NOW)
    found = await contacts.get(store, contact.id)
    assert found is not None
    planned = [Planned(found, found.points)]
    alert_id = await alerts.create(store, draft(redials=0), planned, [], by="test", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    await messages.sent(store, (await only(store)).id, provider="smpp", external_ids=["a"], parts=1, now=NOW)
    await messages.receipt(store, "a", True, provider="smpp", reason="", now=NOW)
    assert await outcomes(store, alert_id) == [None]
    (call,) = await attempts.claim(store, 1, now=NOW)
    assert await attempts.finish(store, call.id, NO_ANSWER, now=NOW) is DeliveryOutcome.DELIVERED


async def test_many_receipts_at_once(store: Store) -> None:
    alert_id = await texting(store, *(number(n) for n in range(60)))
    claimed = await messages.claim(store, 60, channel=Channel.SMS, provider="smpp", now=NOW)
    await asyncio.gather(
        *(messages.sent(store, each.id, provider="smpp", external_ids=[each.id], parts=1, now=NOW) for each in claimed),
        *(messages.receipt(store, each.id, True, provider="smpp", reason="", now=NOW) for each in claimed),
    )
    assert set(await outcomes(store, alert_id)) == {DeliveryOutcome.DELIVERED}


async def test_a_receipt_that_spells_the_id_in_another_way(store: Store) -> None:
    """Of a text of an earlier run: the store alone knows its id."""
    alert_id = await texting(store, A)
    await messages.sent(store, (await only(store)).id, provider="smpp", external_ids=["0F8A"], parts=1, now=NOW)
    assert await messages.receipt(store, "3978", True, provider="smpp", reason="", now=NOW, spellings=("f8a", "0F8A"))
    assert await outcomes(store, alert_id) == [DeliveryOutcome.DELIVERED]
    assert not await messages.receipt(
        store, "3978", False, provider="smpp", reason="", now=NOW, spellings=("f8a", "0F8A")
    )


async def test_a_direct_answer_is_not_sent_once_it_waited_too_long(store: Store) -> None:
    await answer(store, secret=True)
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(600)) == []
    (message,) = await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(599))
    await messages.postpone(store, message.id, until=later(601))
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(700)) == []


async def test_a_code_that_no_carrier_takes_does_not_stay_in_the_store(store: Store) -> None:
    await answer(store, secret=True)
    await attempts.sweep(store, later(599))
    assert (await only(store)).body == "123456"
    await answer(store, secret=True)
    assert await attempts.sweep(store, later(600)) == 1
    async with store.reading() as c:
        kept = await c.exec_driver_sql("SELECT status, reason, body FROM message ORDER BY status DESC")
        assert list(map(tuple, kept)) == [("withdrawn", "expired", ""), ("sending", "", "123456")]


async def test_a_text_of_an_alert_is_not_sent_after_its_alert_has_expired(store: Store) -> None:
    everyone = await people(store, [A], channel=Channel.SMS)
    planned = [Planned(contact, contact.points) for contact in everyone]
    alert_id = await alerts.create(
        store, draft(channels=(Channel.SMS,), expires_at=later(60)), planned, [], by="test", now=NOW
    )
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(60)) == []
    await attempts.sweep(store, later(60))
    text = await text_of(store, alert_id)
    assert (text.status, text.reason) == (MessageStatus.WITHDRAWN, "expired")
    assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_a_clock_that_is_put_back_lets_no_code_live_longer(store: Store) -> None:
    await heartbeat.beat(store, NOW)
    await answer(store)
    await heartbeat.beat(store, later(-3600))
    assert await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=later(-3600 + 600)) == []


async def test_a_receipt_that_says_that_nobody_has_the_number(store: Store) -> None:
    """Evidence, once: suspected, not dead."""
    await texting(store, A)
    await messages.sent(store, (await only(store)).id, provider="smpp", external_ids=["a"], parts=1, now=NOW)
    denial = await denials.note(store, "a", provider="smpp", reason="UNDELIV", now=NOW)
    assert denial is not None
    assert await denials.believe(store, denial, where="carrier:2775", now=NOW)
    found = await contacts.find(store, A)
    assert found is not None
    assert (found.points[0].suspected, found.points[0].dead) == (True, False)


async def test_a_number_that_is_refused_in_two_alerts_a_day_apart_is_dead(store: Store) -> None:
    await texting(store, A)
    await refused(store, NOW)
    person = await contacts.find(store, A)
    assert person is not None
    assert (person.points[0].suspected, person.points[0].dead) == (True, False)
    planned, next_day = [Planned(person, person.points)], later(1.1 * 86400)
    await alerts.create(store, draft(channels=(Channel.SMS,)), planned, [], by="test", now=next_day)
    await refused(store, next_day + timedelta(seconds=1))
    person = await contacts.find(store, A)
    assert person is not None
    assert person.points[0].dead


async def refused(store: Store, now: datetime) -> None:
    (text,) = await messages.claim(store, 10, channel=Channel.SMS, provider="smpp", now=now)
    await messages.failed(store, text.id, "bad_number", now=now, dead_number=True, where="carrier:2775")


async def test_what_a_carrier_brings_twice_under_one_id_is_kept_once(store: Store) -> None:
    """Another carrier may use the same id, and so may this one for a text that goes out."""
    await answer(store)
    await messages.sent(store, (await only(store)).id, provider="smpp", external_ids=["a"], parts=1, now=NOW)
    brought = [
        await messages.received(
            store, A, "ARRÊT", channel=Channel.SMS, provider=provider, external_id="a", now=later(moment)
        )
        for moment, provider in enumerate(("smpp", "smpp", "other"))
    ]
    assert brought[0] == brought[1] != brought[2]
    assert await messages.receipt(store, "a", True, provider="smpp", reason="", now=later(9))
    async with store.reading() as c:
        kept = await c.exec_driver_sql("SELECT status, provider FROM message ORDER BY created_at, provider")
        assert [tuple(row) for row in kept] == [("delivered", "smpp"), ("received", "smpp"), ("received", "other")]


async def test_a_receipt_is_of_the_carrier_that_names_the_text(store: Store) -> None:
    """Two carriers count their texts from one, each for itself; one that begins again means its newest."""
    alert_id = await texting(store, A, B)
    first, second = await messages.claim(store, 2, channel=Channel.SMS, provider="smpp", now=NOW)
    await messages.sent(store, first.id, provider="other", external_ids=["1"], parts=1, now=NOW)
    await messages.sent(store, second.id, provider="smpp", external_ids=["1"], parts=1, now=NOW)
    assert await messages.receipt(store, "1", True, provider="other", reason="", now=NOW)
    assert await arrived(store, alert_id) == [first.id]
    await answer(store, now_s=1)
    await messages.sent(store, (await only_at(store, 1)).id, provider="smpp", external_ids=["1"], parts=1, now=later(1))
    assert await messages.receipt(store, "1", True, provider="smpp", reason="", now=later(2))
    assert await arrived(store, alert_id) == [first.id]


async def arrived(store: Store, alert_id: int) -> list[str]:
    texts = [text for each in await alerts.deliveries(store, alert_id) for text in each.messages]
    return [text.id for text in texts if text.status is MessageStatus.DELIVERED]


async def only_at(store: Store, now_s: float) -> Message:
    (message,) = await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=later(now_s))
    return message
