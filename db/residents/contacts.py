"""The residents and their contact points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, insert, select, update

from db.alerts import target_names, targets
from db.engine import rows
from db.engine.connection import Connection
from db.engine.store import Store
from db.queue import attempts
from db.residents import dead_numbers, reach
from db.residents.contact_import import RESIDENT, ImportReport, import_rows
from db.residents.opt_outs import lift, opt_out, opt_outs, opted_out
from db.schema import contact, contact_point
from db.staff import journal
from rules.audience import Target
from rules.model import Channel, Contact, ContactPoint, Language
from rules.target import NO_SECTOR

__all__ = [
    "ImportReport",
    "add_point",
    "deactivate_point",
    "find",
    "get",
    "import_rows",
    "listing",
    "matching",
    "opt_out",
    "opt_outs",
    "opted_out",
    "set_language",
]


async def find(store: Store, address: str, *, channel: Channel | None = None) -> Contact | None:
    """Whoever has the address, on that channel or any. Of several: the active one before a pending enrolment, an
    active point before one switched off, then the first enrolled."""
    async with store.reading() as c:
        found = await holder(c, address, channel=channel)
        return None if found is None else await _one(c, found)


async def holder(c: Connection, address: str, *, channel: Channel | None = None) -> int | None:
    """The id of that contact."""
    query = (
        select(contact.c.id)
        .join(contact_point, contact_point.c.contact_id == contact.c.id)
        .where(contact_point.c.address == address)
        .order_by(contact.c.active.desc(), contact_point.c.active.desc(), contact.c.id)
        .limit(1)
    )
    if channel is not None:
        query = query.where(contact_point.c.channel == channel)
    found: int | None = (await c.execute(query)).scalar()
    return found


async def get(store: Store, id: int) -> Contact | None:  # noqa: A002
    async with store.reading() as c:
        return await _one(c, id)


async def _one(c: Connection, id: int) -> Contact | None:  # noqa: A002
    found = await _contacts(c, select(contact).where(contact.c.id == id))
    return found[0] if found else None


async def listing(store: Store, *, sector: str | None = None, limit: int = 100, offset: int = 0) -> list[Contact]:
    """By name."""
    query = select(contact).order_by(contact.c.last_name, contact.c.first_name, contact.c.id)
    async with store.reading() as c:
        if sector == NO_SECTOR:
            query = query.where(contact.c.active, contact.c.sector == "")
        elif sector is not None:
            query = query.where(contact.c.sector.in_(await target_names.spellings(c, contact.c.sector, sector)))
        return await _contacts(c, query.limit(limit).offset(offset))


async def matching(store: Store, target: Target, channels: Collection[Channel] = tuple(Channel)) -> list[Contact]:
    """Everybody in the target, in the order of enrolment. A number finds its holders even when their enrolment is
    not finished: `audience.plan` leaves them out and says so. Raises BadTarget for a name that nobody has.

    They come without topics and coordinates. `channels`: whoever has an active point on these comes with their points
    on these only."""
    async with store.reading() as c:
        return await people(c, (await targets.resolve(c, target)).condition(contact), channels)


async def people(c: Connection, wanted: ColumnElement[bool], channels: Collection[Channel]) -> list[Contact]:
    """The same of whoever is `wanted`."""
    found = (await c.execute(select(*rows.PERSON).where(wanted).order_by(contact.c.id))).all()
    points = await _points(c, [row[0] for row in found], channels)
    others = [row[0] for row in found if not any(point.active for point in points.get(row[0], ()))]
    points |= await _points(c, others, Channel)
    return [rows.person(row, points.get(row[0], ())) for row in found]


async def _contacts(c: Connection, query: Select[Any]) -> list[Contact]:
    found = (await c.execute(query.with_only_columns(*rows.CONTACT))).all()
    points = await _points(c, [row[0] for row in found], Channel)
    return [rows.contact(row, points.get(row[0], ())) for row in found]


async def _points(c: Connection, people: Collection[int], channels: Iterable[Channel]) -> dict[int, list[ContactPoint]]:
    """By contact; in their order."""
    points: defaultdict[int, list[ContactPoint]] = defaultdict(list)
    found = (await c.execute(_POINTS, {"people": people, "channels": list(channels)})).all() if people else []
    for point in map(rows.point, found):
        points[point.contact_id].append(point)
    return points


_POINTS = (
    select(*rows.POINT)
    .where(
        contact_point.c.contact_id.in_(targets.listed("people", Integer)),
        contact_point.c.channel.in_(bindparam("channels", expanding=True)),
    )
    .order_by(contact_point.c.position, contact_point.c.id)
)


async def set_language(store: Store, id: int, language: Language, *, now: datetime) -> bool:  # noqa: A002
    """The resident's own choice: a later import leaves it alone. False when there is no such contact."""
    values = {"language": language, "language_by": RESIDENT, "changed_at": now}
    async with store.writing() as c:
        done = await c.execute(update(contact).where(contact.c.id == id).values(values))
        await journal.record(c, RESIDENT, "chose language", f"contact {id}", {"language": language}, now)
    return done.rowcount > 0


