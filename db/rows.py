"""From rows to records. Rows are read by name: a query must select the whole table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alerts.model import (
    Alert,
    Attempt,
    Channel,
    Contact,
    ContactPoint,
    Delivery,
    Errand,
    Household,
    Language,
    Message,
    Numbers,
    Purpose,
)
from alerts.outcome import DeliveryOutcome, Disposition, Outcome, Reply
from alerts.status import AlertStatus, AttemptStatus, MessageStatus

Row = Any
"""A row of SQLAlchemy, whose columns are attributes that no type checker knows."""


def contact(row: Row, points: Iterable[ContactPoint] = ()) -> Contact:
    return Contact(
        id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        language=Language(row.language),
        active=row.active,
        civic_number=row.civic_number,
        street=row.street,
        unit=row.unit,
        city=row.city,
        postal_code=row.postal_code,
        sector=row.sector,
        topics=tuple(row.topics),
        points=tuple(points),
        latitude=row.latitude,
        longitude=row.longitude,
    )


def point(row: Row) -> ContactPoint:
    return ContactPoint(
        id=row.id,
        contact_id=row.contact_id,
        channel=Channel(row.channel),
        address=row.address,
        position=row.position,
        extension=row.extension,
        active=row.active,
        verified=row.verified,
        dead=row.dead_at is not None,
        description=row.description,
    )


def alert(row: Row) -> Alert:
    return Alert(
        id=row.id,
        title=row.title,
        texts={Language(language): text for language, text in row.texts.items()},
        purpose=Purpose(row.purpose),
        target=row.target,
        channels=tuple(map(Channel, row.channels)),
        status=AlertStatus(row.status),
        redials=row.redials,
        redial_delay_s=row.redial_delay_s,
        created_at=row.created_at,
        created_by=row.created_by,
        ended_at=row.ended_at,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        numbers=Numbers(row.numbers),
        household=Household(row.household),
        follows=row.follows,
    )


def attempt(row: Row) -> Attempt:
    return Attempt(
        id=row.id,
        errand=Errand(row.errand),
        status=AttemptStatus(row.status),
        address=row.address,
        language=Language(row.language),
        due_at=row.due_at,
        alert_id=row.alert_id,
        delivery_id=row.delivery_id,
        point_id=row.point_id,
        extension=row.extension,
        trunk=row.trunk,
        placed_at=row.placed_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        disposition=Disposition(row.disposition) if row.disposition else None,
        reply=Reply(row.reply),
        heard=float(row.heard),
        sip=row.sip,
        cause=row.cause,
    )


def outcome(row: Row) -> Outcome:
    """Of a finished attempt."""
    return Outcome(Disposition(row.disposition), Reply(row.reply), float(row.heard), row.sip, row.cause)


def message(row: Row) -> Message:
    return Message(
        id=row.id,
        status=MessageStatus(row.status),
        address=row.address,
        body=row.body,
        language=Language(row.language),
        created_at=row.created_at,
        delivery_id=row.delivery_id,
        secret=row.secret,
        tries=row.tries,
        parts=row.parts,
        sent_at=row.sent_at,
        ended_at=row.ended_at,
        reason=row.reason,
    )


def delivery(row: Row, attempts: Iterable[Attempt] = (), messages: Iterable[Message] = ()) -> Delivery:
    return Delivery(
        id=row.id,
        alert_id=row.alert_id,
        contact_id=row.contact_id,
        name=row.name,
        language=Language(row.language),
        outcome=DeliveryOutcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        attempts=tuple(attempts),
        messages=tuple(messages),
    )
