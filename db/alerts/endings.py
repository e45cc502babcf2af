"""Alerts that stop before everybody was tried: cancelled, or past their time.

The alert is stopped at once, by its own row: claims no longer look at it. What waited for it is cleared away after,
some people at a time, so that the calls of other alerts are stored in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select, update

from db.alerts import follow_up
from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import alert, attempt, attempt_waits, delivery, message, message_is_unfinished, message_waits
from rules.status import AlertStatus, AttemptStatus, MessageStatus

CHUNK = 500
"""People cleared away in one transaction."""


async def clear(store: Store, alert_id: int, now: datetime, *, reason: str, chunk: int = CHUNK) -> None:
    """Withdraw the waiting calls and texts of an alert that is stopped, and close the deliveries that have no call
    open."""
    after = 0
    while True:
        async with store.writing() as c:
            people = await _undecided(c, alert_id, after, chunk)
            if not people:
                await follow_up.settle(c, alert_id, now)
                return
            await _withdraw(c, people, now, reason)
            await follow_up.follow_up(c, people, now)
            after = people[-1]


async def _undecided(c: Connection, alert_id: int, after: int, most: int) -> Sequence[int]:
    theirs = delivery.c.alert_id == alert_id, delivery.c.id > after, delivery.c.told_with.is_(None)
    waits = or_(
        exists().where(attempt.c.delivery_id == delivery.c.id, attempt_waits),
        exists().where(message.c.delivery_id == delivery.c.id, message_waits),
    )
    query = select(delivery.c.id).where(*theirs, or_(delivery.c.outcome.is_(None), waits))
    return (await c.execute(query.order_by(delivery.c.id).limit(most))).scalars().all()


async def _withdraw(c: Connection, people: Sequence[int], now: datetime, reason: str) -> None:
    calls = attempt.c.delivery_id.in_(people), attempt_waits
    texts = message.c.delivery_id.in_(people), message_waits
    await c.execute(update(attempt).where(*calls).values(status=AttemptStatus.WITHDRAWN, ended_at=now))
    withdrawn = {"status": MessageStatus.WITHDRAWN, "reason": reason, "ended_at": now}
    await c.execute(update(message).where(*texts).values(withdrawn))


async def sweep(store: Store, now: datetime) -> None:
    """End the alerts that are past their time, and go on clearing what a program that died was clearing."""
    for alert_id in await _expired(store, now):
        async with store.writing() as c:
            # So that it is settled like any other; nothing of it is claimed any more.
            held = alert.c.id == alert_id, alert.c.status.in_([AlertStatus.QUEUED, AlertStatus.PAUSED])
            await c.execute(update(alert).where(*held).values(status=AlertStatus.RUNNING))
        await clear(store, alert_id, now, reason="expired")
    for alert_id in await _half_cleared(store):
        await clear(store, alert_id, now, reason="cancelled")


async def _expired(store: Store, now: datetime) -> Sequence[int]:
    going = alert.c.status.in_([AlertStatus.QUEUED, AlertStatus.RUNNING, AlertStatus.PAUSED])
    calls = exists().where(attempt.c.alert_id == alert.c.id, attempt_waits)
    texts = exists().where(message.c.alert_id == alert.c.id, message_is_unfinished)
    held = alert.c.status != AlertStatus.RUNNING
    async with store.reading() as c:
        query = select(alert.c.id).where(going, alert.c.expires_at <= now, or_(calls, texts, held))
        return (await c.execute(query)).scalars().all()


async def _half_cleared(store: Store) -> Sequence[int]:
    calls = exists().where(attempt.c.alert_id == alert.c.id, attempt_waits)
    texts = exists().where(message.c.alert_id == alert.c.id, message_waits)
    async with store.reading() as c:
        query = select(alert.c.id).where(alert.c.status == AlertStatus.CANCELLED, or_(calls, texts))
        return (await c.execute(query)).scalars().all()
