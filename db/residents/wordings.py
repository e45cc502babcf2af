"""What residents agreed to, word for word: each version of a wording stays when its text is edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import wording as table
from rules.model import Wording


async def keep(c: Connection, wording: Wording, now: datetime) -> None:
    """Before anything refers to it; once."""
    known = await c.execute(select(table.c.version).where(table.c.version == wording.version))
    if known.first() is None:
        values = {"key": wording.key, "language": wording.language, "text": wording.text}
        await c.execute(insert(table), {**values, "version": wording.version, "since": now})


async def text(store: Store, version: str) -> str | None:
    """The words of a version; None where they were not kept."""
    async with store.reading() as c:
        found: str | None = (await c.execute(select(table.c.text).where(table.c.version == version))).scalar()
    return found
