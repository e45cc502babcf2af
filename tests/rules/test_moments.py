"""Moments as people write them, around the nights when the clocks change."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import moments, schedule
from rules.model import Purpose

TOWN = ZoneInfo("America/Toronto")
SPRING, AUTUMN = "2026-03-08", "2026-11-01"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=TOWN)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def at(text: str) -> datetime:
    """A moment, at the town's clocks."""
    return datetime.fromisoformat(text).astimezone(TOWN)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-04 14:30", "2026-03-04T14:30-05:00"),
        ("2026-03-04T14:30", "2026-03-04T14:30-05:00"),
        ("2026-03-04 8:30", "2026-03-04T08:30-05:00"),
        ("2026-03-04 14:30:15", "2026-03-04T14:30:15-05:00"),
        ("2026-03-04 14:30-05:00", "2026-03-04T14:30-05:00"),
        ("2026-03-04 14:30 -05:00", "2026-03-04T14:30-05:00"),
        ("2026-03-04 14:30-0800", "2026-03-04T14:30-08:00"),
        ("2026-03-04 14:30-08", "2026-03-04T14:30-08:00"),
        ("2026-03-04 14:30\u221205:00", "2026-03-04T14:30-05:00"),
        ("2026-03-04\u00a014:30", "2026-03-04T14:30-05:00"),
        ("2026-03-04T14:30Z", "2026-03-04T14:30+00:00"),
        ("2026-03-04 14:30z", "2026-03-04T14:30+00:00"),
        ("2026-03-04 14:30+05:30", "2026-03-04T14:30+05:30"),
        ("2026-07-04 14:30", "2026-07-04T14:30-04:00"),
        ("14:30", "2026-03-04T14:30-05:00"),
        (" 9:05 ", "2026-03-05T09:05-05:00"),
        ("12:00:30", "2026-03-04T12:00:30-05:00"),
        ("14h30", "2026-03-04T14:30-05:00"),
        ("14 h 30", "2026-03-04T14:30-05:00"),
        ("14H", "2026-03-04T14:00-05:00"),
        ("2026-03-04 14h30", "2026-03-04T14:30-05:00"),
        ("2026\u201103\u201104 14:30\u200b", "2026-03-04T14:30-05:00"),
        ("14\uff1a30", "2026-03-04T14:30-05:00"),
    ],
)
def test_as_people_write_them(text: str, moment: str) -> None:
    assert moments.read(text, NOON).astimezone(UTC) == utc(moment)
    assert moments.doubt(text, NOON) == ""


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31 23:59",
        "0001-01-01 00:00",
        "14h3",
        "",
        "demain",
        "25:00",
        "14:60",
        "24:00",
        "2026-02-30 12:00",
        "2026-03-04 14:30-25:00",
        "2026-W10-3",
        "14:30-05:00",
    ],
)
def test_what_is_no_time_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(moments.BadMoment, match="is no time: write 14:30 or 2026-03-04 14:30"):
        moments.read(text, NOON)


# -- the hour that comes twice: 01:00 to 02:00, first at -04:00, then at -05:00 ----------------------------------------


@pytest.mark.parametrize(
    ("text", "asked_at", "moment"),
    [
        (f"{AUTUMN} 01:15-05:00", f"{AUTUMN}T01:45-04:00", f"{AUTUMN}T01:15-05:00"),
        (f"{AUTUMN} 01:15-04:00", f"{AUTUMN}T00:45-04:00", f"{AUTUMN}T01:15-04:00"),
        (f"{AUTUMN} 01:15", f"{AUTUMN}T00:45-04:00", f"{AUTUMN}T01:15-04:00"),
        ("01:15", f"{AUTUMN}T00:45-04:00", f"{AUTUMN}T01:15-04:00"),
        ("01:15", f"{AUTUMN}T01:45-04:00", f"{AUTUMN}T01:15-05:00"),  # what is still to come of the two
        ("01:50", f"{AUTUMN}T01:45-04:00", f"{AUTUMN}T01:50-04:00"),
        ("01:50", f"{AUTUMN}T01:45-05:00", f"{AUTUMN}T01:50-05:00"),
        ("01:15", f"{AUTUMN}T01:45-05:00", "2026-11-02T01:15-05:00"),
        ("02:00", f"{AUTUMN}T01:45-04:00", f"{AUTUMN}T02:00-05:00"),
    ],
)
def test_a_time_in_the_hour_that_comes_twice(text: str, asked_at: str, moment: str) -> None:
    begins = schedule.start(Purpose.EMERGENCY, at(asked_at), at=moments.read(text, at(asked_at)))
    assert begins is not None
    assert begins.astimezone(UTC) == utc(moment)


