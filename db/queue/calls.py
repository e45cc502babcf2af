"""The log of calls that came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, update

from db.engine.store import Store
from db.schema import call_log


async def begin(store: Store, call_id: str, caller: str, called: str, now: datetime) -> None:
    """A call came in. One taken up again after a restart begins again."""
    row = {"call_id": call_id, "caller": caller, "called": called, "began_at": now}
    async with store.writing() as c:
        await c.execute(delete(call_log).where(call_log.c.call_id == call_id))
        await c.execute(insert(call_log), row)


async def end(store: Store, call_id: str, path: str, now: datetime) -> None:
    """It is over. `path`: the scripts that it went through, with spaces between."""
    async with store.writing() as c:
        await c.execute(update(call_log).where(call_log.c.call_id == call_id).values(path=path, ended_at=now))
