"""When an alert may begin."""

from __future__ import annotations

from datetime import datetime, timedelta

from rules import quiet_hours
from rules.model import Purpose
from rules.moments import LATE, BadMoment, before, doubt, later, read

__all__ = ["BadMoment", "OutsideHours", "doubt", "end", "read", "start"]

HOURS = "weekdays 9:00 to 21:30, weekends 10:00 to 18:00"


class OutsideHours(ValueError):
    """Such an alert may not ring then. `opening`: when it may, next."""

    def __init__(self, purpose: Purpose, opening: datetime) -> None:
        super().__init__(f"An alert for {purpose} may not ring at this hour ({HOURS})")
        self.opening = opening


def start(
    purpose: Purpose, now: datetime, *, at: datetime | None = None, when_allowed: bool = False
) -> datetime | None:
    """When the alert begins; None: at once. Times are at the town's clocks. Raises BadMoment, OutsideHours."""
    if at and before(at, later(now, -LATE)):
        clocks = f"{at.astimezone(now.tzinfo):%Y-%m-%d %H:%M} is over: in {now.tzinfo} it is {now:%Y-%m-%d %H:%M}"
        raise BadMoment(f"{clocks}. Give a time to come, or leave --at out to begin at once")
    wanted = at if at and before(now, at) else now
    local = wanted.astimezone(now.tzinfo)
    opening = quiet_hours.next_opening(purpose, local)
    if before(local, opening) and not when_allowed:
        raise OutsideHours(purpose, opening)
    return opening if before(now, opening) else None


def end(purpose: Purpose, begins: datetime, *, emergency: timedelta, openings: int) -> datetime:
    """When an alert ends whose author named no end: so long after it began, for an emergency; else at the end of the
    permitted hours that open next. `openings`: 1 for these, 2 for those after them …, 0 for those in which it begins.
    `begins`: at the town's clocks."""
    if not quiet_hours.KEEPS_TO_HOURS[purpose]:
        return later(begins, emergency)
    closing = quiet_hours.closing(quiet_hours.next_opening(purpose, begins))
    opened = quiet_hours.opening(closing)
    for _ in range(openings if before(opened, begins) else openings - 1):
        closing = quiet_hours.closing(quiet_hours.next_opening(purpose, closing))
    return closing
