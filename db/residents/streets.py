"""The streets of the town, each stretch with its sector; and the residents whose sector they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from db.engine.connection import Connection
from db.schema import contact, street
from rules import street_names
from rules.seeding import Lived
from rules.street import Side, Street
from rules.stretches import StreetIndex, Stretch

_ADDRESS = contact.c.street, contact.c.civic_number, contact.c.postal_code, contact.c.sector
_LIVES = contact.c.active, contact.c.street != ""


async def every(c: Connection) -> list[Stretch]:
    """By name and number."""
    query = select(street).order_by(street.c.name, street.c.first, street.c.side, street.c.id)
    return [_stretch(row) for row in await c.execute(query)]


async def of_name(c: Connection, name: str) -> list[Stretch]:
    """Those that may be meant by it, of whatever type."""
    query = select(street).where(street.c.known_as == street_names.read(name).rest)
    return [_stretch(row) for row in await c.execute(query)]


async def compared(c: Connection, stretches: Iterable[Stretch]) -> tuple[int, int]:
    """How many of these are new, and how many of those there are not among them."""
    before, after = set(await _rows(c)), {_values(each) for each in stretches}
    return len(after - before), len(before - after)


async def replace(c: Connection, stretches: Sequence[Stretch]) -> tuple[int, int]:
    """All of them by these; as `compared` says."""
    counts = await compared(c, stretches)
    await c.execute(delete(street))
    names = [column.name for column in street.c][1:]
    rows = dict.fromkeys(map(_values, stretches))
    await c.execute(insert(street), [dict(zip(names, row, strict=True)) for row in rows])
    return counts


async def lived(c: Connection) -> list[Lived]:
    """Where everybody lives whose sector is known."""
    found = await c.execute(select(*_ADDRESS).where(*_LIVES, contact.c.sector != "").order_by(contact.c.id))
    return [Lived(*row) for row in found]


async def give_sectors(c: Connection, streets: StreetIndex, now: datetime) -> int:
    """To those who have an address and no sector; how many have one now."""
    found = [{"which": id_, "where": sector} for id_, sector in (await sectors_to_give(c, streets)).items()]
    if found:
        given = update(contact).where(contact.c.id == bindparam("which"))
        await c.execute(given.values(sector=bindparam("where"), changed_at=now), found)
    return len(found)


async def sectors_to_give(c: Connection, streets: StreetIndex) -> dict[int, str]:
    """By contact."""
    query = select(contact.c.id, *_ADDRESS).where(*_LIVES, contact.c.sector == "")
    said = {row.id: streets.sector(row.street, row.civic_number, row.postal_code) for row in await c.execute(query)}
    return {id_: sector for id_, sector in said.items() if sector}


async def without_sector(c: Connection) -> int:
    """Enrolled residents."""
    query = select(func.count()).select_from(contact).where(contact.c.active, contact.c.sector == "")
    return int((await c.execute(query)).scalar_one())


async def others(c: Connection, streets: StreetIndex) -> int:
    """Residents whose sector is not the one that their street says."""
    found = await c.execute(select(*_ADDRESS).where(*_LIVES, contact.c.sector != ""))
    said = ((streets.sector(row.street, row.civic_number, row.postal_code), row.sector) for row in found)
    return sum(sector not in ("", its) for sector, its in said)


async def _rows(c: Connection) -> Sequence[tuple[Any, ...]]:
    return [tuple(row)[1:] for row in await c.execute(select(street))]


def _values(one: Stretch) -> tuple[Any, ...]:
    """In the order of the columns."""
    its = one.street
    known_as = street_names.read(its.name).rest
    return its.name, its.first, its.last, its.side.value, one.postal_code, one.sector, known_as


def _stretch(row: Row[Any]) -> Stretch:
    its = Street(row.name, row.first, row.last, Side(row.side))
    return Stretch(street=its, sector=row.sector, postal_code=row.postal_code)
