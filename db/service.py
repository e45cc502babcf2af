"""The heartbeat of the running service, for other programs on the same store."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from db.schema import heartbeat
from db.store import Store

SILENT = timedelta(seconds=15)
"""Without a beat for so long, the service is not running: it beats several times in this."""

_ONLY = 1


async def beat(store: Store, now: datetime) -> None:
    async with store.writing() as c:
        there = await c.execute(update(heartbeat).where(heartbeat.c.id == _ONLY).values(at=now))
        if not there.rowcount:
            await c.execute(insert(heartbeat), {"id": _ONLY, "at": now})


async def alive(store: Store, now: datetime) -> bool:
    async with store.reading() as c:
        at: datetime | None = (await c.execute(select(heartbeat.c.at).where(heartbeat.c.id == _ONLY))).scalar()
    return at is not None and now - at < SILENT
