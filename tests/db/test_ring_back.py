from __future__ import annotations

from datetime import datetime

import pytest

from db.alerts import alerts, ring_back
from db.engine.store import Store
from db.queue import attempts
from db.residents import contacts
from db.texts import messages
from rules.audience import Target
from rules.model import Channel, Numbers
from rules.outcome import DeliveryOutcome, Disposition, Outcome
from rules.status import AlertStatus, AttemptStatus
from tests.db.town import NO_ANSWER, later, number, people, running

A, B = number(1), number(2)


async def missed(store: Store) -> int:
    """An alert to two people; the first did not answer and is called again in five minutes."""
    first, second = await people(store, [A], [B])
    alert_id = await running(store, [first, second])
    for attempt in await attempts.claim(store, 10, now=later(1)):
        if attempt.address == A:
            await attempts.finish(store, attempt.id, NO_ANSWER, now=later(30))
    return alert_id


A_SECOND_LATER = later(1)


async def rung(store: Store, now: datetime = A_SECOND_LATER, disposition: Disposition = Disposition.NO_ANSWER) -> None:
    for attempt in await attempts.claim(store, 10, now=now):
        await attempts.finish(store, attempt.id, Outcome(disposition), now=now)


async def test_who_was_called_is_known_by_their_number(store: Store) -> None:
    alert_id = await missed(store)
    (called,) = await ring_back.called_for(store, A, now=later(60))
    assert (called.alert.id, called.language, called.acknowledged) == (alert_id, "fr", False)
    assert await ring_back.called_for(store, number(3), now=later(60)) == []


async def test_an_acknowledgement_is_stored_and_withdraws_the_redial(store: Store) -> None:
    alert_id = await missed(store)
    assert await ring_back.acknowledge(store, A, alert_id, now=later(60)) == 1
    mine, other = await alerts.deliveries(store, alert_id)
    assert mine.outcome is DeliveryOutcome.ACKNOWLEDGED
    assert sorted(each.status for each in mine.attempts) == ["finished", "finished", "withdrawn"]
    assert other.outcome is None
    (called,) = await ring_back.called_for(store, A, now=later(61))
    assert called.acknowledged


async def test_the_last_acknowledgement_ends_the_alert(store: Store) -> None:
    (first,) = await people(store, [A])
    alert_id = await running(store, [first])
    await rung(store)
    await ring_back.acknowledge(store, A, alert_id, now=later(60))
    found = await alerts.get(store, alert_id)
    assert found is not None
    assert found.status is AlertStatus.DONE
    assert await attempts.claim(store, 10, now=later(600)) == []


async def test_an_acknowledgement_after_the_end_counts(store: Store) -> None:
    alert_id = await missed(store)
    for moment in (400, 800):
        for attempt in await attempts.claim(store, 10, now=later(moment)):
            await attempts.finish(store, attempt.id, NO_ANSWER, now=later(moment + 30))
    await ring_back.acknowledge(store, A, alert_id, now=later(3600))
    mine, _ = await alerts.deliveries(store, alert_id)
    assert mine.outcome is DeliveryOutcome.ACKNOWLEDGED


async def test_a_day_after_its_end_an_alert_is_told_no_more(store: Store) -> None:
    (first,) = await people(store, [A])
    alert_id = await running(store, [first])
    await rung(store)
    await ring_back.acknowledge(store, A, alert_id, now=later(60))
    assert await ring_back.called_for(store, A, now=later(3600)) != []
    assert await ring_back.called_for(store, A, now=later(60 + 24 * 3600 + 1)) == []


async def test_both_who_share_a_number_have_understood(store: Store) -> None:
    first, second = await people(store, [A], [A])
    alert_id = await running(store, [first, second])
    await rung(store)
    await rung(store, later(2))
    assert await ring_back.acknowledge(store, A, alert_id, now=later(60)) == 2


@pytest.mark.parametrize("disposition", list(Disposition))
async def test_only_a_number_that_has_rung_acknowledges(disposition: Disposition, store: Store) -> None:
    (first,) = await people(store, [A])
    alert_id = await running(store, [first])
    assert await ring_back.acknowledge(store, A, alert_id, now=later(1)) == 0, "it was not called yet"
    await rung(store, disposition=disposition)
    has_rung = disposition in ("human", "machine", "no_answer", "refused")
    assert bool(await ring_back.called_for(store, A, now=later(60))) is has_rung
    assert await ring_back.acknowledge(store, A, alert_id, now=later(60)) == has_rung


async def test_while_it_rings_it_may_be_acknowledged(store: Store) -> None:
    (first,) = await people(store, [A])
    alert_id = await running(store, [first])
    (attempt,) = await attempts.claim(store, 1, now=later(1))
    for status in (AttemptStatus.PLACED, AttemptStatus.RINGING):
        assert await ring_back.acknowledge(store, A, alert_id, now=later(1)) == 0
        await attempts.advance(store, attempt.id, status, at=later(2))
    assert await ring_back.acknowledge(store, A, alert_id, now=later(3)) == 1


@pytest.mark.parametrize("numbers", list(Numbers))
async def test_the_persons_other_numbers_and_texts_go_on(numbers: Numbers, store: Store) -> None:
    (first,) = await people(store, [A, B])
    async with store.writing() as c:
        await contacts.put_point(c, first.id, Channel.SMS, A)
    found = await contacts.get(store, first.id)
    assert found is not None
    alert_id = await running(store, [found], numbers=numbers)
    (text,) = await messages.claim(store, 5, channel=Channel.SMS, provider="smpp", now=later(0))
    await rung(store)
    await ring_back.acknowledge(store, A, alert_id, now=later(60))
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is None
    (call,) = await attempts.claim(store, 5, now=later(3600))
    assert call.address == B
    await attempts.finish(store, call.id, NO_ANSWER, now=later(3630))
    for hour in (2, 3):
        (call,) = await attempts.claim(store, 5, now=later(hour * 3600))
        assert call.address == B
        await attempts.finish(store, call.id, NO_ANSWER, now=later(hour * 3600 + 30))
    (delivery,) = await alerts.deliveries(store, alert_id)
    assert delivery.outcome is DeliveryOutcome.ACKNOWLEDGED
    assert text.address == A


async def test_what_is_for_single_numbers_is_not_public(store: Store) -> None:
    (first,) = await people(store, [A])
    for target in (Target(everyone=True), Target(numbers=(A,))):
        await running(store, [first], target=target)
        await rung(store)
    await rung(store, later(2))
    found = await ring_back.called_for(store, A, now=later(60))
    assert sorted(each.public for each in found) == [False, True]
