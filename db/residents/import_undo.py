"""Undoing an import: what it created goes and what it changed comes back, but for what residents have done since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, delete, select, update

from db.alerts.targets import listed
from db.engine.connection import Connection
from db.engine.rows import Row
from db.engine.store import Store
from db.queue import attempts
from db.residents import reach
from db.residents.contact_import import IMPORT, RESIDENT
from db.residents.import_log import KEPT, Change, Import
from db.schema import consent, contact, contact_import, contact_import_change, contact_point, metadata
from db.staff import journal

BY_RESIDENT = "has enrolled or changed something since"
CHANGED_SINCE = "was changed since"
BY_IMPORT = "was changed by import {} since: undo that one first"


class CannotUndo(ValueError):
    """The message says why."""


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody, or one thing of theirs, that stays as it is."""

    contact_id: int
    name: str
    why: str


@dataclass(slots=True)
class Undone:
    """People. `switched_off`: created by the import, but named in the report of an alert, so their file stays without
    a number in use."""

    removed: int = 0
    switched_off: int = 0
    restored: int = 0
    left: list[Left] = field(default_factory=list)


async def undo(
    store: Store,
    import_id: int,
    *,
    by: str,
    now: datetime,
    also: Callable[[Connection, Undone], Awaitable[object]] | None = None,
) -> Undone:
    """In one transaction. Consents and opt-outs stay. Whoever a later import changed waits until that one is undone;
    then this one can be undone again. `also`: done within the transaction. Raises CannotUndo."""
    async with store.writing() as c:
        found = await _one(c, import_id, now)
        work = _Undoing(c, found, now, await _later(c, import_id))
        await work.created()
        await work.changed()
        await work.finish()
        if not work.waits:
            marked = {"undone_at": now, "undone_by": by}
            await c.execute(update(contact_import).where(contact_import.c.id == import_id).values(marked))
        counts = {"removed": work.done.removed, "switched_off": work.done.switched_off, "restored": work.done.restored}
        await journal.record(c, by, "undid import", "contacts", {"import": import_id, **counts}, now)
        if also is not None:
            await also(c, work.done)
    return work.done


async def _one(c: Connection, import_id: int, now: datetime) -> Import:
    row = (await c.execute(select(contact_import).where(contact_import.c.id == import_id))).first()
    if row is None:
        raise CannotUndo(f"there is no import {import_id}: `tocsin contacts imports` lists them")
    found = Import(*row)
    if found.undone_at:
        raise CannotUndo(f"import {import_id} is undone already, since {found.undone_at:%Y-%m-%d %H:%M} UTC")
    if found.at < now - KEPT:
        raise CannotUndo(f"import {import_id} is older than {KEPT.days} days: what it changed is no longer known")
    return found


async def _later(c: Connection, import_id: int) -> dict[int, int]:
    """Contact -> the newest import after this one that changed them."""
    query = (
        select(contact_import_change.c.contact_id, contact_import_change.c.import_id)
        .join(contact_import, contact_import.c.id == contact_import_change.c.import_id)
        .where(contact_import_change.c.import_id > import_id, contact_import.c.undone_at.is_(None))
        .order_by(contact_import_change.c.import_id)
    )
    return {row.contact_id: row.import_id for row in await c.execute(query)}


