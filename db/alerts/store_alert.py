"""A new alert into the store, with everybody it is for: tens of thousands of people within a second.

Whoever is simply called and texted, which is nearly everybody, is copied by the database itself; the others are looked
at one by one after that (`rules.audience`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, exists, select

from db.alerts import alerts, follow_up, plan, targets
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import contacts, opt_outs, reach, usable
from db.schema import contact, contact_point, delivery
from db.staff import journal
from rules import audience
from rules.audience import Draft
from rules.model import Channel, Contact, Household
from rules.reach import masks
from rules.usable import calls_dead


class NoRecipients(Exception):
    """The target is nobody: no alert was stored."""


@dataclass(frozen=True, slots=True)
class Created:
    """An alert that is stored; `people` are to be reached."""

    id: int
    people: int
    left_out: int


async def create(
    store: Store,
    draft: Draft,
    area_codes: frozenset[str],
    *,
    by: str,
    now: datetime,
    organization: str,
    also: Callable[[Connection, Created], Awaitable[object]] | None = None,
) -> Created:
    """What `audience.plan` finds among `contacts.matching`, in one transaction. `organization` opens the texts. `also`:
    done within it. Raises BadTarget, NoRecipients."""
    await reach.compute(store, await _wanted(store, draft))
    async with store.writing() as c:
        wanted = (await targets.resolve(c, draft.target)).condition(contact)
        alert_id = await alerts.insert_alert(c, draft, by, now)
        simply = await _store_simple(c, alert_id, draft, wanted, area_codes, organization, now)
        others = await _others(c, alert_id, draft, wanted)
        if not simply and not others:
            raise NoRecipients
        holders, stopped = await _holders(c, alert_id, others), await opt_outs.opt_outs(store)
        planned, left_out = audience.plan(others, draft, stopped, area_codes, holders)
        await plan.store(c, alert_id, draft, planned, left_out, organization=organization, now=now)
        people = simply + sum(1 + len(one.told_with) for one in planned)
        detail = {"title": draft.title, "planned": people, "left_out": len(left_out)}
        await journal.record(c, by, "created", f"alert {alert_id}", detail, now)
        await follow_up.settle(c, alert_id, now)  # a text that goes to nobody is over
        created = Created(alert_id, people, len(left_out))
        if also is not None:
            await also(c, created)
    return created


async def _wanted(store: Store, draft: Draft) -> ColumnElement[bool]:
    async with store.reading() as c:
        return (await targets.resolve(c, draft.target)).condition(contact)


async def _store_simple(
    c: Connection,
    alert_id: int,
    draft: Draft,
    wanted: ColumnElement[bool],
    area_codes: frozenset[str],
    organization: str,
    now: datetime,
) -> int:
    """How many. None of a household that is told once: who is told with whom depends on how addresses are written."""
    if draft.household is Household.ONCE:
        return 0
    simple = and_(wanted, _is_simple(draft, await reach.forbidden(c, area_codes)))
    return await plan.copy_people(c, alert_id, draft, simple, organization=organization, now=now)


def _is_simple(draft: Draft, forbidden: Sequence[str]) -> ColumnElement[bool]:
    """Every active number of theirs on these channels may be used, and is nobody else's before. That is what `reach`
    says; that there is such a number is looked up, so that nobody could be planned without any."""
    numbers, troubles = masks(draft.channels, with_dead=calls_dead(draft.purpose))
    known = and_(contact.c.reach.bitwise_and(numbers) != 0, contact.c.reach.bitwise_and(troubles) == 0)
    theirs = and_(contact_point.c.contact_id == contact.c.id, plan.in_use(draft))
    barred = [~exists().where(theirs, usable.not_allowed(forbidden))] if forbidden else []
    return and_(contact.c.active, known, exists().where(theirs), *barred)


async def _others(c: Connection, alert_id: int, draft: Draft, wanted: ColumnElement[bool]) -> list[Contact]:
    stored = select(delivery.c.contact_id).where(delivery.c.alert_id == alert_id)
    return await contacts.people(c, and_(wanted, contact.c.id.not_in(stored)), draft.channels)


async def _holders(c: Connection, alert_id: int, others: Sequence[Contact]) -> list[Contact]:
    """Those stored already who have a number that one of the others has, too."""
    addresses = {point.address for one in others for point in one.points}
    if not addresses:
        return []
    stored = select(delivery.c.contact_id).where(delivery.c.alert_id == alert_id)
    having = select(contact_point.c.contact_id).where(
        contact_point.c.address.in_(targets.listed(addresses, String)), contact_point.c.contact_id.in_(stored)
    )
    return await contacts.people(c, contact.c.id.in_(having), tuple(Channel))
