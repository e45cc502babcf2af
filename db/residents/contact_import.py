"""A file of residents into the store: whole or not at all, and twice the same file changes nothing.

A row is the contact of the same name who shares an address with it; else one without a name (enrolled by telephone)
who does; else one of the same name at the same civic address. What residents decided themselves (language, a number
switched off or added) stays theirs. Of columns that the file does not have, the store keeps what it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any
from unicodedata import normalize

from sqlalchemy import bindparam, select, update

from db.engine import bulk
from db.engine.connection import Connection
from db.engine.rows import Row
from db.engine.store import Store
from db.residents import dead_numbers, import_log, reach
from db.residents.import_log import Change
from db.schema import contact, contact_point, opt_out, opt_out_holds
from db.staff import journal
from rules.contact_rows import EVERYTHING, ContactRow
from rules.model import Channel
from rules.reach import reckoned

IMPORT = "import"
RESIDENT = "resident"

PLACE = ("civic_number", "street", "unit", "city", "postal_code")
SAID = ("first_name", "last_name", *PLACE, "sector")
PLAIN = (*SAID, "latitude", "longitude")
CHANGED = (*PLAIN, "topics", "language", "active")
MOVED = frozenset(PLACE) - {"city"} | {"latitude", "longitude"}
"""What is no longer true of whoever has moved, where the file does not say it."""

NEW_PERSON = (
    *("id", "first_name", "last_name", "language", "language_by", "active", *PLACE),
    *("sector", "topics", "created_at", "changed_at", "latitude", "longitude", "reach"),
)
NEW_POINT = ("contact_id", "channel", "address", "extension", "position", "decided_by")
VOICE, SMS, EMAIL = Channel.VOICE.value, Channel.SMS.value, Channel.EMAIL.value

PointKey = tuple[str, str, str]
"""Channel, address, extension."""

_plain, _place_of_row = attrgetter(*PLAIN), attrgetter(*PLACE)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """People of the file. `id`: by which the import is undone."""

    created: int
    changed: int
    unchanged: int
    id: int = field(default=0, compare=False)


async def import_rows(
    store: Store, rows: Sequence[ContactRow], *, by: str, now: datetime, file: str = "", refused: int = 0
) -> ImportReport:
    """Bring the contacts in line with the rows, in one transaction. Contacts not in the file are left alone. `file`:
    its name, and `refused`: how many of its rows were left out, both for the list of imports."""
    async with store.writing() as c:
        changes = _compared(await _register(c), rows, now)
        new = await changes.store(c)
        counts = changes.counts()
        await journal.record(c, by, "imported", "contacts", counts, now)
        values = {**counts, "at": now, "who": by, "file": file, "refused": refused}
        values |= {"first_new": new[0], "last_new": new[-1]} if new else {}
        import_id = await import_log.record(c, values, changes.before)
    return ImportReport(**counts, id=import_id)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an import would do."""

    created: list[ContactRow]
    changed: list[ContactRow]
    unchanged: int


async def outlook(store: Store, rows: Sequence[ContactRow], *, now: datetime) -> Outlook:
    """Of the same rows, without a change."""
    async with store.reading() as c:
        changes = _compared(await _register(c), rows, now)
    return Outlook([row for row, _ in changes.new_people], changes.changed_rows, changes.unchanged)


def _compared(register: _Register, rows: Sequence[ContactRow], now: datetime) -> _Changes:
    changes = _Changes(now)
    for row in rows:
        changes.add(row, register.match(row), register)
    return changes


@dataclass
class _Register:
    """Who is in the store; each is matched by one row at most."""

    people: dict[int, Row] = field(default_factory=dict)
    points: defaultdict[int, dict[PointKey, Row]] = field(default_factory=lambda: defaultdict(dict))
    by_address: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_name: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    taken: set[int] = field(default_factory=set)
    numbers: set[tuple[str, str]] = field(default_factory=set)
    """Those that somebody has, or had: a row with one of them is reckoned later."""

    def reach(self, row: ContactRow) -> int | None:
        """Of a new contact. Who enrolled earlier has the number first, so others are not concerned."""
        points = [(VOICE, line.number) for line in row.voice] + [(SMS, line.number) for line in row.sms]
        points += [(EMAIL, address) for address in row.email]
        free = self.numbers.isdisjoint(points)
        self.numbers.update(points)
        many = (VOICE, len(row.voice)), (SMS, len(row.sms)), (EMAIL, len(row.email))
        return reckoned(tuple((channel, None, count, False) for channel, count in many)) if free else None

    def match(self, row: ContactRow) -> int | None:
        found = next(self._candidates(row), None) if self.people else None
        if found is not None:
            self.taken.add(found)
        return found

    def _candidates(self, row: ContactRow) -> Iterator[int]:
        name = _name(row)
        sharing = [who for channel, address, *_ in _points(row) for who in self.by_address.get((channel, address), ())]
        free = [who for who in dict.fromkeys(sharing) if who not in self.taken]
        yield from (who for who in free if _name(self.people[who]) == name)
        yield from (who for who in free if not _name(self.people[who]))
        same_name = (who for who in self.by_name.get(name, ()) if who not in self.taken)
        yield from (who for who in same_name if row.street and _place(self.people[who]) == _place(row))


