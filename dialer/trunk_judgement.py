"""Whose doing it was that a call on one trunk ended as it did, and what follows for the trunk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from msgspec.structs import replace

from dialer.remedies import DECLINES, FORBIDDEN, SILENCE, remedy
from rules import phone
from rules.outcome import Disposition, Outcome, Reply, denies
from rules.suspicion import AnswerKind, Held, Suspicion, Verdict

if TYPE_CHECKING:
    from dialer.trunk import TrunkLeg, TrunkState

REST_S = (30.0, 60.0, 120.0, 300.0)  # a trunk at fault is left alone; longer each time that a trial call fails
FAULTS_IN_A_ROW = 3
CONGESTED_IN_A_ROW = 10
FULL_IN_A_ROW = 5  # refused by the trunk itself, each beside more calls than it carried recently
TIMER_B_S = 15.0  # a 408 that comes after it is Asterisk's own: nothing was heard (timer_b in dialplans/pjsip.conf)
AT_ONCE_S = 5.0  # a trunk without a free line says so within this time

FROM_BEYOND = {Disposition.BUSY, Disposition.REFUSED, Disposition.UNREACHABLE}
"""The end of a call that the telephone network behind the trunk gave; one that rang out may have ended here alone, and
"does not exist" is what a trunk without an account says of every number."""

MAY_BE_LINES = {*FROM_BEYOND, Disposition.NO_ANSWER}
"""A resident's, or the answer of a trunk that has no line free: carriers give any status for it."""

ANSWERED = {Disposition.HUMAN, Disposition.MACHINE}
THEY_HUNG_UP = 16  # where we do, Asterisk says 32
UNCERTAIN = {Disposition.NO_ANSWER, Disposition.HUMAN, Disposition.MACHINE}
"""What is not known of a call whose trunk has died under it: it rang on for us alone, or we spoke to nobody."""

DOUBTED_S = 25.0
"""For so long what an uncertain call met waits for a sign that its trunk was only slow: a telephone that rings late, or
the next OPTIONS after one that got lost (asked after 15 s, its answer seen within 3 s)."""

OURS = Outcome(Disposition.INTERRUPTED)

log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class _Doubted:
    """A call whose trunk may have died under it."""

    leg: TrunkLeg
    outcome: Outcome
    since: float
    verdict: asyncio.Future[Outcome]


