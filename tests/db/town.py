"""A small town in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from db import schema
from db.alerts import alerts
from db.engine import rows
from db.engine.store import Store
from db.residents import dead_numbers
from rules.audience import Draft, LeftOut, Planned, Target
from rules.dead_numbers import Evidence
from rules.model import Channel, Contact, ContactPoint, Language, Purpose, Wording
from rules.outcome import DeliveryOutcome, Disposition, Outcome, Reply
from rules.status import AlertStatus

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)

WORDS = Wording("consent", Language.FR, "consent-fr-1", "Vous pouvez retirer votre consentement en tout temps.")

ACKNOWLEDGED = Outcome(Disposition.HUMAN, Reply.ACKNOWLEDGED, heard=1.0, sip=200, cause=16)
NO_ANSWER = Outcome(Disposition.NO_ANSWER, sip=480, cause=19)
DEAD = Outcome(Disposition.DEAD_NUMBER, sip=404, cause=1)
CONGESTION = Outcome(Disposition.CONGESTION, sip=503, cause=34)
HEARD = Outcome(Disposition.HUMAN, heard=0.9)
HUNG_UP = Outcome(Disposition.HUMAN, heard=0.2)
LEFT_WHOLE = Outcome(Disposition.MACHINE, heard=1.0)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def number(n: int) -> str:
    return f"+1514555{n:04d}"


async def people(store: Store, *numbers: Sequence[str], channel: Channel = Channel.VOICE) -> list[Contact]:
    """One contact for each list of numbers."""
    contact, point = schema.contact, schema.contact_point
    async with store.writing() as c:
        made = insert(contact).returning(*rows.CONTACT, sort_by_parameter_order=True)
        found = (await c.execute(made, [_person(name) for name in range(1, len(numbers) + 1)])).all()
        points = [
            {"contact_id": who.id, "channel": channel, "address": address, "position": place, "decided_by": "import"}
            for who, addresses in zip(found, numbers, strict=True)
            for place, address in enumerate(addresses)
        ]
        await c.execute(insert(point), points)
        theirs = [rows.point(row) for row in await c.execute(select(*rows.POINT).order_by(point.c.id))]
    return [rows.contact(who, [each for each in theirs if each.contact_id == who.id]) for who in found]


def _person(name: int) -> dict[str, object]:
    return {
        "first_name": "Alix",
        "last_name": str(name),
        "language": Language.FR,
        "language_by": "import",
        "active": True,
        "created_at": NOW,
        "changed_at": NOW,
    }


def draft(**changes: object) -> Draft:
    values: dict[str, Any] = {
        "title": "Eau",
        "texts": {Language.FR: "Faites bouillir l'eau.", Language.EN: "Boil the water."},
        "purpose": Purpose.EMERGENCY,
        "target": Target(everyone=True),
        "channels": (Channel.VOICE, Channel.SMS),
        "redials": 2,
        "redial_delay_s": 300.0,
    }
    return Draft(**(values | changes))


def planned(contact: Contact) -> Planned:
    return Planned(contact, _of(contact, Channel.VOICE) + _of(contact, Channel.SMS))


def _of(contact: Contact, channel: Channel) -> tuple[ContactPoint, ...]:
    return tuple(point for point in contact.points if point.channel is channel)


async def running(
    store: Store, contacts: Sequence[Contact], left_out: Sequence[LeftOut] = (), **changes: object
) -> int:
    """An alert to these people, running."""
    alert_id = await alerts.create(
        store, draft(**changes), [planned(c) for c in contacts], left_out, by="test", now=NOW
    )
    stored = await alerts.get(store, alert_id)
    assert stored is not None
    # One of texts alone runs at once; calls wait for their audio.
    assert stored.status is AlertStatus.RUNNING or await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    return alert_id


async def dead(store: Store, address: str, channel: Channel = Channel.VOICE, *, now: datetime = NOW) -> None:
    """The network said twice over that this number does not exist."""
    async with store.writing() as c:
        await dead_numbers.record(c, address, channel, where="", now=now, evidence=Evidence.BOTH)


async def suspected(store: Store, address: str, channel: Channel = Channel.VOICE, *, now: datetime = NOW) -> None:
    async with store.writing() as c:
        await dead_numbers.record(c, address, channel, where="", now=now)


async def outcomes(store: Store, alert_id: int) -> list[DeliveryOutcome | None]:
    """Of each person, in the order of the plan."""
    return [delivery.outcome for delivery in await alerts.deliveries(store, alert_id)]
