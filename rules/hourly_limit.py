"""How often one number may be called within an hour, over all alerts but emergencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


def free_at(placed: Iterable[datetime], most: int, now: datetime) -> datetime:
    """When a number may be called again: `now`, or an hour after the oldest call that stands in the way."""
    recent = sorted(moment for moment in placed if moment > now - HOUR)
    return now if len(recent) < most else recent[-most] + HOUR
