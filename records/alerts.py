"""`/v1/alerts`: what an officer asks for, and what is told of an alert. Moments are ISO 8601 with their offset."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from rules import channels
from rules.model import Household, Language, Numbers, Purpose
from rules.status import AlertStatus

ALL_CHANNELS = tuple(map(str, channels.OFFERED))


class AlertRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alert as its author writes it. `to`, `but`: terms of a target (`rules.target.HOW_TO`), without files. `at`,
    `until`: moments by the town's clocks, "" for at once and for the usual end. `when_allowed`: outside the hours,
    begin when they open. `template`: whose title, texts and purpose count where the request has none; `fill`: what it
    leaves open. `purpose`: that of the template, else emergency."""

    title: str = ""
    texts: dict[Language, str] = {}
    template: str = ""
    fill: dict[str, str] = {}
    to: tuple[str, ...] = ("all",)
    but: tuple[str, ...] = ()
    channels: tuple[str, ...] = ALL_CHANNELS
    purpose: Purpose | None = None
    at: str = ""
    when_allowed: bool = False
    until: str = ""
    numbers: Numbers = Numbers.FIRST_REACHED
    household: Household = Household.EACH


class FollowRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """News of an alert, or its all clear. `everybody`: to all whom it was for, reached or not. `title` "": made of the
    alert's. `template`, `fill`: as of an alert."""

    texts: dict[Language, str] = {}
    title: str = ""
    template: str = ""
    fill: dict[str, str] = {}
    everybody: bool = False
    when_allowed: bool = False
    until: str = ""


class Texts(Struct, frozen=True, kw_only=True):
    """Text messages, and the parts that carriers charge for. `parts_each`: by language, of one message."""

    messages: int
    parts: int
    parts_each: dict[Language, int]


class Calls(Struct, frozen=True, kw_only=True):
    """`numbers`: to be called; `expected`: calls, those again included."""

    numbers: int
    expected: int


class ForecastView(Struct, frozen=True, kw_only=True):
    """Until everybody was tried. `from_history`: by the calls of the last alerts, else by usual durations."""

    seconds: int
    all_tried_at: str
    from_history: bool


class Preview(Struct, frozen=True, kw_only=True):
    """What an alert would do. `channels`: people by language on each. `households`: None where each person is told.
    `left_out`: people by reason. `without_sector`: enrolled people of whom no sector is known, where the target is of
    sectors and leaves them out (`sector:-` adds them). `outside_hours_until`: when it may begin, where it may not as
    asked."""

    target: str
    people: int
    reached: int
    channels: dict[str, dict[str, int]]
    households: int | None
    unknown_numbers: tuple[str, ...]
    left_out: dict[str, int]
    without_sector: int
    texts: Texts
    calls: Calls
    trunk_minutes: float
    starts_at: str | None
    expires_at: str | None
    outside_hours_until: str | None
    forecast: ForecastView


class Previewed(Struct, frozen=True, kw_only=True):
    """`warnings`: what is probably not meant. `refusal`: why it can't be sent as it is, "" where it can. `unknown`: the
    numbers that nobody has, in words. `timezone`: of the town's clocks (IANA)."""

    preview: Preview
    unknown: str
    warnings: tuple[str, ...]
    refusal: str
    timezone: str


class Sent(Struct, frozen=True, kw_only=True):
    """An alert that is stored. `people`: to be reached. `nobody`: it is over, and reached nobody. `running`: whether a
    service runs that lets it out."""

    id: int
    people: int
    left_out: int
    starts_at: str | None
    warnings: tuple[str, ...]
    nobody: bool
    running: bool
    timezone: str


SAID = "said"


class DeliveryView(Struct, frozen=True, kw_only=True):
    """What became of one person. `attempts`: calls and texts, as `alert show --json` has them, and beside each as SAID
    what the network or Tocsin says of it, "" for nothing."""

    name: str
    language: Language
    outcome: str | None
    reason: str
    attempts: tuple[dict[str, Any], ...]


class AlertView(Struct, frozen=True, kw_only=True):
    """`counts`: people by outcome, with `waiting` and `ringing`. `calls_wait`: by language, why no voice speaks."""

    id: int
    title: str
    status: AlertStatus
    purpose: Purpose
    target: str
    channels: tuple[str, ...]
    created_at: str | None
    expires_at: str | None
    ended_at: str | None
    counts: dict[str, int]
    calls_wait: dict[Language, str]
    deliveries: tuple[DeliveryView, ...]


class Shown(Struct, frozen=True, kw_only=True):
    """An alert and what an officer is told of it beside. `waits`: why calls wait, and what to do. `trunks`: as the
    running service tells of them. `now`: when this was so."""

    alert: AlertView
    waits: tuple[str, ...]
    trunks: tuple[dict[str, Any], ...]
    now: str
    timezone: str


class Listed(Struct, frozen=True, kw_only=True):
    """Newest first. `next`: the cursor of the next page, "" on the last."""

    alerts: tuple[AlertView, ...]
    next: str
    timezone: str


class ReportView(Struct, frozen=True, kw_only=True):
    """`figures`: as `alert report --json` has them. `doubted`: numbers that its calls or texts found not to exist, by
    how they stand now."""

    figures: dict[str, Any]
    doubted: dict[str, tuple[str, ...]]
