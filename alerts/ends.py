"""When alerts end whose authors named no end: nothing waits for ever."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from db.alerts import alerts
from db.engine.store import Store
from rules import schedule
from rules.model import Purpose
from rules.policy import Policy

log = structlog.get_logger()


def of(policy: Policy, purpose: Purpose, begins: datetime) -> datetime:
    """The end, at the town's clocks."""
    local = begins.astimezone(ZoneInfo(policy.timezone))
    return schedule.end(purpose, local, emergency=policy.emergency_ends_after, openings=policy.other_alerts_end_after)


async def give(store: Store, policy: Policy, now: datetime) -> None:
    """To alerts that are not over and have none: of a version before, or of another program. Raises StoreError."""
    for alert in await alerts.without_end(store):
        begins = max(now, alert.starts_at or now)
        ends_at = of(policy, alert.purpose, begins)
        if await alerts.give_end(store, alert.id, ends_at):
            log.info("alert_given_an_end", alert=alert.id, ends_at=ends_at.isoformat())
