"""A file of residents into the store: whole or not at all, and twice the same file changes nothing.

A row is the contact of the same name who shares an address with it; else one without a name (enrolled by telephone)
who does; else one of the same name at the same civic address. What residents decided themselves (language, a number
switched off or added) stays theirs. Of columns that the file does not have, the store keeps what it holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, update

from db.engine import bulk
from db.engine.connection import Connection
from db.engine.rows import Row
from db.engine.store import Store
from db.residents import dead_numbers, import_log, reach, register
from db.residents.import_log import Change
from db.residents.register import NEW_POINT, PLACE, PLAIN, PointKey, Register
from db.schema import contact, contact_point
from db.staff import journal
from rules import street_names
from rules.contact_rows import EVERYTHING, ContactRow
from rules.given import GivenBy

IMPORT, RESIDENT = GivenBy.IMPORT, GivenBy.RESIDENT

CHANGED = (*PLAIN, "topics", "language", "active")
SECTOR = CHANGED.index("sector")
LIVES = {*PLACE, "sector", "latitude", "longitude"}
"""What a file changes unless somebody gave their address themselves."""

MOVED = frozenset(PLACE) - {"city"} | {"latitude", "longitude"}
"""What is no longer true of whoever has moved, where the file does not say it."""

NEW_PERSON = (
    *("id", "first_name", "last_name", "language", "language_by", "active", *PLACE),
    *("sector", "topics", "created_at", "changed_at", "latitude", "longitude", "reach"),
)
_plain, _place_of_row = attrgetter(*PLAIN), attrgetter(*PLACE)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """People of the file. `id`: by which the import is undone."""

    created: int
    changed: int
    unchanged: int
    id: int = field(default=0, compare=False)


async def import_rows(
    store: Store,
    rows: Sequence[ContactRow],
    *,
    by: str,
    now: datetime,
    file: str = "",
    refused: int = 0,
    also: Callable[[Connection, ImportReport], Awaitable[object]] | None = None,
) -> ImportReport:
    """Bring the contacts in line with the rows, in one transaction. Contacts not in the file are left alone. `file`:
    its name, and `refused`: how many of its rows were left out, both for the list of imports. `also`: done within the
    transaction."""
    async with store.reading() as c:  # nobody who writes waits for it, and it is most of the work
        seen = await register.fingerprint(c)
        changes = _compared(await register.read(c), rows, now)
    async with store.writing() as c:
        if await register.fingerprint(c) != seen:
            changes = _compared(await register.read(c), rows, now)
        new = await changes.store(c)
        counts = changes.counts()
        await journal.record(c, by, "imported", "contacts", counts, now)
        values = {**counts, "at": now, "who": by, "file": file, "refused": refused}
        values |= {"first_new": new[0], "last_new": new[-1]} if new else {}
        report = ImportReport(**counts, id=await import_log.record(c, values, changes.before))
        if also is not None:
            await also(c, report)
    return report


@dataclass(frozen=True, slots=True)
class ImportOutlook:
    """What an import would do."""

    created: list[ContactRow]
    changed: list[ContactRow]
    unchanged: int


async def outlook(store: Store, rows: Sequence[ContactRow], *, now: datetime) -> ImportOutlook:
    """Of the same rows, without a change."""
    async with store.reading() as c:
        changes = _compared(await register.read(c), rows, now)
    return ImportOutlook([row for row, _ in changes.new_people], changes.changed_rows, changes.unchanged)


def _compared(there: Register, rows: Sequence[ContactRow], now: datetime) -> _Changes:
    changes = _Changes(now)
    for row in rows:
        changes.add(row, there.match(row), there)
    return changes


@dataclass
class _Changes:
    """What is to be written."""

    now: datetime
    new_people: list[tuple[ContactRow, int | None]] = field(default_factory=list)
    new_points: list[tuple[Any, ...]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    changed_rows: list[ContactRow] = field(default_factory=list)
    before: list[tuple[int, Change]] = field(default_factory=list)
    """Of each changed contact, by id."""

    unchanged: int = 0
    touched: set[str] = field(default_factory=set)
    """Numbers of contacts that were there and are changed."""

    def counts(self) -> dict[str, int]:
        counted = len(self.new_people), len(self.changed_rows), self.unchanged
        return dict(zip(("created", "changed", "unchanged"), counted, strict=True))

    def add(self, row: ContactRow, who: int | None, there: Register) -> None:
        if who is None:
            row = row._replace(sector=there.sector(row._asdict())) if row.sector == "" else row
            self.new_people.append((row, there.reach(row)))
            return
        change = Change()
        self._change_person(row, there.people[who], change, there)
        self._change_points(row, who, there.points[who], change)
        if change:
            self.changed_rows.append(row)
            self.before.append((who, change))
            self.touched.update(point[1] for point in register.points_of(row))
            self.touched.update(address for _, address, _ in there.points[who])
        else:
            self.unchanged += 1

    def _change_person(self, row: ContactRow, person: Row, change: Change, there: Register) -> None:
        language = row.language if person.language_by == IMPORT else person.language
        wanted = (*_plain(row), list(row.topics), language, True)
        found = (*_plain(person), person.topics, person.language, person.active)
        if found != wanted and row.given != EVERYTHING:
            wanted = _kept(wanted, row, person)
        if found != wanted:
            wanted = _chosen(found, wanted, person)
        if found != wanted and not wanted[SECTOR] and person.address_by == IMPORT:
            wanted = _in_sector(wanted, there)
        if found != wanted:
            pairs = zip(CHANGED, found, wanted, strict=True)
            change.person = {name: (before, after) for name, before, after in pairs if before != after}
            self.people.append({**dict(zip(CHANGED, wanted, strict=True)), "which": person.id, "changed_at": self.now})

    def _change_points(self, row: ContactRow, who: int, there: dict[PointKey, Row], change: Change) -> None:
        wanted = {
            (channel, address, extension): place for channel, address, extension, place in register.points_of(row)
        }
        for key, place in wanted.items():
            if key not in there:
                self.new_points.append((who, *key, place, IMPORT))
                change.points.append((*key, None, None, True, place))
            else:
                self._change_point(there[key], change, active=True, position=place)
        for key, point in there.items():
            if key not in wanted and key[0] in row.given:
                self._change_point(point, change, active=False, position=point.position)

    def _change_point(self, point: Row, change: Change, *, active: bool, position: int) -> None:
        """A file switches on and off only what files have put there."""
        active = active if point.decided_by == IMPORT else point.active
        if (point.active, point.position) != (active, position):
            self.points.append({"which": point.id, "active": active, "position": position})
            key = point.channel, point.address, point.extension
            change.points.append((*key, point.active, point.position, active, position))

    async def store(self, c: Connection) -> Sequence[int]:
        """Returns the ids of the new contacts."""
        ids = await self._create(c)
        await bulk.insert_rows(c, contact_point, NEW_POINT, self.new_points)
        await _many(c, update(contact).where(contact.c.id == bindparam("which")), self.people)
        await _many(c, update(contact_point).where(contact_point.c.id == bindparam("which")), self.points)
        await reach.forget(c, self.touched)
        await dead_numbers.mark_new(c)
        return ids

    async def _create(self, c: Connection) -> Sequence[int]:
        ids = await bulk.new_ids(c, contact, len(self.new_people))
        now = bulk.storing(c, contact, "created_at")(self.now)
        as_stored = bulk.storing(c, contact, "topics")
        topics = {row.topics: "" for row, _ in self.new_people}
        topics = {each: as_stored(list(each)) for each in topics}
        people = []
        for id_, (row, found) in zip(ids, self.new_people, strict=True):
            language, place = row.language.value, _place_of_row(row)
            name = row.first_name, row.last_name
            rest = row.sector, topics[row.topics], now, now, row.latitude, row.longitude, found
            people.append((id_, *name, language, IMPORT, True, *place, *rest))
            self.new_points += [(id_, *point, IMPORT) for point in register.points_of(row)]
        await bulk.insert_rows(c, contact, NEW_PERSON, people)
        return ids


async def _many(c: Connection, statement: Any, values: Sequence[dict[str, Any]]) -> None:
    if values:
        await c.execute(statement, values)


def _chosen(found: tuple[Any, ...], wanted: tuple[Any, ...], person: Row) -> tuple[Any, ...]:
    """With what somebody has chosen themselves."""
    stays = {*(() if person.address_by == IMPORT else LIVES), *(() if person.topics_by == IMPORT else ("topics",))}
    return tuple(old if name in stays else new for name, old, new in zip(CHANGED, found, wanted, strict=True))


def _in_sector(wanted: tuple[Any, ...], there: Register) -> tuple[Any, ...]:
    """With what the streets say."""
    sector = there.sector(dict(zip(CHANGED, wanted, strict=True)))
    return *wanted[:SECTOR], sector, *wanted[SECTOR + 1 :]


def _kept(wanted: tuple[Any, ...], row: ContactRow, person: Row) -> tuple[Any, ...]:
    """With what is stored in the place of what the file has no column for."""
    said = row.given | {"active"} | ({"first_name"} if register.name_of(row) != register.name_of(person) else set())
    said = said - (set() if "first_name" in said else {"last_name"})
    if any(name in said and getattr(row, name) != getattr(person, name) for name in PLACE):
        said = said | MOVED | (set() if street_names.same_door(row, person) else {"sector"})
    return tuple(new if name in said else getattr(person, name) for name, new in zip(CHANGED, wanted, strict=True))
