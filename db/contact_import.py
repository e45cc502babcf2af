"""A file of residents into the store: whole or not at all, and twice the same file changes nothing.

A row is the contact of the same name who shares an address with it; else one without a name (enrolled by telephone)
who does; else one of the same name at the same civic address. What residents decided themselves (language, a number
switched off or added) stays theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.contact_rows import ContactRow
from alerts.model import Channel
from db import audit
from db.rows import Row
from db.schema import contact, contact_point
from db.store import Store

IMPORT = "import"
RESIDENT = "resident"

PLACE = ("civic_number", "street", "unit", "city", "postal_code")
PointKey = tuple[str, str, str]
"""Channel, address, extension."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """People of the file."""

    created: int
    changed: int
    unchanged: int


async def import_rows(store: Store, rows: Sequence[ContactRow], *, by: str, now: datetime) -> ImportReport:
    """Bring the contacts in line with the rows, in one transaction. Contacts not in the file are left alone."""
    async with store.writing() as c:
        register = await _register(c)
        changes = _Changes(now)
        for row in rows:
            changes.add(row, register.match(row), register)
        await changes.store(c)
        report = changes.report()
        await audit.record(c, by, "imported", "contacts", asdict(report), now)
    return report


@dataclass
class _Register:
    """Who is in the store; each is matched by one row at most."""

    people: dict[int, Row] = field(default_factory=dict)
    points: defaultdict[int, dict[PointKey, Row]] = field(default_factory=lambda: defaultdict(dict))
    by_address: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_name: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    taken: set[int] = field(default_factory=set)

    def match(self, row: ContactRow) -> int | None:
        found = next(self._candidates(row), None)
        if found is not None:
            self.taken.add(found)
        return found

    def _candidates(self, row: ContactRow) -> Iterator[int]:
        name, place = _name(row), _place(row)
        sharing = [who for key in _keys(row) for who in self.by_address[key[:2]]]
        free = [who for who in dict.fromkeys(sharing) if who not in self.taken]
        yield from (who for who in free if _name(self.people[who]) == name)
        yield from (who for who in free if not _name(self.people[who]))
        same_name = (who for who in self.by_name[name] if who not in self.taken)
        yield from (who for who in same_name if row.street and _place(self.people[who]) == place)


async def _register(c: AsyncConnection) -> _Register:
    register = _Register()
    for person in await c.execute(select(contact).order_by(contact.c.id)):
        register.people[person.id] = person
        register.by_name[_name(person)].append(person.id)
    for point in await c.execute(select(contact_point)):
        register.points[point.contact_id][point.channel, point.address, point.extension] = point
        register.by_address[point.channel, point.address].append(point.contact_id)
    return register


@dataclass
class _Changes:
    """What is to be written."""

    now: datetime
    new_people: list[tuple[dict[str, Any], list[dict[str, Any]]]] = field(default_factory=list)
    new_points: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    unchanged: int = 0

    def report(self) -> ImportReport:
        return ImportReport(len(self.new_people), len(self.changed), self.unchanged)

    def add(self, row: ContactRow, who: int | None, register: _Register) -> None:
        if who is None:
            person = {**_fields(row), "language": row.language, "language_by": IMPORT, "created_at": self.now}
            self.new_people.append(({**person, "changed_at": self.now}, list(_new_points(row))))
            return
        before = len(self.people) + len(self.points) + len(self.new_points)
        self._change_person(row, register.people[who])
        self._change_points(row, who, register.points[who])
        if len(self.people) + len(self.points) + len(self.new_points) > before:
            self.changed.add(who)
        else:
            self.unchanged += 1

    def _change_person(self, row: ContactRow, person: Row) -> None:
        wanted = _fields(row)
        wanted["language"] = row.language if person.language_by == IMPORT else person.language
        if any(getattr(person, name) != value for name, value in wanted.items()):
            self.people.append({**wanted, "which": person.id, "changed_at": self.now})

    def _change_points(self, row: ContactRow, who: int, there: dict[PointKey, Row]) -> None:
        wanted = {(each["channel"], each["address"], each["extension"]): each for each in _new_points(row)}
        for key, new in wanted.items():
            if key not in there:
                self.new_points.append({**new, "contact_id": who})
            else:
                self._change_point(there[key], active=True, position=new["position"])
        for key, point in there.items():
            if key not in wanted:
                self._change_point(point, active=False, position=point.position)

    def _change_point(self, point: Row, *, active: bool, position: int) -> None:
        """A file switches on and off only what files have put there."""
        active = active if point.decided_by == IMPORT else point.active
        if (point.active, point.position) != (active, position):
            self.points.append({"which": point.id, "active": active, "position": position})

    async def store(self, c: AsyncConnection) -> None:
        await self._create(c)
        await _many(c, insert(contact_point), self.new_points)
        await _many(c, update(contact).where(contact.c.id == bindparam("which")), self.people)
        await _many(c, update(contact_point).where(contact_point.c.id == bindparam("which")), self.points)

    async def _create(self, c: AsyncConnection) -> None:
        if not self.new_people:
            return
        in_order = insert(contact).returning(contact.c.id, sort_by_parameter_order=True)
        ids = (await c.execute(in_order, [person for person, _ in self.new_people])).scalars().all()
        for contact_id, (_, points) in zip(ids, self.new_people, strict=True):
            self.new_points.extend({**point, "contact_id": contact_id} for point in points)


async def _many(c: AsyncConnection, statement: Any, values: Sequence[dict[str, Any]]) -> None:
    if values:
        await c.execute(statement, values)


def _name(who: Any) -> str:
    return f"{who.first_name} {who.last_name}".strip().casefold()


def _place(who: Any) -> tuple[str, ...]:
    return tuple(getattr(who, name).casefold() for name in PLACE)


def _fields(row: ContactRow) -> dict[str, Any]:
    plain = ("first_name", "last_name", *PLACE, "sector")
    return {**{name: getattr(row, name) for name in plain}, "topics": list(row.topics), "active": True}


def _keys(row: ContactRow) -> Iterable[PointKey]:
    for line in row.voice:
        yield Channel.VOICE, line.number, line.extension
    for line in row.sms:
        yield Channel.SMS, line.number, ""
    for address in row.email:
        yield Channel.EMAIL, address, ""


def _new_points(row: ContactRow) -> Iterator[dict[str, Any]]:
    places: defaultdict[str, int] = defaultdict(int)
    for channel, address, extension in _keys(row):
        yield {
            "channel": channel,
            "address": address,
            "extension": extension,
            "position": places[channel],
            "decided_by": IMPORT,
        }
        places[channel] += 1
