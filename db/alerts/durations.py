"""How calls went recently, for forecasts."""

from __future__ import annotations

from sqlalchemy import select

from db.engine.store import Store
from db.schema import attempt, delivery
from rules.forecast import History
from rules.outcome import Disposition
from rules.status import AttemptStatus

PEOPLE = 3000
"""Those told last, whose calls count."""


async def of_late(store: Store) -> History:
    """The calls to the people of the latest alerts."""
    latest = select(delivery.c.id).order_by(delivery.c.id.desc()).limit(PEOPLE)
    query = select(attempt.c.disposition, attempt.c.placed_at, attempt.c.ended_at).where(
        attempt.c.delivery_id.in_(latest), attempt.c.status == AttemptStatus.FINISHED, attempt.c.placed_at.is_not(None)
    )
    seconds: dict[Disposition, list[float]] = {}
    async with store.reading() as c:
        for row in await c.execute(query):
            held_s = (row.ended_at - row.placed_at).total_seconds()
            seconds.setdefault(Disposition(row.disposition), []).append(held_s)
    return History(
        {each: len(times) for each, times in seconds.items()},
        {each: sum(times) / len(times) for each, times in seconds.items()},
    )
