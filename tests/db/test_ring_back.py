from __future__ import annotations

from alerts.outcome import DeliveryOutcome
from alerts.status import AlertStatus
from db import alerts, attempts, ring_back
from db.store import Store
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
    await ring_back.acknowledge(store, A, alert_id, now=later(60))
    assert await ring_back.called_for(store, A, now=later(3600)) != []
    assert await ring_back.called_for(store, A, now=later(60 + 24 * 3600 + 1)) == []


async def test_both_who_share_a_number_have_understood(store: Store) -> None:
    first, second = await people(store, [A], [A])
    alert_id = await running(store, [first, second])
    assert await ring_back.acknowledge(store, A, alert_id, now=later(60)) == 2
