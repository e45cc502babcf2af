"""Each contact's `reach`: computed from the contact points and opt-outs, and forgotten when one of them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, func, select, update

from db.alerts.targets import listed
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import usable
from db.residents.usable import Condition
from db.schema import contact, contact_point
from rules import phone
from rules.model import Channel
from rules.reach import computed
from rules.usable import Refusal

CHUNK = 5000
"""Contacts computed in one transaction: calls under way are stored in between."""


async def forget(c: Connection, addresses: Iterable[str]) -> None:
    """Something about these numbers changed: whoever has them is computed again."""
    having = select(contact_point.c.contact_id).where(contact_point.c.address.in_(listed(addresses, String)))
    await c.execute(update(contact).where(contact.c.id.in_(having), contact.c.reach.is_not(None)).values(reach=None))


async def compute(store: Store, among: ColumnElement[bool] | None = None) -> int:
    """Reckon whoever has to be, `among` some contacts or all; returns how many."""
    done = 0
    while some := await _unreckoned(store, among):
        async with store.writing() as c:
            await _store(c, await exactly(c, some))
        done += len(some)
    return done


async def _unreckoned(store: Store, among: ColumnElement[bool] | None) -> list[int]:
    both = contact.c.active.in_([True, False])  # named, the index is used
    query = select(contact.c.id).where(both, contact.c.reach.is_(None), *([] if among is None else [among]))
    async with store.reading() as c:
        return list((await c.execute(query.limit(CHUNK))).scalars())


async def _store(c: Connection, found: dict[int, int]) -> None:
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for contact_id, reach in found.items():
        alike[reach].append(contact_id)
    for reach, ids in alike.items():
        await c.execute(update(contact).where(contact.c.id.in_(listed(ids, Integer))).values(reach=reach))


async def exactly(
    c: Connection,
    ids: Sequence[int],
    *,
    on: Collection[Channel] = tuple(Channel),
    among: Condition | None = None,
    forbidden: Sequence[str] = (),
) -> dict[int, int]:
    """The reach of each of these contacts `on` some channels. A number is the first holder's `among` some people
    (default: all active); numbers that begin with one of `forbidden` may not be called."""
    refusal = usable.refusal(with_dead=True, beginnings=forbidden, among=among or (lambda who: who.c.active))
    dead = ~usable.alive(with_dead=False)
    alike = contact_point.c.contact_id, contact_point.c.channel, refusal.label("why"), dead.label("dead")
    query = (
        select(*alike, func.count().label("points"))
        .where(contact_point.c.contact_id.in_(listed(ids, Integer)), contact_point.c.active)
        .where(contact_point.c.channel.in_(list(on)))
        .group_by(contact_point.c.contact_id, contact_point.c.channel, "why", "dead")
    )
    states: dict[int, list[tuple[str, Refusal | None, int, bool]]] = {contact_id: [] for contact_id in ids}
    for row in await c.execute(query):
        states[row.contact_id].append((row.channel, row.why, row.points, row.dead))
    return {contact_id: computed(tuple(of_one)) for contact_id, of_one in states.items()}


async def forbidden(c: Connection, area_codes: frozenset[str]) -> list[str]:
    """How the numbers in the store begin that may not be called: one look-up for each exchange there is."""
    first = _following("")
    found = select(first.label("exchange")).cte("exchanges", recursive=True)
    step = _following(found.c.exchange + "~")
    found = found.union_all(select(step).where(found.c.exchange.is_not(None)))
    exchanges = (await c.execute(select(found.c.exchange).where(found.c.exchange.is_not(None)))).scalars().all()
    return phone.forbidden(exchanges, area_codes)


def _following(after: Any) -> Any:
    """The exchange of the first number beyond; e-mail addresses come after all numbers."""
    address = contact_point.c.address
    query = select(func.substr(address, 1, phone.EXCHANGE_LENGTH)).where(address > after, address >= "+", address < ",")
    return query.order_by(address).limit(1).scalar_subquery()
