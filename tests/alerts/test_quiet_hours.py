from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alerts import quiet_hours
from alerts.model import Purpose

TOWN = ZoneInfo("America/Toronto")
WEDNESDAY, SATURDAY, SUNDAY = 4, 7, 8


@pytest.mark.parametrize(
    ("day", "hour", "minute", "open_"),
    [
        (WEDNESDAY, 8, 59, False),
        (WEDNESDAY, 9, 0, True),
        (WEDNESDAY, 21, 29, True),
        (WEDNESDAY, 21, 30, False),
        (SATURDAY, 9, 30, False),
        (SATURDAY, 10, 0, True),
        (SUNDAY, 17, 59, True),
        (SUNDAY, 18, 0, False),
        (WEDNESDAY, 3, 0, False),
    ],
)
@pytest.mark.parametrize("purpose", [Purpose.INFORMATION, Purpose.PUBLIC_SERVICE])
def test_all_but_emergencies_keep_to_the_hours(day: int, hour: int, minute: int, open_: bool, purpose: Purpose) -> None:
    moment = datetime(2026, 3, day, hour, minute, tzinfo=TOWN)
    assert quiet_hours.may_contact(purpose, moment) is open_


def test_an_emergency_rings_at_night() -> None:
    assert quiet_hours.may_contact(Purpose.EMERGENCY, datetime(2026, 3, SUNDAY, 3, 0, tzinfo=TOWN))


def test_every_purpose_has_its_rule() -> None:
    assert set(quiet_hours.KEEPS_TO_HOURS) == set(Purpose)
