"""What a town has settled for all its alerts and residents, as its settings say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from rules.frozen import Record
from rules.model import Channel, Language


class Policy(Record, frozen=True):
    """`timezone`: of the town's clocks (IANA). `channels`: on which something can go out. `organization`: opens texts.
    `lines`, `calls_per_second`: of all trunks together. `other_alerts_end_after`: as `schedule.end` takes it."""

    timezone: str
    languages: tuple[Language, ...]
    area_codes: frozenset[str]
    organization: str
    channels: frozenset[Channel]
    redials: int
    redial_delay_s: float
    redial_table: Mapping[str, Mapping[str, float]]
    ring_s: int
    lines: int
    calls_per_second: float
    emergency_ends_after: timedelta
    other_alerts_end_after: int
