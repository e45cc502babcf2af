"""Long acts: what is to be done, how far it is, what came of it. They outlive whoever asked for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import job
from rules.frozen import Record


class Job(Record, frozen=True):
    """`subject`: as the journal has it (`alert 7`). `progress`, `result`: by kind. `error`: why it was given up, in
    words for whoever asked."""

    id: int
    kind: str
    subject: str
    request: Mapping[str, Any]
    who: str
    at: datetime
    progress: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: str | None
    ended_at: datetime | None


class Over(Exception):
    """Somebody else brought the job to its end."""


async def create(c: Connection, kind: str, subject: str, request: Mapping[str, Any], *, by: str, now: datetime) -> int:
    values = {"kind": kind, "subject": subject, "request": dict(request), "who": by, "at": now}
    return int((await c.execute(insert(job).values(values).returning(job.c.id))).scalar_one())


async def get(store: Store, id: int) -> Job | None:  # noqa: A002
    async with store.reading() as c:
        row = (await c.execute(select(job).where(job.c.id == id))).first()
    return _job(row) if row else None


async def unfinished(store: Store) -> list[Job]:
    """Oldest first."""
    async with store.reading() as c:
        return await going(c)


async def going(c: Connection) -> list[Job]:
    """Those that are not at their end; in a writing transaction, no other begins meanwhile."""
    return [_job(row) for row in await c.execute(select(job).where(job.c.ended_at.is_(None)).order_by(job.c.id))]


async def last(store: Store, kinds: Collection[str]) -> Job | None:
    """The newest of these kinds."""
    async with store.reading() as c:
        row = (await c.execute(select(job).where(job.c.kind.in_(kinds)).order_by(job.c.id.desc()).limit(1))).first()
    return _job(row) if row else None


async def get_on(store: Store, id: int, progress: Mapping[str, Any]) -> None:  # noqa: A002
    """How far it is."""
    async with store.writing() as c:
        await c.execute(update(job).where(job.c.id == id, job.c.ended_at.is_(None)).values(progress=dict(progress)))


async def end(
    c: Connection,
    id: int,  # noqa: A002
    now: datetime,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    """Within the transaction of the last step: both are done or neither. Raises Over."""
    values = {"ended_at": now, "result": dict(result) if result is not None else None, "error": error}
    ended = await c.execute(update(job).where(job.c.id == id, job.c.ended_at.is_(None)).values(values))
    if ended.rowcount != 1:
        raise Over(f"job {id}")


def _job(row: Row[Any]) -> Job:
    return Job(**row._mapping)
