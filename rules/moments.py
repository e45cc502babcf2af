"""Moments as people write them, at the town's clocks: the hour that never comes in spring, the one that comes twice in
autumn (PEP 495: `fold` is 1 in the second)."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from rules import visible

EARLIEST, LATEST = 2000, 2100
"""Years. Beyond the last one of Python's calendar nothing can be counted."""

LATE = timedelta(minutes=2)
"""A time that was over for less is taken for now: writing an alert takes a while."""

MINUTE = timedelta(minutes=1)

_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_WHOLE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ] ?(\d?\d:\d\d(?::\d\d)?(?:\.\d{1,6})?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?", re.I)


class BadMoment(ValueError):
    """No such time; the text says what to write."""


def read(text: str, now: datetime) -> datetime:
    """`14:30` (the next there is), `2026-03-04 14:30`, either with seconds; a date may have an offset from UTC:
    `2026-03-04 14:30-05:00`, `-0500`, `Z`. A local time that comes twice is the first one, or what is still to come of
    the two where only the time was given; `doubt` says so. `now`: at the town's clocks. Raises BadMoment."""
    plain = _plain(text)
    try:
        if found := _TIME.fullmatch(plain):
            hour, minute, second = (int(part or 0) for part in found.groups())
            return _next(time(hour, minute, second), now)
        wall = _wall(plain)
    except BadMoment:
        raise
    except ValueError:
        raise BadMoment(f"“{text}” is no time: write 14:30 or {date(now.year, 3, 4)} 14:30") from None
    return wall if wall.tzinfo else _local(wall, now.tzinfo)


def doubt(text: str, now: datetime) -> str:
    """Which of two moments a local time was taken for, and how the other is written; "" where there is but one."""
    moment = read(text, now)
    second = moment.replace(fold=1)
    if moment.tzinfo is not now.tzinfo or moment.fold or moment.utcoffset() == second.utcoffset():
        return ""
    day, clock = f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"
    taken, other = (each.isoformat(" ", "minutes") for each in (moment, second))
    return f"{clock} comes twice on {day}, when the clocks go back: the first is taken, {taken}; the second is {other}"


def later(moment: datetime, delay: timedelta) -> datetime:
    """So much real time after a moment, at the same clocks."""
    return (moment.astimezone(UTC) + delay).astimezone(moment.tzinfo)


def before(one: datetime, other: datetime) -> bool:
    """Whether one comes first. Python compares two times of one zone by what the clocks show, and these go back."""
    return one.astimezone(UTC) < other.astimezone(UTC)


def _plain(text: str) -> str:
    """With the signs of a keyboard, and 14h30, 14 h as 14:30, 14:00."""
    try:
        seen = unicodedata.normalize("NFKC", visible.text(text)).strip()
    except visible.Unprintable:
        return text
    seen = re.sub("[\u2010-\u2015\u2212]", "-", seen)
    return re.sub(r"(?<!\d)(\d\d?) ?[hH](?: ?(\d\d))?(?![\dhH])", lambda found: f"{found[1]}:{found[2] or '00'}", seen)


def _wall(plain: str) -> datetime:
    """Naive without an offset. Raises ValueError."""
    found = _WHOLE.fullmatch(plain)
    if found is None:
        raise ValueError("neither a time nor a date with one")
    day, clock, offset = found.groups()
    if not EARLIEST <= int(day[:4]) < LATEST:
        raise ValueError("another century")
    clock = (clock or "00:00").rjust(len("00:00"), "0") if len(clock or "") < len("00:00") else clock
    return datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")


def _next(clock: time, now: datetime) -> datetime:
    for ahead in range(2):
        wall = datetime.combine(now.date() + timedelta(days=ahead), clock)
        if before(now - LATE, wall.replace(tzinfo=now.tzinfo, fold=1)) and _never_comes(wall, now.tzinfo):
            raise _skipped(wall, now.tzinfo)
        for fold in (0, 1):
            moment = wall.replace(tzinfo=now.tzinfo, fold=fold)
            if before(later(now, -LATE), moment):
                return moment
    raise AssertionError("tomorrow is to come")


def _local(wall: datetime, zone: tzinfo | None) -> datetime:
    if _never_comes(wall, zone):
        raise _skipped(wall, zone)
    return wall.replace(tzinfo=zone)


def _never_comes(wall: datetime, zone: tzinfo | None) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) != wall


def _skipped(wall: datetime, zone: tzinfo | None) -> BadMoment:
    earlier = later_ = wall.replace(second=0, microsecond=0)
    while _never_comes(earlier, zone):
        earlier -= MINUTE
    while _never_comes(later_, zone):
        later_ += MINUTE
    day = f"{wall:%H:%M} never comes on {wall:%Y-%m-%d}, when the clocks go forward"
    return BadMoment(f"{day}: write {earlier:%Y-%m-%d %H:%M} or {later_:%Y-%m-%d %H:%M}")


def in_words(moment: datetime, timezone: str) -> str:
    """By the clocks of a time zone (IANA), which it names."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} ({timezone})"
