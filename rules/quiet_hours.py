"""When automatic calls may ring (CRTC, Unsolicited Telecommunications Rules, part IV, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from rules.model import Purpose
from rules.moments import later

Hours = tuple[time, time]

WEEKDAY: Hours = (time(9, 0), time(21, 30))
WEEKEND: Hours = (time(10, 0), time(18, 0))
SATURDAY = 5

KEEPS_TO_HOURS: Mapping[Purpose, bool] = {
    Purpose.EMERGENCY: False,
    Purpose.PUBLIC_SERVICE: True,  # reported exempt; kept to the hours until an operator's counsel says so
    Purpose.INFORMATION: True,
}


def may_ring(local_time: datetime) -> frozenset[Purpose]:
    """The purposes for which alerts may ring at this hour."""
    return frozenset(purpose for purpose in Purpose if may_contact(purpose, local_time))


def next_opening(purpose: Purpose, local_time: datetime) -> datetime:
    """When an alert for this purpose may ring next; now, when it may already."""
    if may_contact(purpose, local_time):
        return local_time
    days = (local_time + timedelta(days=ahead) for ahead in range(3))
    return next(opens for opens in map(opening, days) if opens > local_time)


def opening(day: datetime) -> datetime:
    """Of the hours of that day, at the same clocks."""
    return datetime.combine(day, _hours(day)[0], tzinfo=day.tzinfo)


def closing(day: datetime) -> datetime:
    """Of the hours of that day, at the same clocks."""
    return datetime.combine(day, _hours(day)[1], tzinfo=day.tzinfo)


def after(purpose: Purpose, local_time: datetime, seconds: float) -> datetime:
    """When so many seconds of ringing are over that begin at this moment, as nothing rings outside the hours."""
    moment, left = next_opening(purpose, local_time), timedelta(seconds=seconds)
    while KEEPS_TO_HOURS[purpose]:
        closes = closing(moment)
        if moment + left <= closes:
            break
        moment, left = next_opening(purpose, closes), left - (closes - moment)
    return later(moment, left)


def _hours(day: datetime) -> Hours:
    return WEEKEND if day.weekday() >= SATURDAY else WEEKDAY


def may_contact(purpose: Purpose, local_time: datetime) -> bool:
    """May an alert for this purpose ring at this hour? `local_time`: at the called party's. The last minute of the
    day counts as closed."""
    if not KEEPS_TO_HOURS[purpose]:
        return True
    opens, closes = _hours(local_time)
    return opens <= local_time.time() < closes
