from __future__ import annotations

from alerts.outcome import DeliveryOutcome
from alerts.status import AlertStatus
from db import alerts, attempts
from db.store import Store
from tests.db.town import ACKNOWLEDGED, NO_ANSWER, NOW, later, number, people, running


async def test_no_answer_then_acknowledged(store: Store) -> None:
    alert_id = await running(store, await people(store, [number(1)]))
    (first,) = await attempts.claim(store, 10, now=NOW)
    assert await attempts.finish(store, first.id, NO_ANSWER, now=later(32)) is None
    assert await attempts.claim(store, 10, now=later(300)) == []
    assert await attempts.next_due(store) == later(332)
    (second,) = await attempts.claim(store, 10, now=later(332))
    assert await attempts.finish(store, second.id, ACKNOWLEDGED, now=later(400)) is DeliveryOutcome.ACKNOWLEDGED
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    assert alert.status is AlertStatus.DONE