def test_both_offsets_are_named_where_a_time_may_be_two() -> None:
    told = "01:15 comes twice on 2026-11-01, when the clocks go back: the first is taken, 2026-11-01 01:15-04:00; the "
    assert moments.doubt(f"{AUTUMN} 01:15", NOON) == f"{told}second is 2026-11-01 01:15-05:00"
    assert moments.doubt("01:15", at(f"{AUTUMN}T00:45-04:00"))
    for text, asked_at in ((f"{AUTUMN} 01:15-05:00", NOON), ("01:15", at(f"{AUTUMN}T01:45-04:00")), ("02:00", NOON)):
        assert moments.doubt(text, asked_at) == ""


def offset(moment: datetime, town: ZoneInfo) -> timedelta:
    found = moment.astimezone(town).utcoffset()
    assert found is not None
    return found


@pytest.mark.parametrize(
    "zone", ["America/Toronto", "America/Halifax", "America/St_Johns", "Europe/Paris", "Australia/Lord_Howe"]
)
def test_what_is_over_an_hour_ago_by_the_same_clocks_is_refused(zone: str) -> None:
    town = ZoneInfo(zone)
    back = next(
        moment
        for day in range(365)
        for moment in [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=hour) for hour in range(24)]
        if offset(moment, town) > offset(moment + timedelta(hours=1), town)
    )
    before, after = (back + timedelta(minutes=minutes) for minutes in (0, 75))
    with pytest.raises(schedule.BadMoment, match="is over"):
        schedule.start(Purpose.EMERGENCY, after.astimezone(town), at=before)


# -- the hour that never comes: 02:00 to 03:00 -------------------------------------------------------------------------


@pytest.mark.parametrize("text", [f"{SPRING} 02:30", f"{SPRING} 02:00", f"{SPRING} 02:59:59", f"{SPRING}T02:15"])
def test_a_time_that_never_comes_is_refused_with_the_nearest(text: str) -> None:
    told = "never comes on 2026-03-08, when the clocks go forward: write 2026-03-08 01:59 or 2026-03-08 03:00"
    with pytest.raises(moments.BadMoment, match=re.escape(told)):
        moments.read(text, NOON)


def test_the_next_half_past_two_never_comes_either() -> None:
    with pytest.raises(moments.BadMoment, match="02:30 never comes on 2026-03-08"):
        moments.read("02:30", at(f"{SPRING}T01:00-05:00"))
    with pytest.raises(moments.BadMoment, match="02:30 never comes on 2026-03-08"):
        moments.read("02:30", at("2026-03-07T23:00-05:00"))
    assert moments.read("02:30", at(f"{SPRING}T12:00-04:00")).astimezone(UTC) == utc("2026-03-09T02:30-04:00")


YEAR = timedelta(days=365)


@given(since=st.timedeltas(timedelta(), YEAR))
def test_a_moment_with_its_offset_is_read_as_it_was_written(since: timedelta) -> None:
    moment = (NOON.astimezone(UTC) + since).replace(microsecond=0)
    written = moment.astimezone(TOWN).isoformat(" ")
    assert moments.read(written, NOON).astimezone(UTC) == moment


# -- ends --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "begins", "openings", "ends"),
    [
        (Purpose.EMERGENCY, "2026-03-04T03:00-05:00", 1, "2026-03-04T15:00-05:00"),
        (Purpose.EMERGENCY, "2026-03-07T20:00-05:00", 1, "2026-03-08T09:00-04:00"),  # 12 hours by any clock
        (Purpose.EMERGENCY, "2026-10-31T20:00-04:00", 1, "2026-11-01T07:00-05:00"),
        (Purpose.INFORMATION, "2026-03-04T15:00-05:00", 1, "2026-03-05T21:30-05:00"),
        (Purpose.INFORMATION, "2026-03-04T15:00-05:00", 0, "2026-03-04T21:30-05:00"),
        (Purpose.INFORMATION, "2026-03-04T15:00-05:00", 2, "2026-03-06T21:30-05:00"),
        (Purpose.INFORMATION, "2026-03-04T09:00-05:00", 1, "2026-03-04T21:30-05:00"),  # it waited for these hours
        (Purpose.PUBLIC_SERVICE, "2026-03-06T15:00-05:00", 1, "2026-03-07T18:00-05:00"),  # into the weekend
        (Purpose.INFORMATION, "2026-03-07T12:00-05:00", 1, "2026-03-08T18:00-04:00"),
        (Purpose.INFORMATION, "2026-03-04T22:00-05:00", 1, "2026-03-05T21:30-05:00"),
    ],
)
def test_every_alert_has_an_end(purpose: Purpose, begins: str, openings: int, ends: str) -> None:
    found = schedule.end(purpose, at(begins), emergency=timedelta(hours=12), openings=openings)
    assert found.astimezone(UTC) == utc(ends)