async def _register(c: Connection) -> _Register:
    register = _Register()
    person = select(*(contact.c[name] for name in ("id", *PLAIN, "topics", "language", "language_by", "active")))
    for row in await c.execute(person.order_by(contact.c.id)):
        register.people[row.id] = row
        register.by_name[_name(row)].append(row.id)
    point = select(*(contact_point.c[name] for name in ("id", "active", *NEW_POINT)))
    for row in await c.execute(point):
        register.points[row.contact_id][row.channel, row.address, row.extension] = row
        register.by_address[row.channel, row.address].append(row.contact_id)
    gone = await c.execute(select(opt_out.c.channel, opt_out.c.address).where(opt_out_holds))
    register.numbers.update(register.by_address, ((row.channel, row.address) for row in gone))
    return register


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

    def add(self, row: ContactRow, who: int | None, register: _Register) -> None:
        if who is None:
            self.new_people.append((row, register.reach(row)))
            return
        change = Change()
        self._change_person(row, register.people[who], change)
        self._change_points(row, who, register.points[who], change)
        if change:
            self.changed_rows.append(row)
            self.before.append((who, change))
            self.touched.update(point[1] for point in _points(row))
            self.touched.update(address for _, address, _ in register.points[who])
        else:
            self.unchanged += 1

    def _change_person(self, row: ContactRow, person: Row, change: Change) -> None:
        language = row.language if person.language_by == IMPORT else person.language
        wanted = (*_plain(row), list(row.topics), language, True)
        if row.given != EVERYTHING:
            wanted = _kept(wanted, row, person)
        found = (*_plain(person), person.topics, person.language, person.active)
        if found != wanted:
            pairs = zip(CHANGED, found, wanted, strict=True)
            change.person = {name: (before, after) for name, before, after in pairs if before != after}
            self.people.append({**dict(zip(CHANGED, wanted, strict=True)), "which": person.id, "changed_at": self.now})

    def _change_points(self, row: ContactRow, who: int, there: dict[PointKey, Row], change: Change) -> None:
        wanted = {(channel, address, extension): place for channel, address, extension, place in _points(row)}
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
            self.new_points += [(id_, *point, IMPORT) for point in _points(row)]
        await bulk.insert_rows(c, contact, NEW_PERSON, people)
        return ids


async def _many(c: Connection, statement: Any, values: Sequence[dict[str, Any]]) -> None:
    if values:
        await c.execute(statement, values)


def _kept(wanted: tuple[Any, ...], row: ContactRow, person: Row) -> tuple[Any, ...]:
    """With what is stored in the place of what the file has no column for."""
    said = row.given | {"active"} | ({"first_name"} if _name(row) != _name(person) else set())
    said = said - (set() if "first_name" in said else {"last_name"})
    if any(name in said and getattr(row, name) != getattr(person, name) for name in PLACE):
        said = said | MOVED
    return tuple(new if name in said else getattr(person, name) for name, new in zip(CHANGED, wanted, strict=True))


def _name(who: Any) -> str:
    return normalize("NFC", f"{who.first_name} {who.last_name}".strip().casefold())


def _place(who: Any) -> tuple[str, ...]:
    return tuple(normalize("NFC", getattr(who, name).casefold()) for name in PLACE)


def _points(row: ContactRow) -> list[tuple[str, str, str, int]]:
    """Channel, address, extension, and the place in the order of that channel."""
    points = [(VOICE, line.number, line.extension, place) for place, line in enumerate(row.voice)]
    points += [(SMS, line.number, "", place) for place, line in enumerate(row.sms)]
    points += [(EMAIL, address, "", place) for place, address in enumerate(row.email)]
    return points
