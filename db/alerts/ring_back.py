"""Residents who call the number that called them: for which alerts, and their acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, exists, func, insert, or_, select, update

from db.alerts.alerts import is_current
from db.alerts.follow_up import follow_up
from db.engine import rows
from db.engine.columns import is_in
from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import alert, attempt, attempt_waits, contact_point, delivery
from rules.model import Alert, CallPurpose, Language
from rules.outcome import RANG, Disposition, Reply
from rules.priority import LANES
from rules.status import AttemptStatus


@dataclass(frozen=True, slots=True)
class Called:
    """An alert for which a number has rung. `acknowledged`: from this number, by everybody who has it. `public`: any
    caller may hear it; what is meant for single numbers is told to who has shown that theirs is one of them."""

    alert: Alert
    language: Language
    acknowledged: bool
    public: bool


async def called_for(store: Store, number: str, *, now: datetime) -> list[Called]:
    """The current alerts for which this number (E.164) has rung, newest first. Before it has, its caller is told no
    more than anybody: a caller's number can be forged."""
    theirs = attempt.c.address == number, attempt.c.delivery_id == delivery.c.id
    answered = exists().where(*theirs, attempt.c.reply == Reply.ACKNOWLEDGED)
    told = answered.correlate(delivery).label("acknowledged")
    query = _of(number, alert, holder.c.language, told).where(is_current(now))
    query = query.order_by(alert.c.id.desc(), delivery.c.id)
    found: dict[int, list[rows.Row]] = {}
    async with store.reading() as c:
        for row in await c.execute(query):
            found.setdefault(row.id, []).append(row)
    return [_called(people) for people in found.values()]


holder = delivery.alias("holder")


def _of(number: str, *what: Any) -> Select[Any]:
    """Deliveries with a call that rang at this number, of its holder or of who is told for their household. By way of
    the contacts: they are found by number at once."""
    holders = select(contact_point.c.contact_id).where(contact_point.c.address == number)
    called = attempt.c.address == number, attempt.c.errand == CallPurpose.ALERT, attempt.c.delivery_id == delivery.c.id
    return (
        select(*what)
        .select_from(holder)
        .join(alert, alert.c.id == holder.c.alert_id)
        .join(delivery, delivery.c.id == func.coalesce(holder.c.told_with, holder.c.id))
        .where(holder.c.contact_id.in_(holders), exists().where(*called, _rang()).correlate(delivery))
    )


def _rang() -> ColumnElement[bool]:
    rings = is_in(attempt.c.status, AttemptStatus.RINGING, AttemptStatus.ANSWERED)
    return or_(rings, is_in(attempt.c.disposition, *RANG))


def _called(people: Sequence[rows.Row]) -> Called:
    first = people[0]
    acknowledged = all(bool(each.acknowledged) for each in people)
    return Called(rows.alert(first), Language(first.language), acknowledged, bool(first.public))


async def acknowledge(store: Store, number: str, alert_id: int, *, now: datetime) -> int:
    """Everybody called at this number for the alert has understood it, there: stored as a call that came in. Calls that
    wait for this number are withdrawn; those to the person's other numbers, and texts, go on. Returns how many people
    that is; 0 where the number has not rung."""
    async with store.writing() as c:
        people = await _people(c, number, alert_id)
        if people:
            ids = [person.id for person in people]
            waiting = update(attempt).where(attempt.c.delivery_id.in_(ids), attempt.c.address == number, attempt_waits)
            await c.execute(waiting.values(status=AttemptStatus.WITHDRAWN, ended_at=now))
            await c.execute(insert(attempt), [_row(person, number, now) for person in people])
            await follow_up(c, ids, now)
    return len(people)


async def _people(c: Connection, number: str, alert_id: int) -> Sequence[Any]:
    query = _of(number, delivery.c.id, delivery.c.language, delivery.c.alert_id, alert.c.purpose)
    found: Sequence[Any] = (await c.execute(query.where(holder.c.alert_id == alert_id).distinct())).all()
    return found


def _row(person: Any, number: str, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "errand": CallPurpose.RING_BACK,
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
