"""Who is in the store: read whole, to be matched with the rows of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unicodedata import normalize

from sqlalchemy import Column, bindparam, select
from sqlalchemy import Connection as SyncConnection

from db.engine.connection import Connection
from db.engine.rows import Row
from db.residents import streets
from db.schema import contact, contact_point, opt_out, opt_out_holds, street
from rules.contact_rows import ContactRow
from rules.model import Channel
from rules.reach import computed
from rules.stretches import StreetIndex

PLACE = ("civic_number", "street", "unit", "city", "postal_code")
PLAIN = ("first_name", "last_name", *PLACE, "sector", "latitude", "longitude")
NEW_POINT = ("contact_id", "channel", "address", "extension", "position", "decided_by")
VOICE, SMS, EMAIL = Channel.VOICE.value, Channel.SMS.value, Channel.EMAIL.value

CHOSEN_BY = "topics_by", "language_by", "address_by"
_PERSON = [contact.c[name] for name in ("id", *PLAIN, "topics", "language", *CHOSEN_BY, "active")]
_POINT = [contact_point.c[name] for name in ("id", "active", *NEW_POINT)]
_GONE = [*opt_out.c]
_STREETS = [*street.c]
PAGE = 10_000

PointKey = tuple[str, str, str]
"""Channel, address, extension."""


@dataclass
class Register:
    """Who is in the store; each is matched by one row at most."""

    people: dict[int, Row] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    points: defaultdict[int, dict[PointKey, Row]] = field(default_factory=lambda: defaultdict(dict))
    by_address: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_name: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    taken: set[int] = field(default_factory=set)
    streets: StreetIndex = field(default_factory=lambda: StreetIndex(()))
    numbers: set[tuple[str, str]] = field(default_factory=set)
    """Those that somebody has, or had: a row with one of them is computed later."""

    def reach(self, row: ContactRow) -> int | None:
        """Of a new contact. Who enrolled earlier has the number first, so others are not concerned."""
        points = [(VOICE, line.number) for line in row.voice] + [(SMS, line.number) for line in row.sms]
        points += [(EMAIL, address) for address in row.email]
        free = self.numbers.isdisjoint(points)
        self.numbers.update(points)
        many = (VOICE, len(row.voice)), (SMS, len(row.sms)), (EMAIL, len(row.email))
        return computed(tuple((channel, None, count, False) for channel, count in many)) if free else None

    def sector(self, of: Mapping[str, Any]) -> str:
        """That of an address, where nobody says another."""
        return self.streets.sector(of["street"], of["civic_number"], of["postal_code"]) if self.streets else ""

    def match(self, row: ContactRow) -> int | None:
        found = next(self._candidates(row), None) if self.people else None
        if found is not None:
            self.taken.add(found)
        return found

    def _candidates(self, row: ContactRow) -> Iterator[int]:
        name = name_of(row)
        sharing = [
            who for channel, address, *_ in points_of(row) for who in self.by_address.get((channel, address), ())
        ]
        free = [who for who in dict.fromkeys(sharing) if who not in self.taken]
        yield from (who for who in free if self.names[who] == name)
        yield from (who for who in free if not self.names[who])
        same_name = (who for who in self.by_name.get(name, ()) if who not in self.taken)
        yield from (who for who in same_name if row.street and place_of(self.people[who]) == place_of(row))


async def read(c: Connection) -> Register:
    """Of everybody."""
    register = Register()
    for row in await c.execute(select(*_PERSON).order_by(contact.c.id)):
        register.people[row.id] = row
        register.names[row.id] = name = name_of(row)
        register.by_name[name].append(row.id)
    for row in await c.execute(select(*_POINT)):
        register.points[row.contact_id][row.channel, row.address, row.extension] = row
        register.by_address[row.channel, row.address].append(row.contact_id)
    gone = await c.execute(select(opt_out.c.channel, opt_out.c.address).where(opt_out_holds))
    register.numbers.update(register.by_address, ((row.channel, row.address) for row in gone))
    register.streets = StreetIndex(await streets.every(c))
    return register


async def fingerprint(c: Connection) -> int:
    """Of all that a register holds: the same, in one program, as long as none of it is changed."""
    found = [await c.run_sync(partial(_hash, columns=columns)) for columns in (_PERSON, _POINT, _GONE, _STREETS)]
    return hash(tuple(found))


def _hash(c: SyncConnection, columns: Sequence[Column[Any]]) -> int:
    """Page by page, as the driver gives them: what SQLAlchemy makes of each value is not needed."""
    after, found = 0, 0
    query = select(*columns).where(columns[0] > bindparam("after")).order_by(columns[0]).limit(PAGE)
    while page := c.execute(query, {"after": after}).cursor.fetchall():
        after, found = page[-1][0], hash((found, *page))
    return found


def name_of(who: Any) -> str:
    return normalize("NFC", f"{who.first_name} {who.last_name}".strip().casefold())


def place_of(who: Any) -> tuple[str, ...]:
    return tuple(normalize("NFC", getattr(who, name).casefold()) for name in PLACE)


def points_of(row: ContactRow) -> list[tuple[str, str, str, int]]:
    """Channel, address, extension, and the place in the order of that channel."""
    points = [(VOICE, line.number, line.extension, place) for place, line in enumerate(row.voice)]
    points += [(SMS, line.number, "", place) for place, line in enumerate(row.sms)]
    points += [(EMAIL, address, "", place) for place, address in enumerate(row.email)]
    return points
