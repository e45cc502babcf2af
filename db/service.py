"""The heartbeat of the running service, for other programs on the same store; it tells, too, when the clock was put
back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import attempt, attempt_waits, heartbeat, message, message_waits
from db.store import Store

SILENT = timedelta(seconds=15)
"""Without a beat for so long, the service is not running: it beats several times in this. Clocks of two machines on
one store, too, may differ by as much."""

_ONLY = 1
_LAST = select(heartbeat.c.at).where(heartbeat.c.id == _ONLY)


async def beat(store: Store, now: datetime) -> timedelta:
    """Returns by how much the clock was put back since the last beat. What waits for a moment to come then waits no
    longer than before: the moments are moved with it."""
    async with store.writing() as c:
        before: datetime | None = (await c.execute(_LAST)).scalar()
        if before is None:
            await c.execute(insert(heartbeat), {"id": _ONLY, "at": now})
            return timedelta()
        await c.execute(update(heartbeat).where(heartbeat.c.id == _ONLY).values(at=now))
        put_back = max(timedelta(), before - now)
        if put_back < SILENT:
            return timedelta()
        await _move_back(c, attempt, attempt_waits, put_back, now)
        await _move_back(c, message, message_waits, put_back, now)
        return put_back


async def _move_back(
    c: AsyncConnection, table: Table, waits: ColumnElement[bool], by: timedelta, now: datetime
) -> None:
    due = table.c.due_at
    moments = (await c.execute(select(due).distinct().where(waits, due > now))).scalars().all()
    if moments:
        move = update(table).where(waits, due == bindparam("was")).values(due_at=bindparam("becomes"))
        await c.execute(move, [{"was": moment, "becomes": max(now, moment - by)} for moment in sorted(moments)])


async def alive(store: Store, now: datetime) -> bool:
    async with store.reading() as c:
        at: datetime | None = (await c.execute(_LAST)).scalar()
    return at is not None and abs(now - at) < SILENT
