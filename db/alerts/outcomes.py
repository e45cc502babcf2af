"""Everybody of an alert, with their address: for the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Integer, select

from db.alerts import alerts
from db.alerts.targets import listed
from db.engine import rows
from db.engine.store import Store
from db.schema import contact, contact_point, delivery
from rules.model import Contact, ContactPoint
from rules.summary import Person
from rules.usable import Refusal


async def people(store: Store, alert_id: int) -> list[Person]:
    """In the order of the plan."""
    deliveries = {each.id: each for each in await alerts.deliveries(store, alert_id)}
    contacts = await _contacts(store, [each.contact_id for each in deliveries.values() if each.contact_id])
    shared = [each.contact_id for each in deliveries.values() if Refusal.SHARED in each.reason]
    contacts |= await _with_points(store, [contacts[each] for each in shared if each in contacts])
    told_with = await _told_with(store, alert_id)
    return [
        Person(each, contacts.get(each.contact_id or 0), deliveries[told_with.get(each.id, each.id)])
        for each in deliveries.values()
    ]


async def _contacts(store: Store, ids: Sequence[int]) -> dict[int, Contact]:
    async with store.reading() as c:
        found = await c.execute(select(*rows.PERSON).where(contact.c.id.in_(listed(ids, Integer))))
        return {row.id: rows.person(row) for row in found.all()}


async def _with_points(store: Store, people: Sequence[Contact]) -> dict[int, Contact]:
    theirs = contact_point.c.contact_id.in_(listed([who.id for who in people], Integer))
    points: defaultdict[int, list[ContactPoint]] = defaultdict(list)
    async with store.reading() as c:
        for row in await c.execute(select(*rows.POINT).where(theirs).order_by(contact_point.c.id)):
            points[row.contact_id].append(rows.point(row))
    return {who.id: replace(who, points=tuple(points[who.id])) for who in people}


async def _told_with(store: Store, alert_id: int) -> dict[int, int]:
    told = delivery.c.alert_id == alert_id, delivery.c.told_with.is_not(None)
    query = select(delivery.c.id, delivery.c.told_with).where(*told)
    async with store.reading() as c:
        return {row.id: row.told_with for row in await c.execute(query)}
