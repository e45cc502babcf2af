"""What waits in the store, and whether its file is whole."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, text

from db.engine.store import Store
from db.schema import alert, attempt, attempt_waits, message, message_waits
from rules.status import AlertStatus


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, and the alerts that are under way."""

    calls: int
    texts: int
    running: tuple[int, ...]
    titles: tuple[str, ...]


async def queue(store: Store) -> Queue:
    running = select(alert.c.id, alert.c.title).where(alert.c.status == AlertStatus.RUNNING).order_by(alert.c.id)
    async with store.reading() as c:
        calls = (await c.execute(select(func.count()).select_from(attempt).where(attempt_waits))).scalar_one()
        texts = (await c.execute(select(func.count()).select_from(message).where(message_waits))).scalar_one()
        alerts = (await c.execute(running)).all()
    return Queue(calls, texts, tuple(row.id for row in alerts), tuple(row.title for row in alerts))


async def integrity(store: Store) -> list[str]:
    """What is wrong with the database's file, SQLite's own check; nothing on another database."""
    async with store.reading() as c:
        if c.dialect.name != "sqlite":
            return []
        found = (await c.execute(text("PRAGMA quick_check"))).scalars().all()
        broken = (await c.execute(text("PRAGMA foreign_key_check"))).all()
    lost = [f"{len(broken)} rows refer to others that are not there"] if broken else []
    return [*(str(line) for line in found if line != "ok"), *lost]
