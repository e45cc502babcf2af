"""Each contact's `reach`: reckoned from the contact points and opt-outs, and forgotten when one of them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, exists, false, func, or_, select, update

from db.alerts.targets import Condition, listed
from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import contact, contact_point, opt_out, opt_out_holds
from rules import channels, phone
from rules.model import Channel
from rules.reach import NOT_ALLOWED, OPTED_OUT, SHARED, reckoned

CHUNK = 5000
"""Contacts reckoned in one transaction: calls under way are stored in between."""

USABLE = 0


async def forget(c: Connection, addresses: Iterable[str]) -> None:
    """Something about these numbers changed: whoever has them is reckoned anew."""
    having = select(contact_point.c.contact_id).where(contact_point.c.address.in_(listed(addresses, String)))
    await c.execute(update(contact).where(contact.c.id.in_(having), contact.c.reach.is_not(None)).values(reach=None))


async def reckon(store: Store, among: ColumnElement[bool] | None = None) -> int:
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
    c: Connection, ids: Sequence[int], *, among: Condition | None = None, forbidden: Sequence[str] = ()
) -> dict[int, int]:
    """The reach of each of these contacts. A number is the first holder's `among` some people (default: all active);
    numbers that begin with one of `forbidden` may not be called."""
    state = _state(among or (lambda who: who.c.active), forbidden)
    dead = contact_point.c.dead_at.is_not(None)
    alike = contact_point.c.contact_id, contact_point.c.channel, state.label("state"), dead.label("dead")
    query = (
        select(*alike, func.count().label("points"))
        .where(contact_point.c.contact_id.in_(listed(ids, Integer)), contact_point.c.active)
        .where(contact_point.c.channel.in_(channels.TRAITS))
        .group_by(contact_point.c.contact_id, contact_point.c.channel, "state", "dead")
    )
    states: dict[int, list[tuple[Channel, int, int, bool]]] = {contact_id: [] for contact_id in ids}
    for row in await c.execute(query):
        states[row.contact_id].append((Channel(row.channel), row.state, row.points, row.dead))
    return {contact_id: reckoned(of_one) for contact_id, of_one in states.items()}


def _state(among: Condition, forbidden: Sequence[str]) -> ColumnElement[int]:
    """Why a number is not usable, were it alive."""
    point = contact_point.c
    gone = exists().where(opt_out.c.address == point.address, opt_out.c.channel == point.channel, opt_out_holds)
    return case(
        (gone, OPTED_OUT),
        (not_allowed(forbidden), NOT_ALLOWED),
        (_held_before(among), SHARED),
        else_=USABLE,
    )


def _held_before(among: Condition) -> ColumnElement[bool]:
    """Somebody who enrolled earlier has the same line. A dead number is dead for all who have it."""
    other, holder = contact_point.alias("other"), contact.alias("holder")
    same = [other.c[name] == contact_point.c[name] for name in ("address", "channel", "extension")]
    usable = other.c.active, other.c.contact_id < contact_point.c.contact_id
    joined = select(1).select_from(other.join(holder, holder.c.id == other.c.contact_id))
    return joined.where(*same, *usable, holder.c.active, among(holder)).correlate(contact_point).exists()


def not_allowed(beginnings: Sequence[str]) -> ColumnElement[bool]:
    """A contact point whose number begins with one of these, which are `forbidden`."""
    of_numbers, address = contact_point.c.channel.in_(channels.OF_NUMBERS), contact_point.c.address
    begins = (and_(address >= each, address < f"{each}~") for each in beginnings)
    return and_(of_numbers, or_(*begins)) if beginnings else false()


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
