"""Everybody of an alert, with their address: for the report."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Integer, select

from alerts.model import Contact
from alerts.summary import Person
from db import alerts, rows
from db.schema import contact, delivery
from db.store import Store
from db.targets import listed


async def people(store: Store, alert_id: int) -> list[Person]:
    """In the order of the plan."""
    deliveries = {each.id: each for each in await alerts.deliveries(store, alert_id)}
    contacts = await _contacts(store, [each.contact_id for each in deliveries.values() if each.contact_id])
    told_with = await _told_with(store, alert_id)
    return [
        Person(each, contacts.get(each.contact_id or 0), deliveries[told_with.get(each.id, each.id)])
        for each in deliveries.values()
    ]


async def _contacts(store: Store, ids: Sequence[int]) -> dict[int, Contact]:
    async with store.reading() as c:
        found = await c.execute(select(contact).where(contact.c.id.in_(listed(ids, Integer))))
        return {row.id: rows.contact(row) for row in found}


async def _told_with(store: Store, alert_id: int) -> dict[int, int]:
    told = delivery.c.alert_id == alert_id, delivery.c.told_with.is_not(None)
    query = select(delivery.c.id, delivery.c.told_with).where(*told)
    async with store.reading() as c:
        return {row.id: row.told_with for row in await c.execute(query)}
