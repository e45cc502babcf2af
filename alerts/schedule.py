"""When an alert may begin."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from alerts import quiet_hours
from alerts.model import Purpose

HOURS = "weekdays 9:00 to 21:30, weekends 10:00 to 18:00"


LATE = timedelta(minutes=2)
"""A time that was over for less is taken for now: writing an alert takes a while."""


class BadMoment(ValueError):
    """No such time; the text says what to write."""


class OutsideHours(ValueError):
    """Such an alert may not ring then. `opening`: when it may, next."""

    def __init__(self, purpose: Purpose, opening: datetime) -> None:
        super().__init__(f"An alert for {purpose} may not ring at this hour ({HOURS})")
        self.opening = opening


def read(text: str, now: datetime) -> datetime:
    """A local time as people write it: `14:30` (the next there is), `2026-03-04 14:30`. `now`: at the town's clocks.
    Raises BadMoment."""
    try:
        if len(text.strip()) <= len("14:30"):
            hour, minute = map(int, text.split(":"))
            today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return today if today > now - LATE else today + timedelta(days=1)
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadMoment(f"“{text}” is no time: write 14:30 or {date(now.year, 3, 4)} 14:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def start(
    purpose: Purpose, now: datetime, *, at: datetime | None = None, when_allowed: bool = False
) -> datetime | None:
    """When the alert begins; None: at once. Times are at the town's clocks. Raises BadMoment, OutsideHours."""
    if at and at < now - LATE:
        clocks = f"{at.astimezone(now.tzinfo):%Y-%m-%d %H:%M} is over: in {now.tzinfo} it is {now:%Y-%m-%d %H:%M}"
        raise BadMoment(f"{clocks}. Give a time to come, or leave --at out to begin at once")
    wanted = at if at and at > now else now
    local = wanted.astimezone(now.tzinfo)
    opening = quiet_hours.next_opening(purpose, local)
    if opening > local and not when_allowed:
        raise OutsideHours(purpose, opening)
    return opening if opening > now else None
