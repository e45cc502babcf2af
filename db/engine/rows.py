"""From rows to records. Rows are read by name, of a query that selects the whole table, where nothing else is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from db import schema
from rules.model import (
    Alert,
    Attempt,
    CallPurpose,
    Channel,
    Contact,
    ContactPoint,
    Delivery,
    Household,
    Language,
    Message,
    Numbers,
    Purpose,
)
from rules.outcome import Announcement, DeliveryOutcome, Disposition, Outcome, Reply
from rules.status import AlertStatus, AttemptStatus, MessageStatus

Row = Any
"""A row of SQLAlchemy, whose columns are attributes that no type checker knows."""


PERSON = [
    schema.contact.c[name]
    for name in (
        *("id", "first_name", "last_name", "language", "active", "civic_number", "street", "unit", "city"),
        *("postal_code", "sector"),
    )
]
CONTACT = [*PERSON, *(schema.contact.c[name] for name in ("topics", "latitude", "longitude"))]
POINT = [
    *(schema.contact_point.c[name] for name in ("id", "contact_id", "channel", "address", "position", "extension")),
    *(schema.contact_point.c.active, schema.contact_point.c.verified, schema.contact_point.c.dead_at.is_not(None)),
    schema.contact_point.c.description,
    schema.contact_point.c.suspected_at.is_not(None),
]
ATTEMPT = [schema.attempt.c[name] for name in Attempt.__struct_fields__]
"""What a query selects for one of each. They are many, and their columns are taken by their place: that costs a third
of taking them by name."""

CHANNELS = {str(each): each for each in Channel}
LANGUAGES = {str(each): each for each in Language}
ERRANDS = {str(each): each for each in CallPurpose}
ATTEMPT_STATUSES = {str(each): each for each in AttemptStatus}
DISPOSITIONS: dict[str | None, Disposition] = {str(each): each for each in Disposition}
ANNOUNCEMENTS: dict[str | None, Announcement] = {str(each): each for each in Announcement}
REPLIES = {str(each): each for each in Reply}


def person(row: Row, points: Iterable[ContactPoint] = ()) -> Contact:
    """A contact without topics and coordinates: who they are, for the many that an alert is for."""
    id_, first, last, language, active, civic, street, unit, city, code, sector = row
    person = id_, first, last, LANGUAGES[language], active
    return Contact(*person, civic, street, unit, city, code, sector, (), tuple(points))


def contact(row: Row, points: Iterable[ContactPoint] = ()) -> Contact:
    *who, topics, north, east = row
    return replace(person(who, points), topics=tuple(topics), latitude=north, longitude=east)


def point(row: Row) -> ContactPoint:
    id_, contact_id, channel, *rest = row
    return ContactPoint(id_, contact_id, CHANNELS[channel], *rest)


def attempt(row: Row) -> Attempt:
    *rest, disposition, reply, heard, sip, cause, announcement, reason = row
    id_, errand, status, address, language, due_at, *rest = rest
    alert_id, delivery_id, point_id, extension, trunk, placed_at, answered_at, ended_at = rest
    return Attempt(
        *(id_, ERRANDS[errand], ATTEMPT_STATUSES[status], address, LANGUAGES[language], due_at),
        *(alert_id, delivery_id, point_id, extension, trunk, placed_at, answered_at, ended_at),
        *(DISPOSITIONS.get(disposition), REPLIES[reply], float(heard), sip, cause, ANNOUNCEMENTS.get(announcement)),
        reason=reason,
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
        unspoken={Language(language): why for language, why in row.unspoken.items()},
    )


def outcome(row: Row) -> Outcome:
    """Of a finished attempt."""
    what = row.sip, row.cause, ANNOUNCEMENTS.get(row.announcement)
    return Outcome(Disposition(row.disposition), REPLIES[row.reply], float(row.heard), *what)


def message(row: Row) -> Message:
    return Message(
        id=row.id,
        channel=CHANNELS[row.channel],
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
        provider=row.provider,
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
