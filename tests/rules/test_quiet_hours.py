from __future__ import annotations

import zoneinfo
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules import quiet_hours, schedule
from rules.model import Purpose

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


ZONE = zoneinfo.ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("purpose", "at", "opening"),
    [
        (Purpose.INFORMATION, "2026-03-04 12:00", "2026-03-04 12:00"),
        (Purpose.INFORMATION, "2026-03-04 08:00", "2026-03-04 09:00"),
        (Purpose.INFORMATION, "2026-03-04 21:30", "2026-03-05 09:00"),
        (Purpose.PUBLIC_SERVICE, "2026-03-06 23:00", "2026-03-07 10:00"),  # into the weekend
        (Purpose.INFORMATION, "2026-03-08 18:00", "2026-03-09 09:00"),  # out of it; the clocks changed that morning
        (Purpose.EMERGENCY, "2026-03-04 03:00", "2026-03-04 03:00"),
    ],
)
def test_the_next_opening(purpose: Purpose, at: str, opening: str) -> None:
    moment, expected = (datetime.fromisoformat(each).replace(tzinfo=ZONE) for each in (at, opening))
    assert quiet_hours.next_opening(purpose, moment) == expected


@pytest.mark.parametrize(
    ("purpose", "at", "hours", "over"),
    [
        (Purpose.INFORMATION, "2026-03-04 12:00", 2, "2026-03-04 14:00"),
        (Purpose.INFORMATION, "2026-03-04 20:30", 2, "2026-03-05 10:00"),
        (Purpose.INFORMATION, "2026-03-04 20:30", 14, "2026-03-06 09:30"),
        (Purpose.EMERGENCY, "2026-03-04 20:30", 14, "2026-03-05 10:30"),
    ],
)
def test_ringing_rests_outside_the_hours(purpose: Purpose, at: str, hours: float, over: str) -> None:
    moment, expected = (datetime.fromisoformat(each).replace(tzinfo=ZONE) for each in (at, over))
    assert quiet_hours.after(purpose, moment, hours * 3600) == expected


def test_who_may_ring() -> None:
    night = datetime(2026, 3, 4, 3, 0, tzinfo=ZONE)
    assert quiet_hours.may_ring(night) == {Purpose.EMERGENCY}
    assert quiet_hours.may_ring(night.replace(hour=12)) == set(Purpose)


NOON = datetime(2026, 3, 4, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("12:05", "2026-03-04 12:05"),
        ("11:59", None),  # it took a while to write
        ("11:57", "2026-03-05 11:57"),
        ("2026-03-04 11:59", None),
        ("2026-03-04T13:30-05:00", "2026-03-04 13:30"),
    ],
)
def test_when_it_begins(text: str, begins: str | None) -> None:
    expected = datetime.fromisoformat(begins).replace(tzinfo=ZONE) if begins else None
    assert schedule.start(Purpose.EMERGENCY, NOON, at=schedule.read(text, NOON)) == expected


@pytest.mark.parametrize("text", ["2026-03-04 11:57", "2025-03-04 12:30", "2026-03-04T12:00+00:00"])
def test_a_time_that_is_over(text: str) -> None:
    told = r"is over: in America/Toronto it is 2026-03-04 12:00. Give a time to come"
    with pytest.raises(schedule.BadMoment, match=told):
        schedule.start(Purpose.EMERGENCY, NOON, at=schedule.read(text, NOON))
