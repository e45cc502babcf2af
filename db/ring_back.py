"""Residents who call the number that called them: for which alerts, and their acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.model import Alert, Errand, Language
from alerts.outcome import DeliveryOutcome, Disposition, Reply
from alerts.status import AlertStatus, AttemptStatus
from db import rows
from db.alerts import CURRENT_FOR
from db.follow_up import follow_up
from db.schema import LANES, alert, attempt, attempt_waits, contact_point, delivery
from db.store import Store


@dataclass(frozen=True, slots=True)
class Called:
    """An alert for which a number was called, or is going to be. `acknowledged`: by everybody at this number."""

    alert: Alert
    language: Language
    acknowledged: bool


def is_current(now: datetime) -> ColumnElement[bool]:
    """Running, or over for less than a day."""
    over = and_(alert.c.status == AlertStatus.DONE, alert.c.ended_at > now - CURRENT_FOR)
    return or_(alert.c.status == AlertStatus.RUNNING, over)


async def called_for(store: Store, number: str, *, now: datetime) -> list[Called]:
    """The current alerts of this number (E.164), newest first."""
    query = (
        select(alert, delivery.c.language, (delivery.c.outcome == DeliveryOutcome.ACKNOWLEDGED).label("acknowledged"))
        .join(delivery, delivery.c.alert_id == alert.c.id)
        .where(is_current(now), *_of(number))
        .order_by(alert.c.id.desc(), delivery.c.id)
    )
    found: dict[int, list[rows.Row]] = {}
    async with store.reading() as c:
        for row in await c.execute(query):
            found.setdefault(row.id, []).append(row)
    return [_called(people) for people in found.values()]


def _of(number: str) -> list[ColumnElement[bool]]:
    """Deliveries with a call to this number. By way of the contacts: they are found by number at once."""
    holders = select(contact_point.c.contact_id).where(contact_point.c.address == number)
    calls = attempt.c.address == number, attempt.c.errand == Errand.ALERT
    return [
        delivery.c.contact_id.in_(holders),
        exists().where(*calls, attempt.c.delivery_id == delivery.c.id).correlate(delivery),
    ]


def _called(people: Sequence[rows.Row]) -> Called:
    first = people[0]
    return Called(rows.alert(first), Language(first.language), all(bool(each.acknowledged) for each in people))


async def acknowledge(store: Store, number: str, alert_id: int, *, now: datetime) -> int:
    """Everybody called at this number for the alert has understood it: stored as a call that came in; calls that wait
    are withdrawn. Returns how many people that is."""
    async with store.writing() as c:
        people = await _people(c, number, alert_id)
        if people:
            ids = [person.id for person in people]
            waiting = update(attempt).where(attempt.c.delivery_id.in_(ids), attempt_waits)
            await c.execute(waiting.values(status=AttemptStatus.WITHDRAWN, ended_at=now))
            await c.execute(insert(attempt), [_row(person, number, now) for person in people])
            await follow_up(c, ids, now)
    return len(people)


async def _people(c: AsyncConnection, number: str, alert_id: int) -> Sequence[Any]:
    query = (
        select(delivery.c.id, delivery.c.language, delivery.c.alert_id, alert.c.purpose)
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(delivery.c.alert_id == alert_id, *_of(number))
    )
    return (await c.execute(query)).all()


def _row(person: Any, number: str, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "errand": Errand.RING_BACK,
        "lane": LANES[person.purpose],
        "status": AttemptStatus.FINISHED,
        "address": number,
        "language": person.language,
        "due_at": now,
        "alert_id": person.alert_id,
        "delivery_id": person.id,
        "answered_at": now,
        "ended_at": now,
        "disposition": Disposition.HUMAN,
        "reply": Reply.ACKNOWLEDGED,
        "heard": 1.0,
    }
