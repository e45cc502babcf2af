"""Which files were imported, by whom and when; and for 30 days what each changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from db.engine import bulk
from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import contact_import, contact_import_change
from rules.frozen import Record

KEPT = timedelta(days=30)
"""How long an import can be undone: what it changed holds people's addresses, and is not needed later."""


@dataclass(slots=True)
class Change:
    """What an import did to one contact who was there. `person`: column -> before and after. `points`: channel,
    address, extension, whether it was active before and in which place (None: it was not there), and the same after."""

    person: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    points: list[tuple[str, str, str, bool | None, int | None, bool, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.person or self.points)


class Import(Record, frozen=True):
    """`first_new`, `last_new`: ids of the contacts that it created, where it did."""

    id: int
    at: datetime
    who: str
    file: str
    created: int
    changed: int
    unchanged: int
    refused: int
    first_new: int | None = None
    last_new: int | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None


async def record(c: Connection, values: dict[str, Any], changes: Sequence[tuple[int, Change]]) -> int:
    """Within the transaction of the import; returns its id. `changes`: by contact."""
    import_id = int(
        (await c.execute(insert(contact_import).values(values).returning(contact_import.c.id))).scalar_one()
    )
    as_stored = bulk.storing(c, contact_import_change, "change")
    rows = [
        (import_id, contact_id, as_stored({"person": change.person, "points": change.points}))
        for contact_id, change in changes
    ]
    await bulk.insert_rows(c, contact_import_change, ("import_id", "contact_id", "change"), rows)
    return import_id


async def listing(store: Store, *, limit: int = 20) -> list[Import]:
    """The newest first."""
    async with store.reading() as c:
        found = await c.execute(select(contact_import).order_by(contact_import.c.id.desc()).limit(limit))
        return [Import(*row) for row in found]


async def purge(store: Store, now: datetime) -> int:
    """Deletes what imports of more than 30 days ago changed; returns how many contacts that was."""
    old = select(contact_import.c.id).where(contact_import.c.at < now - KEPT)
    gone = contact_import_change.c.import_id.in_(old)
    async with store.reading() as c:
        if (await c.execute(select(contact_import_change.c.id).where(gone).limit(1))).first() is None:
            return 0
    async with store.writing() as c:
        return int((await c.execute(delete(contact_import_change).where(gone))).rowcount)
