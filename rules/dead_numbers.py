"""When a number is believed not to exist: on evidence from several sides, never on one answer of one trunk.

A wrong `number_format`, a routing slip or a hole in number portability makes a carrier say of any number that it does
not exist. So the first answer makes a number suspected; it is called again by the next alert.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from msgspec.structs import replace

from rules.frozen import Record
from rules.outcome import NOT_IN_SERVICE, Disposition, Outcome

APART = timedelta(days=1)
"""Two alerts this far apart are two pieces of evidence: a carrier's fault is seldom older."""

AGAIN_AFTER = timedelta(days=90)
"""A dead number may have a new holder by then (carriers rest a number for 90 days)."""

INCOMPLETE_SIP, INVALID_FORMAT = 484, 28
"""SIP 484 (RFC 3261, 21.4.22) and cause 28 (Q.850) speak of how the number is written, which is the trunk's matter."""


class Evidence(StrEnum):
    """What one call or text learned."""

    NOT_EXIST = "not_exist"  # a status or cause that says so
    INTERCEPT = "intercept"  # the three tones of an intercept announcement (ITU-T E.180, SIT)
    BOTH = "both"


class Standing(StrEnum):
    """What is believed of a number."""

    IN_USE = "in_use"
    SUSPECTED = "suspected"
    DEAD = "dead"


class Answer(Record, frozen=True):
    """One answer that a number does not exist. `alert_id`: None for a call outside of alerts; `where`: host:port of the
    trunk or of the carrier for texts."""

    at: datetime
    alert_id: int | None
    where: str
    evidence: Evidence = Evidence.NOT_EXIST


def verdict(answers: Sequence[Answer]) -> Standing:
    """What the answers since the last sign of life say: DEAD when two of them are independent, or one is double."""
    if any(each.evidence is Evidence.BOTH for each in answers):
        return Standing.DEAD
    if any(_independent(one, other) for one, other in combinations(answers, 2)):
        return Standing.DEAD
    return Standing.SUSPECTED if answers else Standing.IN_USE


def _independent(one: Answer, other: Answer) -> bool:
    elsewhere = bool(one.where and other.where) and one.where.lower() != other.where.lower()
    another_alert = one.alert_id != other.alert_id or one.alert_id is None
    return elsewhere or (another_alert and abs(one.at - other.at) >= APART)


def on_probation(answers: Iterable[Answer]) -> Answer:
    """What is left of the evidence when a dead number is called again after a long time: one more answer decides."""
    return replace(max(answers, key=lambda each: each.at), evidence=Evidence.NOT_EXIST)


def evidence_of(outcome: Outcome) -> Evidence | None:
    """What a finished call says against its number; None when it says nothing."""
    about_format = outcome.sip == INCOMPLETE_SIP or outcome.cause == INVALID_FORMAT
    denied = outcome.disposition is Disposition.DEAD_NUMBER and not about_format
    if outcome.announcement in NOT_IN_SERVICE:
        return Evidence.BOTH if denied else Evidence.INTERCEPT
    return Evidence.NOT_EXIST if denied else None


def shows_life(outcome: Outcome, *, rang: bool) -> bool:
    """The number is somebody's: it was answered, is busy, or rang. A fax or a tone of the network proves nothing."""
    if outcome.disposition in _LIVES:
        return True
    return rang and outcome.disposition in _RANG_OUT


_LIVES = {Disposition.HUMAN, Disposition.MACHINE, Disposition.BUSY}
_RANG_OUT = {Disposition.NO_ANSWER, Disposition.REFUSED, Disposition.UNREACHABLE}
