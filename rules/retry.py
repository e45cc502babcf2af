"""When to call a person again, and on which number: one table, by what became of the last call."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from msgspec.structs import replace

from rules import outcome as outcomes
from rules.frozen import Record
from rules.model import ContactPoint, Numbers
from rules.outcome import Announcement, DeliveryOutcome, Disposition, Outcome

FIRST_BACK_OFF_S = 5.0
SHORTEST_BACK_OFF_S = 1.0
LONGEST_BACK_OFF_S = 300.0
MOST_BACK_OFFS = 10
"""Calls per number over one trunk that failed for our own fault, or were answered by a tone of the network: somebody
may have been rung. Counted per trunk: a call that goes at once to another one does not shorten the time for which
somebody is tried."""

MOST_DOUBLINGS = 10  # far beyond the longest back-off

NO_MAXIMUM = sys.maxsize
"""Where no telephone rang: somebody is tried until the alert ends."""

ANSWERED_SIP = 200
HELD_BY_THE_NETWORK = timedelta(seconds=120)
"""A call whose other end vanished is given up by then, by the network or by the resident."""


class Wait(Enum):
    """How long after the end of a call before the next one to the same number."""

    REDIAL = auto()  # the delay promised to residents
    BACK_OFF = auto()  # 5, 10, 20 … s, never above the redial delay


class Cause(StrEnum):
    """Why a call is to be made again, as the redial table names it."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    MACHINE = "machine"  # the message was not left whole
    LEFT_ON_MACHINE = "left_on_machine"  # it was
    HUNG_UP = "hung_up"  # before enough was heard
    REFUSED = "refused"
    FAX = "fax"


@dataclass(frozen=True, slots=True)
class Redial:
    """So many further calls, each so long after the end of the one before."""

    redials: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class RedialTable:
    """`redials` and `delay_s` are those promised to residents: after no answer or busy. `own`: causes that have their
    own, where `redials` or `delay_s` may be left out."""

    redials: int = 2
    delay_s: float = 300.0
    own: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def of(self, cause: Cause) -> Redial:
        own = self.own.get(cause, {})
        redials = own.get("redials", DEFAULT_REDIALS.get(cause, self.redials))
        return Redial(int(redials), own.get("delay_s", self.delay_s))


DEFAULT_REDIALS: Mapping[Cause, int] = {Cause.LEFT_ON_MACHINE: 0, Cause.HUNG_UP: 1, Cause.REFUSED: 1, Cause.FAX: 1}
"""Of the causes that do not go by what is promised for no answer."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """What one disposition allows. `budget`: calls that share one count; `cause`: its line in the redial table, None
    where the table has no say; `calls`: most of them per number then."""

    uses_try: bool
    budget: str
    cause: Cause | None
    calls: int = 0
    wait: Wait = Wait.REDIAL


RULES: Mapping[Disposition, RetryRule] = {
    Disposition.NO_ANSWER: RetryRule(True, "missed", Cause.NO_ANSWER),
    Disposition.BUSY: RetryRule(True, "missed", Cause.BUSY),
    Disposition.UNREACHABLE: RetryRule(True, "missed", Cause.UNREACHABLE),
    Disposition.MACHINE: RetryRule(True, "missed", Cause.MACHINE),
    Disposition.HUMAN: RetryRule(True, "hung up", Cause.HUNG_UP),
    Disposition.REFUSED: RetryRule(True, "refused", Cause.REFUSED),
    Disposition.DEAD_NUMBER: RetryRule(True, "dead", None),
    Disposition.NETWORK: RetryRule(True, "missed", Cause.NO_ANSWER),
    Disposition.CONGESTION: RetryRule(False, "congestion", None, NO_MAXIMUM, Wait.BACK_OFF),
    Disposition.TRUNK_FAULT: RetryRule(False, "trunk fault", None, NO_MAXIMUM, Wait.BACK_OFF),
    Disposition.INTERRUPTED: RetryRule(False, "interrupted", None, MOST_BACK_OFFS, Wait.BACK_OFF),
}
BY_ANNOUNCEMENT: Mapping[Announcement, RetryRule] = {
    Announcement.BUSY: RULES[Disposition.BUSY],
    # Answered by the network, each of these is paid for: even where congestion has no maximum, this has.
    Announcement.REORDER: RetryRule(False, "reorder", None, MOST_BACK_OFFS, Wait.BACK_OFF),
    Announcement.NO_CIRCUIT: RetryRule(False, "reorder", None, MOST_BACK_OFFS, Wait.BACK_OFF),
    Announcement.INTERCEPT: RULES[Disposition.DEAD_NUMBER],
    Announcement.VACANT: RULES[Disposition.DEAD_NUMBER],
    Announcement.FAX: RetryRule(True, "fax", Cause.FAX),
}
"""What Disposition.NETWORK allows, by what the tones said."""
MOST_MUTE = 3
"""Answered calls per number over one trunk on which no sound could be sent: each rings the telephone."""

_MUTE = RetryRule(False, "mute", None, MOST_MUTE, Wait.BACK_OFF)
_OF_THE_TRUNK = (Disposition.CONGESTION, Disposition.TRUNK_FAULT)
_LEFT = RetryRule(True, "left on a machine", Cause.LEFT_ON_MACHINE)


class Try(Record, frozen=True):
    """One finished call of a delivery. `trunk`: its name."""

    point_id: int
    outcome: Outcome
    ended_at: datetime
    trunk: str = ""


class Next(Record, frozen=True):
    """The call to make, not before `moment`."""

    point: ContactPoint
    moment: datetime


def next_try(
    points: Sequence[ContactPoint],
    history: Sequence[Try],
    *,
    table: RedialTable,
    now: datetime,
    numbers: Numbers = Numbers.FIRST_REACHED,
) -> Next | None:
    """The next call to one person, or None when nothing more is to be tried.

    `points`: the numbers that may still be called, in the person's order; `history`: their finished calls, oldest
    first. A number not called yet is due at once; among several the earliest due wins, then the order. With every
    number to be called, each goes by its own calls alone.
    """
    if numbers is Numbers.EVERY:
        due = [next_try([each], _tries_at(each, history), table=table, now=now) for each in points]
    elif (settled := _settled(history)) - {DeliveryOutcome.LEFT_ON_MACHINE}:
        return None
    else:
        due = [_next(each, _tries_at(each, history), table, now, left=bool(settled)) for each in points]
    return min(filter(None, due), key=lambda candidate: candidate.moment, default=None)


def _settled(history: Sequence[Try]) -> set[DeliveryOutcome]:
    return {settled for tried in history if (settled := outcomes.of_call(tried.outcome)) is not None}


def _tries_at(point: ContactPoint, history: Sequence[Try]) -> list[Try]:
    """Busy soon after a call that we broke off is busy with that call, which the network may hold for a while: our own
    fault once more."""
    tries: list[Try] = []
    for tried in history:
        if tried.point_id == point.id:
            tries.append(_interrupted(tried) if _line_is_held(tries, tried) else tried)
    return tries


def _line_is_held(before: Sequence[Try], tried: Try) -> bool:
    """Calls that rang nobody's telephone, since the trunk had no room, leave it held."""
    if tried.outcome.disposition is not Disposition.BUSY:
        return False
    last = next((each for each in reversed(before) if not _rang_nobody(each.outcome)), None)
    if last is None or last.outcome.disposition is not Disposition.INTERRUPTED:
        return False
    return tried.ended_at - last.ended_at < HELD_BY_THE_NETWORK