class _Undoing:
    def __init__(self, c: Connection, found: Import, now: datetime, later: dict[int, int]) -> None:
        self.c, self.found, self.now, self.later = c, found, now, later
        self.done = Undone()
        self.touched: set[str] = set()
        self.switched_off = False
        self.enrolled: set[int] = set()
        self.unchanged_at: set[datetime] = set()

    async def created(self) -> None:
        self.unchanged_at = {self.found.at, *await self._undone_at()}
        people = await self._created_people()
        points = await self._points([person.id for person in people])
        theirs = await self._acted([person.id for person in people])
        going = []
        for person in people:
            why = self._why_stays(person, points[person.id], person.id in theirs)
            if why:
                self._leave(person, why)
            else:
                going.append(person.id)
        told = await self._told(going, points)
        await self._remove([each for each in going if each not in told], points)
        await self._switch_off([each for each in going if each in told], points)

    async def _undone_at(self) -> Iterable[datetime]:
        """When later imports were undone: whoever was last changed then is as this import left them."""
        imports = contact_import.c
        query = select(imports.undone_at).where(imports.id > self.found.id, imports.undone_at.is_not(None))
        return (await self.c.execute(query)).scalars().all()

    async def _created_people(self) -> Sequence[Row]:
        if self.found.first_new is None:
            return []
        ids = contact.c.id.between(self.found.first_new, self.found.last_new)
        return (await self.c.execute(select(contact).where(ids, contact.c.created_at == self.found.at))).all()

    async def _points(self, ids: Collection[int]) -> defaultdict[int, list[Row]]:
        found: defaultdict[int, list[Row]] = defaultdict(list)
        query = select(contact_point).where(contact_point.c.contact_id.in_(listed(ids, Integer)))
        for row in await self.c.execute(query) if ids else []:
            found[row.contact_id].append(row)
        return found

    async def _acted(self, ids: Collection[int], *such: ColumnElement[bool]) -> set[int]:
        """Who has given a consent."""
        query = select(consent.c.contact_id).where(consent.c.contact_id.in_(listed(ids, Integer)), *such)
        return set((await self.c.execute(query)).scalars())

    def _why_stays(self, person: Row, points: Iterable[Row], agreed: bool) -> str:
        if agreed or person.language_by == RESIDENT or any(map(_is_theirs, points)):
            return BY_RESIDENT
        if person.id in self.later:
            return BY_IMPORT.format(self.later[person.id])
        return "" if person.changed_at in self.unchanged_at else CHANGED_SINCE

    @property
    def waits(self) -> bool:
        """Somebody is left for a later import that is to be undone first."""
        later = {BY_IMPORT.format(each) for each in set(self.later.values())}
        return any(each.why in later for each in self.done.left)

    def _leave(self, person: Row, why: str) -> None:
        self.done.left.append(Left(person.id, f"{person.first_name} {person.last_name}".strip(), why))

    async def _told(self, ids: Collection[int], points: dict[int, list[Row]]) -> set[int]:
        """Those of whom something else in the store speaks, such as the report of an alert."""
        holder = {point.id: who for who in ids for point in points[who]}
        told = await _referenced(self.c, contact, ids)
        return told | {holder[point] for point in await _referenced(self.c, contact_point, holder)}

    async def _remove(self, ids: Collection[int], points: dict[int, list[Row]]) -> None:
        await self._forget(point.address for who in ids for point in points[who])
        await self.c.execute(delete(contact_point).where(contact_point.c.contact_id.in_(listed(ids, Integer))))
        await self.c.execute(delete(contact).where(contact.c.id.in_(listed(ids, Integer))))
        self.done.removed = len(ids)

    async def _switch_off(self, ids: Collection[int], points: dict[int, list[Row]]) -> None:
        await self._forget(point.address for who in ids for point in points[who])
        theirs = contact_point.c.contact_id.in_(listed(ids, Integer))
        await self.c.execute(update(contact_point).where(theirs).values(active=False))
        off = {"active": False, "changed_at": self.now}
        await self.c.execute(update(contact).where(contact.c.id.in_(listed(ids, Integer))).values(off))
        self.done.switched_off = len(ids)
        self.switched_off = self.switched_off or bool(ids)

    async def _forget(self, addresses: Iterable[str]) -> None:
        """Before they go: whoever else has them is looked at again."""
        self.touched.update(found := set(addresses))
        await reach.forget(self.c, found)

    async def changed(self) -> None:
        query = select(contact_import_change).where(contact_import_change.c.import_id == self.found.id)
        changes = {row.contact_id: Change(**row.change) for row in await self.c.execute(query)}
        query = select(contact).where(contact.c.id.in_(listed(list(changes), Integer)))
        people = (await self.c.execute(query)).all()
        points = await self._points([person.id for person in people])
        self.enrolled = await self._acted([person.id for person in people], consent.c.confirmed_at.is_not(None))
        for person in people:
            if person.id in self.later:
                self._leave(person, BY_IMPORT.format(self.later[person.id]))
            else:
                await self._restore(person, points[person.id], changes[person.id])

    async def _restore(self, person: Row, points: Sequence[Row], change: Change) -> None:
        values = {}
        for name, (before, after) in change.person.items():
            if (name == "language" and person.language_by == RESIDENT) or (
                name == "active" and person.id in self.enrolled
            ):
                self._leave(person, f"{name}: {BY_RESIDENT}")
            elif getattr(person, name) == after:
                values[name] = before
            elif getattr(person, name) != before:
                self._leave(person, f"{name}: {CHANGED_SINCE}")
        if values:
            values["changed_at"] = self.now
            await self.c.execute(update(contact).where(contact.c.id == person.id).values(values))
        there = {(point.channel, point.address, point.extension): point for point in points}
        done = [
            await self._restore_point(person, there.get((each[0], each[1], each[2])), each) for each in change.points
        ]
        self.done.restored += bool(values) or any(done)

    async def _restore_point(self, person: Row, point: Row | None, change: Sequence[Any]) -> bool:
        channel, _, _, was_active, was_at, active, at = change
        if point is None:
            return False
        if _is_theirs(point) or (point.active, point.position) != (active, at):
            self._leave(person, f"{channel}: {BY_RESIDENT if _is_theirs(point) else CHANGED_SINCE}")
            return False
        await self._forget([point.address])
        here = contact_point.c.id == point.id
        if was_active is None and not await _referenced(self.c, contact_point, [point.id]):
            await self.c.execute(delete(contact_point).where(here))
            return True
        before = {"active": bool(was_active), "position": at if was_at is None else was_at}
        await self.c.execute(update(contact_point).where(here).values(before))
        self.switched_off = self.switched_off or not was_active
        return True

    async def finish(self) -> None:
        """What waits for a number that is no longer in use goes on to the next."""
        await reach.forget(self.c, self.touched)
        if self.switched_off:
            await attempts.withdraw_blocked(self.c, self.now)


def _is_theirs(point: Row) -> bool:
    return bool(point.decided_by != IMPORT or point.verified)


async def _referenced(c: Connection, table: Table, ids: Iterable[int]) -> set[int]:
    """Those rows to which a row of another table points; a contact's own numbers do not count."""
    found: set[int] = set()
    wanted = list(ids)
    for other in metadata.tables.values():
        for key in other.foreign_keys:
            if wanted and key.column is table.c.id and other is not contact_point:
                rows = await c.execute(select(key.parent).where(key.parent.in_(listed(wanted, Integer))).distinct())
                found.update(rows.scalars())
    return found


def why_left(left: Sequence[Left]) -> dict[str, int]:
    """Reason -> how many."""
    return dict(Counter(each.why for each in left))
