"""Enrolments that nobody finished: they end with their code, so that strangers can not fill the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select, update

from db.engine.connection import Connection
from db.schema import code, consent, contact, contact_point, delivery
from rules.code import CONSENT_STANDS


async def purge(c: Connection, now: datetime) -> int:
    """Consents that no code confirmed in time, and contacts that have never been more than such a consent. Returns how
    many contacts are gone."""
    over = select(consent.c.id).where(consent.c.confirmed_at.is_(None), consent.c.given_at <= now - CONSENT_STANDS)
    ended = (await c.execute(over)).scalars().all()
    if not ended:
        return 0
    of = (await c.execute(select(consent.c.contact_id).where(consent.c.id.in_(ended)).distinct())).scalars().all()
    await c.execute(update(code).where(code.c.consent_id.in_(ended)).values(consent_id=None))
    await c.execute(delete(consent).where(consent.c.id.in_(ended)))
    gone = (await c.execute(select(contact.c.id).where(contact.c.id.in_(of), *_never_more()))).scalars().all()
    await c.execute(update(delivery).where(delivery.c.contact_id.in_(gone)).values(contact_id=None))
    await c.execute(delete(contact_point).where(contact_point.c.contact_id.in_(gone)))
    await c.execute(delete(contact).where(contact.c.id.in_(gone)))
    return len(gone)


def _never_more() -> tuple[ColumnElement[bool], ...]:
    nameless = contact.c.first_name == "", contact.c.last_name == ""
    return ~contact.c.active, *nameless, ~exists().where(consent.c.contact_id == contact.c.id)