def _rang_nobody(outcome: Outcome) -> bool:
    return outcome.disposition in _OF_THE_TRUNK and outcome.sip != ANSWERED_SIP


def _interrupted(tried: Try) -> Try:
    return replace(tried, outcome=replace(tried.outcome, disposition=Disposition.INTERRUPTED))


def _next(point: ContactPoint, tries: Sequence[Try], table: RedialTable, now: datetime, *, left: bool) -> Next | None:
    """`left`: the message is on a machine of this person already; a number that was called is then called again only
    as the table says."""
    if not tries:
        return Next(point, now)
    rules = [_rule(tried) for tried in tries]
    rule = rules[-1]
    if left and rule is not _LEFT and any(each.uses_try for each in rules):
        return None
    spent = _spent(rule, tries, rules)
    most, wait_s = _allowed(rule, spent, table)
    ended_at = min(now, tries[-1].ended_at)  # the clock may have been put back since
    return Next(point, max(now, ended_at + timedelta(seconds=wait_s))) if spent < most else None


def _spent(rule: RetryRule, tries: Sequence[Try], rules: Sequence[RetryRule]) -> int:
    """Calls on its budget."""
    trunks = Counter(tried.trunk for tried, each in zip(tries, rules, strict=True) if each.budget == rule.budget)
    return trunks.total() if rule.uses_try else max(trunks.values())


def _rule(tried: Try) -> RetryRule:
    announced = BY_ANNOUNCEMENT.get(tried.outcome.announcement) if tried.outcome.announcement else None
    if tried.outcome.disposition is Disposition.NETWORK and announced:
        return announced
    if tried.outcome.disposition is Disposition.TRUNK_FAULT and tried.outcome.sip == ANSWERED_SIP:
        return _MUTE
    left = outcomes.of_call(tried.outcome) is DeliveryOutcome.LEFT_ON_MACHINE
    return _LEFT if left else RULES[tried.outcome.disposition]


def _allowed(rule: RetryRule, spent: int, table: RedialTable) -> tuple[int, float]:
    """Most calls of that budget, and how long to wait before the next, in seconds."""
    if rule.cause is not None:
        redial = table.of(rule.cause)
        return 1 + redial.redials, redial.delay_s
    longest_s = min(LONGEST_BACK_OFF_S, max(SHORTEST_BACK_OFF_S, table.delay_s))
    doublings = min(max(0, spent - 1), MOST_DOUBLINGS)
    return rule.calls, min(FIRST_BACK_OFF_S * 2**doublings, longest_s)