class Judge:
    """Of one trunk."""

    def __init__(self, state: TrunkState) -> None:
        self.suspicion = Suspicion()
        self._state = state
        self._waiting: dict[Held, tuple[asyncio.Future[Outcome], Outcome]] = {}
        self._doubted: list[_Doubted] = []
        self._faults = self._congested = self._rests = 0
        self._full: list[int] = []  # calls open beside each that the trunk refused, since it last carried as many
        self._closing = False

    @property
    def held(self) -> int:
        return self.suspicion.held

    def passes(self, leg: TrunkLeg | None = None) -> None:
        """The trunk carries calls; `leg`: this one rings or was answered."""
        if leg is not None and leg.call is not None:
            self.suspicion.lives(leg.call, self._state.clock())
        self._faults = self._congested = self._rests = 0
        self.settle()

    def judge(self, leg: TrunkLeg, outcome: Outcome, *, doubted: bool = False) -> Outcome | asyncio.Future[Outcome]:
        """A future where it depends on what other calls meet. `doubted`: the number was suspected or dead before."""
        if outcome.disposition is Disposition.TRUNK_FAULT or self._is_own_silence(leg, outcome):
            if outcome.sip == SILENCE:
                self._state.falls_silent()
            return self._failed(leg, outcome)
        if (kind := self._kind(leg, outcome)) is not None:
            return OURS if self._closing else self._hold(leg, outcome, kind, doubted=doubted)
        if self._turns_away(leg, outcome):
            return self._failed(leg, outcome)
        if outcome.disposition is Disposition.CONGESTION:
            self._slow_down(leg, outcome)
        elif _is_from_beyond(outcome):
            self._state.passes(leg, answered=outcome.disposition in ANSWERED)
        elif outcome.disposition in UNCERTAIN and outcome.reply is Reply.NONE and self._state.died_under(leg):
            return self._doubt(leg, outcome)
        return outcome

    # -- calls that the trunk may have died under ----------------------------------------------------------------------

    def _doubt(self, leg: TrunkLeg, outcome: Outcome) -> asyncio.Future[Outcome]:
        """Whoever heard everything over a trunk that was only slow is not called again."""
        verdict: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._doubted.append(_Doubted(leg, outcome, self._state.clock(), verdict))
        self._settle_doubted()
        return verdict

    def _settle_doubted(self) -> None:
        for each in [*self._doubted]:
            died = self._state.died_under(each.leg)
            if died and not self._is_certain(each):
                continue
            self._doubted.remove(each)
            if not each.verdict.done():
                interrupted = replace(each.outcome, disposition=Disposition.INTERRUPTED)
                each.verdict.set_result(interrupted if died else each.outcome)

    def _is_certain(self, doubted: _Doubted) -> bool:
        long = self._state.clock() - doubted.since >= DOUBTED_S
        return long or self._closing or self._state.surely_died()

    # -- what waits for other calls ------------------------------------------------------------------------------------

    def _kind(self, leg: TrunkLeg, outcome: Outcome) -> AnswerKind | None:
        if leg.rang or leg.call is None or outcome.disposition in ANSWERED:
            return None
        if denies(outcome):
            return AnswerKind.NOT_EXIST
        if outcome.sip == FORBIDDEN:
            return AnswerKind.REFUSED
        if outcome.sip in DECLINES:
            return AnswerKind.DECLINED
        lines = _at_once(leg, outcome) and outcome.disposition in MAY_BE_LINES and self._may_be_full(leg)
        return AnswerKind.BUSY if lines else None

    def _turns_away(self, leg: TrunkLeg, outcome: Outcome) -> bool:
        """The trunk says at once of every number that it is busy, or not there."""
        at_once = _at_once(leg, outcome) and outcome.disposition in MAY_BE_LINES
        return at_once and leg.call is not None and self.suspicion.turns_away(leg.call, self._state.clock())

    def _may_be_full(self, leg: TrunkLeg) -> bool:
        others = self._state.others(leg)
        return others > 0 and not self.suspicion.grants(others, self._state.clock())

    def _hold(self, leg: TrunkLeg, outcome: Outcome, kind: AnswerKind, *, doubted: bool) -> asyncio.Future[Outcome]:
        assert leg.call is not None
        verdict: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        leg.call.others = self._state.others(leg)
        now = self._state.clock()
        held = self.suspicion.hold(leg.call, kind, now, status=outcome.sip or 0, doubted=doubted)
        self._waiting[held] = verdict, outcome
        self.settle()
        return verdict

    def settle(self) -> None:
        """Tell those whose verdict is known."""
        self._settle_doubted()
        if not self._waiting:
            return
        fault, now = self._state.fault, self._state.clock()
        of_numbers = fault is not None and (denies(fault) or fault.sip in (FORBIDDEN, *DECLINES))
        found = self.suspicion.verdicts(now, at_fault=of_numbers, carries=self._state.carries())
        if accused := [held for held, verdict in found if verdict is Verdict.TRUNK_FAULT]:
            outcome = self._waiting[accused[-1]][1]
            self._rest(outcome)
            self._complain(outcome)
        if any(verdict is Verdict.NO_LINE for _, verdict in found):
            self._learn_lines()
        for held, verdict in found:
            self._tell(held, verdict)

    def _tell(self, held: Held, verdict: Verdict) -> None:
        waiting = self._waiting.pop(held, None)
        if waiting is None or waiting[0].done():
            return
        future, outcome = waiting
        means = {Verdict.TRUNK_FAULT: Disposition.TRUNK_FAULT, Verdict.NO_LINE: Disposition.CONGESTION}
        future.set_result(_instead(outcome, means[verdict]) if verdict in means else outcome)

    def _learn_lines(self) -> None:
        state, limit = self._state, self.suspicion.limit
        if limit is not None:
            state.pace.limit(limit, state.clock())
            log.warning("trunk_lines_learnt", trunk=state.trunk.name, lines=limit, channels=state.trunk.channels)

    def close(self) -> None:
        """Nothing more is waited for: what is held uses up nobody's try, and is called again by the next program."""
        self._closing = True
        self._settle_doubted()
        for held in self.suspicion.release():
            future, _ = self._waiting.pop(held)
            if not future.done():
                future.set_result(OURS)

    # -- the trunk's own -----------------------------------------------------------------------------------------------

    def _is_own_silence(self, leg: TrunkLeg, outcome: Outcome) -> bool:
        """Nothing was heard for the whole of timer_b, while the trunk said nothing to others either. One that did is
        up: it is this number that it leaves without an answer."""
        waited = self._state.clock() - leg.placed_at
        silent = outcome.sip == SILENCE and not leg.heard and waited >= TIMER_B_S
        return silent and self._state.was_silent(leg, waited / 2)

    def _failed(self, leg: TrunkLeg, outcome: Outcome) -> Outcome:
        if not self._is_full(leg, outcome):
            self._faults += 1
            if self._faults >= FAULTS_IN_A_ROW or self._state.fault:
                self._rest(outcome)
            self._complain(outcome)
        return _instead(outcome, Disposition.TRUNK_FAULT)

    def _is_full(self, leg: TrunkLeg, outcome: Outcome) -> bool:
        """The trunk carries calls, and refused this one beside more than it carried recently."""
        full = self._state.carries() and _at_once(leg, outcome) and self._may_be_full(leg)
        self._full = [*self._full, self._state.others(leg)] if full else []
        if len(self._full) >= FULL_IN_A_ROW:
            self.suspicion.limit = min(self._full)
            self._learn_lines()
        return full

    def _rest(self, outcome: Outcome) -> None:
        state = self._state
        if not state.rests():
            longer = 0 if _turned_away(outcome) else min(self._rests, len(REST_S) - 1)
            state.rests_until = state.clock() + REST_S[longer]
            self._rests += 1
        state.fault = outcome
        for held in self.suspicion.release():
            self._tell(held, Verdict.STANDS if held.kind is AnswerKind.BUSY else Verdict.TRUNK_FAULT)

    def _complain(self, outcome: Outcome) -> None:
        state = self._state
        rests_s = round(max(0.0, state.rests_until - state.clock()), 1)
        log.error("trunk_fault", trunk=state.trunk.name, sip=outcome.sip, rests_s=rests_s, remedy=remedy(outcome))

    def _slow_down(self, leg: TrunkLeg, outcome: Outcome) -> None:
        state, now = self._state, self._state.clock()
        full = self._is_full(leg, outcome)
        if state.exchanges.congested(leg.number, now):
            state.pace.congested(now)
        self._congested += not full
        if self._congested >= CONGESTED_IN_A_ROW or state.fault:
            self._rest(outcome)
            self._complain(outcome)
        else:
            where = phone.exchange(leg.number)
            log.warning("trunk_congested", trunk=state.trunk.name, exchange=where, sip=outcome.sip, cause=outcome.cause)


def _turned_away(outcome: Outcome) -> bool:
    """It may be the numbers after all, in a part of the town that is cut off: other calls do not wait long for that."""
    return outcome.disposition in MAY_BE_LINES - {Disposition.REFUSED} and outcome.sip != SILENCE


def _instead(outcome: Outcome, disposition: Disposition) -> Outcome:
    return Outcome(disposition, sip=outcome.sip, cause=outcome.cause)


def _at_once(leg: TrunkLeg, outcome: Outcome) -> bool:
    """A status came, before anything else and soon."""
    return not leg.heard and leg.lasted_s < AT_ONCE_S and (outcome.sip or 0) >= 400


def _is_from_beyond(outcome: Outcome) -> bool:
    if outcome.disposition in ANSWERED:
        return outcome.cause == THEY_HUNG_UP
    return outcome.disposition in FROM_BEYOND and bool(outcome.sip)
