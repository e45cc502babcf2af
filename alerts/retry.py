"""When to call a person again, and on which number: one table, by what became of the last call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from alerts import outcome as outcomes
from alerts.model import ContactPoint
from alerts.outcome import DeliveryOutcome, Disposition, Outcome

FIRST_BACK_OFF_S = 5.0
SHORTEST_BACK_OFF_S = 1.0
MOST_BACK_OFFS = 10
"""Calls per number that failed for a fault of the network or our own, each kind counted apart."""

HELD_BY_THE_NETWORK = timedelta(seconds=120)
"""A call whose other end vanished is given up by then, by the network or by the resident."""


class Wait(Enum):
    """How long after the end of a call before the next one to the same number."""

    REDIAL = auto()  # the delay promised to residents
    BACK_OFF = auto()  # 5, 10, 20 … s, never above the redial delay


@dataclass(frozen=True, slots=True)
class Rule:
    """What one disposition allows. `budget`: calls that share one count; `calls`: most of them per number,
    None for the alert's own redials plus one."""

    uses_try: bool
    budget: str
    calls: int | None
    wait: Wait = Wait.REDIAL


RULES: Mapping[Disposition, Rule] = {
    Disposition.NO_ANSWER: Rule(True, "missed", None),
    Disposition.BUSY: Rule(True, "missed", None),
    Disposition.UNREACHABLE: Rule(True, "missed", None),
    Disposition.MACHINE: Rule(True, "missed", None),  # the message was not left whole
    Disposition.HUMAN: Rule(True, "hung up", 2),  # before enough was heard
    Disposition.REFUSED: Rule(True, "refused", 2),
    Disposition.DEAD_NUMBER: Rule(True, "dead", 0),
    Disposition.CONGESTION: Rule(False, "congestion", MOST_BACK_OFFS, Wait.BACK_OFF),
    Disposition.TRUNK_FAULT: Rule(False, "trunk fault", MOST_BACK_OFFS, Wait.BACK_OFF),
    Disposition.INTERRUPTED: Rule(False, "interrupted", MOST_BACK_OFFS, Wait.BACK_OFF),
}


@dataclass(frozen=True, slots=True)
class Try:
    """One finished call of a delivery."""

    point_id: int
    outcome: Outcome
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """The call to make, not before `moment`."""

    point: ContactPoint
    moment: datetime


def next_try(
    points: Sequence[ContactPoint], history: Sequence[Try], *, redials: int, redial_delay_s: float, now: datetime
) -> Next | None:
    """The next call to one person, or None when nothing more is to be tried.

    `points`: the numbers that may still be called, in the person's order; `history`: their finished calls, oldest
    first. A number not called yet is due at once; among several the earliest due wins, then the order.
    """
    settled = _settled(history)
    if settled - {DeliveryOutcome.LEFT_ON_MACHINE}:
        return None
    may_redial = not settled
    due = [
        Next(point, moment)
        for point in points
        if (moment := _due(_tries_at(point, history), redials, redial_delay_s, may_redial, now)) is not None
    ]
    return min(due, key=lambda candidate: candidate.moment, default=None)


def _settled(history: Sequence[Try]) -> set[DeliveryOutcome]:
    return {settled for tried in history if (settled := outcomes.of_call(tried.outcome)) is not None}


def _tries_at(point: ContactPoint, history: Sequence[Try]) -> list[Try]:
    """Busy soon after a call that we broke off is busy with that call, which the network may hold for a while: our own
    fault once more."""
    tries: list[Try] = []
    for tried in history:
        if tried.point_id == point.id:
            tries.append(_interrupted(tried) if tries and _holds_the_line(tries[-1], tried) else tried)
    return tries


def _holds_the_line(before: Try, tried: Try) -> bool:
    broken_off = before.outcome.disposition is Disposition.INTERRUPTED
    soon = tried.ended_at - before.ended_at < HELD_BY_THE_NETWORK
    return broken_off and soon and tried.outcome.disposition is Disposition.BUSY


def _interrupted(tried: Try) -> Try:
    return replace(tried, outcome=replace(tried.outcome, disposition=Disposition.INTERRUPTED))


def _due(tries: Sequence[Try], redials: int, redial_delay_s: float, may_redial: bool, now: datetime) -> datetime | None:
    """When this number is due; None when it has had its calls."""
    if not tries:
        return now
    last = tries[-1]
    rule = RULES[last.outcome.disposition]
    first_call_made = any(RULES[tried.outcome.disposition].uses_try for tried in tries)
    if first_call_made and not may_redial:
        return None
    spent = sum(RULES[tried.outcome.disposition].budget == rule.budget for tried in tries)
    if spent >= (1 + redials if rule.calls is None else rule.calls):
        return None
    ended_at = min(now, last.ended_at)  # the clock may have been put back since
    return max(now, ended_at + timedelta(seconds=_wait_s(rule.wait, spent, redial_delay_s)))


def _wait_s(wait: Wait, spent: int, redial_delay_s: float) -> float:
    if wait is Wait.REDIAL:
        return redial_delay_s
    return min(FIRST_BACK_OFF_S * (1 << spent - 1), max(SHORTEST_BACK_OFF_S, redial_delay_s))
