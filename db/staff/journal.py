"""The journal: who did what, to whom or what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from db import schema
from db.engine.connection import Connection
from db.engine.store import Store


async def record(
    where: Connection | Store,
    who: str,
    what: str,
    subject: str,
    detail: Mapping[str, Any],
    now: datetime,
    *,
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Write one line, within the transaction given or in one of its own. `what`: a verb (`cancelled`); `subject`:
    `alert 7`, `contact 12`. `personal`: what names somebody, kept apart so that it can be erased and the line stays;
    numbers in it are the caller's to mask."""
    values = {"at": now, "who": who, "what": what, "subject": subject, "detail": dict(detail)}
    line = insert(schema.journal).values(**values, personal=dict(personal) if personal else None)
    if not isinstance(where, Store):
        await where.execute(line)
        return
    async with where.writing() as c:
        await c.execute(line)


async def about(store: Store, subject: str) -> list[dict[str, Any]]:
    """Its lines, oldest first."""
    lines = schema.journal
    query = select(lines).where(lines.c.subject == subject).order_by(lines.c.at, lines.c.id)
    async with store.reading() as c:
        return [_line(row) for row in await c.execute(query)]


def _line(row: Row[Any]) -> dict[str, Any]:
    detail = {**row.detail, **(row.personal or {})}
    return {"at": row.at.isoformat(), "who": row.who, "what": row.what, "detail": detail}