async def add_point(
    store: Store, contact_id: int, channel: Channel | str, address: str, *, now: datetime, description: str = ""
) -> int:
    """A way to reach a contact, at the end of their order, as they asked themselves; returns its id. One that is
    there is switched on again. An opt-out of that address and channel is lifted."""
    async with store.writing() as c:
        point_id = await put_point(c, contact_id, Channel(channel), address, description=description)
        await lift(c, address, Channel(channel), now)
        await journal.record(
            c, RESIDENT, "added", f"contact {contact_id}", {"channel": channel, "point": point_id}, now
        )
    return point_id


async def put_point(c: Connection, contact_id: int, channel: Channel, address: str, *, description: str = "") -> int:
    """The same within a transaction, opt-outs untouched. Verified when the contact proved to hold that number."""
    theirs = contact_point.c.contact_id == contact_id
    same = theirs, contact_point.c.channel == channel, contact_point.c.address == address
    proved = select(contact_point.c.id).where(theirs, contact_point.c.address == address, contact_point.c.verified)
    verified = (await c.execute(proved.limit(1))).first() is not None
    if verified:
        await dead_numbers.clear(c, [address], channel)
    values = {"active": True, "decided_by": RESIDENT, "verified": verified}
    await reach.forget(c, [address])
    there = (await c.execute(select(contact_point.c.id).where(*same).limit(1))).scalar()
    if there is not None:
        await c.execute(update(contact_point).where(contact_point.c.id == there).values(values))
        return int(there)
    new = {"contact_id": contact_id, "channel": channel, "address": address, "description": description, **values}
    new["position"] = await _next_position(c, contact_id, channel)
    added = int((await c.execute(insert(contact_point).values(new).returning(contact_point.c.id))).scalar_one())
    await reach.forget(c, [address])
    await dead_numbers.mark_new(c)
    return added


async def _next_position(c: Connection, contact_id: int, channel: Channel) -> int:
    last = func.coalesce(func.max(contact_point.c.position), -1)
    theirs = contact_point.c.contact_id == contact_id, contact_point.c.channel == channel
    return int((await c.execute(select(last + 1).where(*theirs))).scalar_one())


async def deactivate_point(store: Store, point_id: int, *, now: datetime) -> bool:
    """Switch a point off, as the resident asked; waiting calls to it go on to the next number. False when it was
    off."""
    async with store.writing() as c:
        changed = await c.execute(
            update(contact_point)
            .where(contact_point.c.id == point_id, contact_point.c.active)
            .values(active=False, decided_by=RESIDENT)
            .returning(contact_point.c.contact_id, contact_point.c.address)
        )
        point = changed.first()
        if point is None:
            return False
        await reach.forget(c, [point.address])
        await attempts.withdraw_blocked(c, now, address=point.address)
        await journal.record(c, RESIDENT, "switched off", f"contact {point.contact_id}", {"point": point_id}, now)
    return True
