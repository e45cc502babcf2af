"""When automatic calls may ring (CRTC, Unsolicited Telecommunications Rules, part IV, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from alerts.model import Purpose

Hours = tuple[time, time]

WEEKDAY: Hours = (time(9, 0), time(21, 30))
WEEKEND: Hours = (time(10, 0), time(18, 0))
SATURDAY = 5

KEEPS_TO_HOURS: Mapping[Purpose, bool] = {
    Purpose.EMERGENCY: False,
    Purpose.PUBLIC_SERVICE: True,  # reported exempt; kept to the hours until an operator's counsel says so
    Purpose.INFORMATION: True,
}


def may_contact(purpose: Purpose, local_time: datetime) -> bool:
    """May an alert for this purpose ring at this hour? `local_time`: at the called party's. The last minute of the
    day counts as closed."""
    if not KEEPS_TO_HOURS[purpose]:
        return True
    opens, closes = WEEKEND if local_time.weekday() >= SATURDAY else WEEKDAY
    return opens <= local_time.time() < closes
