"""When alerts end whose authors named no end: nothing waits for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from db.alerts import alerts
from db.engine.store import Store
from rules import schedule
from rules.model import Purpose
from service.settings import Settings

log = structlog.get_logger()


def of(ours: Settings, purpose: Purpose, begins: datetime) -> datetime:
    """The end, at the town's clocks."""
    local = begins.astimezone(ZoneInfo(ours.timezone))
    emergency = timedelta(hours=ours.emergency_ends_after_h)
    return schedule.end(purpose, local, emergency=emergency, openings=ours.other_alerts_end_after)


async def give(store: Store, ours: Settings, now: datetime) -> None:
    """To alerts that are not over and have none: of a version before, or of another program. Raises StoreError."""
    for alert in await alerts.without_end(store):
        begins = max(now, alert.starts_at or now)
        ends_at = of(ours, alert.purpose, begins)
        if await alerts.give_end(store, alert.id, ends_at):
            log.info("alert_given_an_end", alert=alert.id, ends_at=ends_at.isoformat())
