"""The heartbeat of the running service, for other programs on the same store; it tells, too, when the clock was put
back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, insert, select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import attempt, attempt_waits, heartbeat, message, message_waits

SILENT = timedelta(seconds=15)
"""Without a beat for so long, the service is not running: it beats several times in this. Clocks of two machines on
one store, too, may differ by as much."""

_ONLY = 1
_BEAT = update(heartbeat).where(heartbeat.c.id == _ONLY)
_LAST = select(heartbeat.c.at).where(heartbeat.c.id == _ONLY)


@dataclass(frozen=True, slots=True)
class Beat:
    """The last one. `state`: as `service.vitals` makes it; empty when there never was a service."""

    alive: bool
    at: datetime | None = None
    state: Mapping[str, Any] = field(default_factory=dict)


async def beat(store: Store, now: datetime, state: Mapping[str, Any] | None = None) -> timedelta:
    """`state`: what the service tells of itself. Returns by how much the clock was put back since the last beat. What
    waits for a moment to come then waits no longer than before: the moments are moved with it."""
    async with store.writing() as c:
        before: datetime | None = (await c.execute(_LAST)).scalar()
        if before is None:
            await c.execute(insert(heartbeat), {"id": _ONLY, "at": now, "state": dict(state or {})})
            return timedelta()
        await c.execute(_BEAT, {"at": now, "state": dict(state or {})})
        put_back = max(timedelta(), before - now)
        if put_back < SILENT:
            return timedelta()
        for moments in (attempt.c.due_at, message.c.due_at, message.c.expires_at):
            await _move_back(c, moments, attempt_waits if moments.table is attempt else message_waits, put_back, now)
        return put_back


async def _move_back(
    c: Connection, due: Column[datetime], waits: ColumnElement[bool], by: timedelta, now: datetime
) -> None:
    moments = (await c.execute(select(due).distinct().where(waits, due > now))).scalars().all()
    if moments:
        move = update(due.table).where(waits, due == bindparam("was")).values({due: bindparam("becomes")})
        await c.execute(move, [{"was": moment, "becomes": max(now, moment - by)} for moment in sorted(moments)])


async def last(store: Store, now: datetime) -> Beat:
    async with store.reading() as c:
        row = (await c.execute(select(heartbeat).where(heartbeat.c.id == _ONLY))).first()
    return Beat(abs(now - row.at) < SILENT, row.at, row.state) if row else Beat(alive=False)


async def alive(store: Store, now: datetime) -> bool:
    return (await last(store, now)).alive
