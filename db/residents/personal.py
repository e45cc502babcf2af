"""All rows that speak of one person, to be read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, String, Table, or_, select

from db.alerts.targets import listed
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import contacts
from db.schema import (
    alert,
    attempt,
    attempt_is_unfinished,
    call_log,
    code,
    consent,
    contact_import,
    contact_import_change,
    contact_point,
    delivery,
    journal,
    message,
    message_is_unfinished,
    opt_out,
    wording,
)
from rules.frozen import Record
from rules.model import Contact

Rows = tuple[dict[str, Any], ...]
NOT_TOLD = frozenset({"salt", "digest", "point_id", "points"})
"""Columns that say nothing of a person, or are secrets."""


class FoundPerson(Record, frozen=True):
    """Table by table; `own`: numbers that nobody else has."""

    contact: Contact
    own: frozenset[str]
    consents: Rows
    opt_outs: Rows
    codes: Rows
    deliveries: Rows
    attempts: Rows
    texts: Rows
    calls: Rows
    imports: Rows
    journal: Rows


async def holders(store: Store, number: str) -> list[int]:
    """Contacts that have the number."""
    query = select(contact_point.c.contact_id).where(contact_point.c.address == number).distinct()
    async with store.reading() as c:
        return sorted((await c.execute(query)).scalars())


async def find(store: Store, contact_id: int) -> FoundPerson | None:
    """None where there is no such contact."""
    who = await contacts.get(store, contact_id)
    if who is None:
        return None
    async with store.reading() as c:
        own = await _own(c, who)
        theirs = delivery.c.contact_id == contact_id
        mine = select(delivery.c.id).where(theirs)
        said = select(*consent.c, wording.c.text).join(wording, wording.c.version == consent.c.wording_version)
        titled = select(*delivery.c, alert.c.title, alert.c.created_at).join(alert, alert.c.id == delivery.c.alert_id)
        files = select(contact_import.c.at, contact_import.c.file, contact_import_change.c.change).join(
            contact_import, contact_import.c.id == contact_import_change.c.import_id
        )
        return FoundPerson(
            contact=who,
            own=own,
            consents=await _read(c, said.where(consent.c.contact_id == contact_id)),
            opt_outs=await _read(c, select(opt_out).where(among(opt_out.c.address, own))),
            codes=await _read(c, select(code).where(among(code.c.number, own))),
            deliveries=await _read(c, titled.where(theirs)),
            attempts=await _read(c, select(attempt).where(theirs_of(attempt, mine, own))),
            texts=await _read(c, select(message).where(theirs_of(message, mine, own))),
            calls=await _read(c, select(call_log).where(among(call_log.c.caller, own))),
            imports=await _read(c, files.where(contact_import_change.c.contact_id == contact_id)),
            journal=await _read(c, select(journal).where(journal.c.subject == f"contact {contact_id}")),
        )


async def under_way(store: Store, contact_id: int) -> bool:
    """They are being told, or will be, by an alert that is not over."""
    waits = [
        select(table.c.id)
        .join(delivery, delivery.c.id == table.c.delivery_id)
        .where(delivery.c.contact_id == contact_id, unfinished)
        for table, unfinished in ((attempt, attempt_is_unfinished), (message, message_is_unfinished))
    ]
    async with store.reading() as c:
        return any([(await c.execute(query.limit(1))).first() is not None for query in waits])


async def _own(c: Connection, who: Contact) -> frozenset[str]:
    theirs = {point.address for point in who.points}
    others = select(contact_point.c.address).where(
        among(contact_point.c.address, theirs), contact_point.c.contact_id != who.id
    )
    return frozenset(theirs - set((await c.execute(others)).scalars()))


async def _read(c: Connection, query: Select[Any]) -> Rows:
    rows = await c.execute(query)
    return tuple({name: value for name, value in row._mapping.items() if name not in NOT_TOLD} for row in rows)


def among(column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    return column.in_(listed(values, String))


def theirs_of(table: Table, mine: Select[Any], own: Collection[str]) -> ColumnElement[bool]:
    """Of their deliveries, and to their own numbers for no alert: codes, questions, answers."""
    return or_(table.c.delivery_id.in_(mine), table.c.delivery_id.is_(None) & among(table.c.address, own))
