"""Those who run it, and how they tried to prove it by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import member, pin_try
from rules.frozen import Record
from rules.roles import StaffRole

_SHOWN = [member.c[name] for name in ("id", "name", "number", "roles", "created_at", "pin_set_at")]


class Member(Record, frozen=True):
    """`number`: the registered telephone, E.164. `pin_set_at`: None where they have no PIN yet."""

    id: int
    name: str
    number: str
    roles: tuple[StaffRole, ...]
    created_at: datetime
    pin_set_at: datetime | None


class Taken(Exception):
    """Somebody has this name or number already: `field`."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


async def every(store: Store) -> list[Member]:
    """By name."""
    async with store.reading() as c:
        return [_member(row) for row in await c.execute(select(*_SHOWN).where(member.c.active).order_by(member.c.name))]


async def named(c: Connection, name: str) -> Member | None:
    """However the name is written."""
    found = await c.execute(select(*_SHOWN).where(member.c.active))
    return next((_member(row) for row in found if row.name.casefold() == name.casefold()), None)


async def of_number(store: Store, number: str) -> Member | None:
    async with store.reading() as c:
        row = (await c.execute(select(*_SHOWN).where(member.c.active, member.c.number == number))).first()
    return _member(row) if row else None


async def add(c: Connection, name: str, number: str, roles: tuple[StaffRole, ...], now: datetime) -> int:
    """Raises Taken."""
    await _check_free(c, None, {"name": name, "number": number})
    values = {"name": name, "number": number, "roles": list(roles), "active": True, "created_at": now}
    return int((await c.execute(insert(member).values(values).returning(member.c.id))).scalar_one())


async def change(c: Connection, id: int, values: Mapping[str, Any]) -> None:  # noqa: A002
    """Raises Taken."""
    await _check_free(c, id, values)
    await c.execute(update(member).where(member.c.id == id, member.c.active).values(dict(values)))


async def _check_free(c: Connection, id: int | None, values: Mapping[str, Any]) -> None:  # noqa: A002
    others = [row for row in await c.execute(select(*_SHOWN).where(member.c.active)) if row.id != id]
    for field in ("name", "number"):
        if field in values and any(getattr(each, field).casefold() == values[field].casefold() for each in others):
            raise Taken(field)


async def secret(store: Store, id: int) -> tuple[str, str]:  # noqa: A002
    """Salt and digest of the PIN; "" where there is none."""
    async with store.reading() as c:
        row = (await c.execute(select(member.c.salt, member.c.digest).where(member.c.id == id))).one()
    return row.salt, row.digest


async def wrong_tries(store: Store, id: int, since: datetime, caller: str) -> int:  # noqa: A002
    """Since then, and since the last right one; from that caller."""
    async with store.reading() as c:
        return await _wrong_tries(c, id, since, caller)


async def _wrong_tries(c: Connection, id: int, since: datetime, caller: str | None = None) -> int:  # noqa: A002
    tries = [pin_try.c.member_id == id, *([] if caller is None else [pin_try.c.caller == caller])]
    last = select(func.max(pin_try.c.id)).where(*tries, pin_try.c.accepted).scalar_subquery()
    query = select(func.count()).where(
        *tries, pin_try.c.at >= since, ~pin_try.c.accepted, pin_try.c.id > func.coalesce(last, 0)
    )
    return int((await c.execute(query)).scalar_one())


async def tried(store: Store, id: int, caller: str, now: datetime, since: datetime, *, accepted: bool) -> int:  # noqa: A002
    """A PIN was keyed in; how many were wrong `since` then, from wherever. Older tries are forgotten."""
    async with store.writing() as c:
        await c.execute(delete(pin_try).where(pin_try.c.at < since))
        await c.execute(insert(pin_try).values(member_id=id, caller=caller, at=now, accepted=accepted))
        return await _wrong_tries(c, id, since)


def _member(row: Row[Any]) -> Member:
    values = dict(row._mapping)
    return Member(**{**values, "roles": tuple(map(StaffRole, row.roles))})
