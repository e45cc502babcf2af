"""One trunk at work: what its calls say about it, and when it must rest."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from msgspec.structs import replace

from alerts.outcome import Disposition, Outcome, Reply
from dialer import exchanges
from dialer.exchanges import Exchanges
from dialer.pace import Pace
from dialer.remedies import FORBIDDEN, OPTIONS_REMEDY, SILENCE, remedy
from telephony.trunk import Trunk

REST_S = (30.0, 60.0, 120.0, 300.0)  # a trunk at fault is left alone; longer each time that a trial call fails
FAULTS_IN_A_ROW = 3
CONGESTED_IN_A_ROW = 10
TIMER_B_S = 15.0  # a 408 that comes after it is Asterisk's own: nothing was heard (timer_b in dialplans/pjsip.conf)
UNHEARD_S = 5.0
UNHEARD_CALLS = 3
"""So many calls that heard nothing for so long, and no other call that did: the trunk comes last."""

FROM_BEYOND = {
    Disposition.BUSY,
    Disposition.DEAD_NUMBER,
    Disposition.REFUSED,
    Disposition.UNREACHABLE,
}
"""The end of a call that the telephone network behind the trunk gave; one that rang out may have ended here alone."""

ANSWERED = {Disposition.HUMAN, Disposition.MACHINE}
THEY_HUNG_UP = 16  # where we do, Asterisk says 32
UNCERTAIN = {Disposition.NO_ANSWER, Disposition.HUMAN, Disposition.MACHINE}
"""What is not known of a call whose trunk has died under it: it rang on for us alone, or we spoke to nobody."""

BRIEFLY_S = 25.0
"""One OPTIONS that got lost: the next is asked 15 s later, its answer seen within 3 s."""

log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Leg:
    """One call on one trunk."""

    trunk: TrunkState
    number: str
    placed_at: float
    heard: bool = False  # any sign of life
    lasted_s: float = 0.0

    def passes(self) -> None:
        """Its telephone rings, or was answered: the trunk carries calls."""
        self.heard = True
        self.trunk.passes(self)

    def over(self) -> None:
        """The line is free; told twice, it counts once."""
        self.trunk.give_back(self)


@dataclass(eq=False, slots=True)
class Suspects:
    """Calls that were refused in a row, waiting to be told whether it was the trunk."""

    waiting: list[tuple[asyncio.Future[Outcome], Outcome]] = field(default_factory=list)
    in_a_row: int = 0

    def hold(self, outcome: Outcome) -> asyncio.Future[Outcome]:
        verdict: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append((verdict, outcome))
        return verdict

    def settle(self, *, guilty: bool) -> None:
        """The trunk is at fault, or carries other calls: then it was the called party."""
        self.in_a_row = self.in_a_row if guilty else 0
        waiting, self.waiting = self.waiting, []
        for verdict, outcome in waiting:
            if not verdict.done():
                verdict.set_result(at_fault(outcome) if guilty else outcome)


def at_fault(outcome: Outcome) -> Outcome:
    return Outcome(Disposition.TRUNK_FAULT, sip=outcome.sip, cause=outcome.cause)


class TrunkState:
    """`clock`: monotonic seconds."""

    def __init__(self, trunk: Trunk, clock: Callable[[], float]) -> None:
        self.trunk = trunk
        self.clock = clock
        self.pace = Pace(channels=trunk.channels, calls_per_second=trunk.calls_per_second)
        self.exchanges = Exchanges(trunk.calls_per_second)
        self.reachable: bool | None = None  # by OPTIONS; None: not known
        self.placed = 0
        self.rests_until = 0.0
        self.fault: Outcome | None = None  # since when it rests, until a call passes
        self._legs: set[Leg] = set()
        self._unheard: dict[Leg, None] = {}  # the oldest first
        self._heard_at = 0.0
        self._silent_at = self._silent_until = 0.0  # when calls last heard nothing at all, and how long that counts
        self._lost_at = 0.0  # when it answered OPTIONS no more
        self._suspects = Suspects()
        self._congested = 0
        self._rests = 0

    # -- which trunk -------------------------------------------------------------------------------------------------

    def room(self) -> int:
        """Calls that may begin now; a trunk that was at fault is tried with one."""
        if self.rests():
            return 0
        room = self.pace.room(self.clock())
        return max(0, min(room, 1 - len(self._unheard))) if self.fault else room

    def rests(self) -> bool:
        return self.clock() < self.rests_until

    def rank(self) -> tuple[bool, bool, int]:
        """The least goes first."""
        self.notice_silence()
        return self.is_silent(), self.reachable is False, self.trunk.priority

    def load(self) -> float:
        return (self.pace.open + 1) / self.trunk.weight

    def notice_silence(self) -> None:
        """Several calls hear nothing, and no other call does: it may have died, which is certain only after timer_b."""
        now = self.clock()
        last = next(itertools.islice(self._unheard, UNHEARD_CALLS - 1, None), None)
        if last is not None and last.placed_at < now - UNHEARD_S and self._heard_at < now - UNHEARD_S:
            self._fell_silent()

    def is_silent(self) -> bool:
        return self.clock() < self._silent_until

    def _fell_silent(self) -> None:
        self._silent_at = self.clock()
        self._silent_until = self._silent_at + REST_S[0]

    def held(self) -> frozenset[str]:
        """Exchanges that no call may go to at this moment."""
        return self.exchanges.held(self.clock())

    def has_room_for(self, number: str) -> bool:
        return self.room() > 0 and self.exchanges.has_room_for(number, self.clock())

    def take(self, number: str) -> Leg:
        self.placed += 1
        self.exchanges.take(number)
        self.pace.take()
        leg = Leg(self, number, self.clock())
        self._legs.add(leg)
        self._unheard[leg] = None
        return leg

    def adopt(self, number: str) -> Leg:
        """The line of a call that was open already."""
        self.pace.open += 1
        leg = Leg(self, number, self.clock(), heard=True)
        self._legs.add(leg)
        return leg

    def give_back(self, leg: Leg) -> None:
        self._unheard.pop(leg, None)
        if leg in self._legs:
            leg.lasted_s = self.clock() - leg.placed_at
            self._legs.remove(leg)
            self.pace.give_back()

    def answers_options(self, reachable: bool) -> None:
        """What the last OPTIONS said. A trunk that was silent is tried at once when it answers again; one that answers
        no more may have died, and what its calls meet from then on is not certain, until another one passes."""
        if reachable != self.reachable and not reachable:
            self._lost_at = self.clock() if self.reachable else 0.0
            log.warning("trunk_unreachable", trunk=self.trunk.name, host=self.trunk.host, remedy=OPTIONS_REMEDY)
        if reachable and self.reachable is False:
            log.info("trunk_reachable", trunk=self.trunk.name)
            self._silent_until = 0.0
            if self.clock() - self._lost_at < BRIEFLY_S:
                self._lost_at = 0.0
            if self.fault and self.fault.sip == SILENCE:
                self.rests_until = self.clock()
        self.reachable = reachable

    # -- what its calls say -------------------------------------------------------------------------------------------

    def passes(self, leg: Leg) -> None:
        """It carries calls: this one did."""
        if leg.placed_at < self._silent_at:
            self._silent_at = 0.0  # it was slow, not dead: what it carried stands
        self._unheard.pop(leg, None)
        self._heard_at = self.clock()
        self._silent_until = 0.0
        self._congested = 0
        self._rests = 0
        self._suspects.settle(guilty=False)
        if self.fault:
            self.fault = None
            self.rests_until = 0.0
            log.info("trunk_well_again", trunk=self.trunk.name)

    def judge(self, leg: Leg, outcome: Outcome) -> Outcome | asyncio.Future[Outcome]:
        """Whose fault it was; a refusal waits for what the next calls meet."""
        if outcome.disposition is Disposition.TRUNK_FAULT or self._is_own_silence(leg, outcome):
            if outcome.sip == SILENCE:
                self._fell_silent()
            return self._at_fault(outcome)
        if outcome.sip == FORBIDDEN:
            return self._refused(outcome)
        if outcome.disposition is Disposition.CONGESTION:
            self._slow_down(leg, outcome)
        elif _is_from_beyond(outcome):
            self.passes(leg)
        elif outcome.disposition in UNCERTAIN and outcome.reply is Reply.NONE and leg.placed_at < self._died_at():
            return replace(outcome, disposition=Disposition.INTERRUPTED)
        return outcome

    def _died_at(self) -> float:
        return max(self._silent_at, self._lost_at if self._heard_at < self._lost_at else 0.0)

    def _is_own_silence(self, leg: Leg, outcome: Outcome) -> bool:
        """Nothing was heard for the whole of timer_b, while the trunk said nothing to others either. One that did is
        up: it is this number that it leaves without an answer."""
        now = self.clock()
        waited = now - leg.placed_at
        silent = outcome.sip == SILENCE and not leg.heard and waited >= TIMER_B_S
        return silent and (self._heard_at < now - waited / 2 or leg.placed_at < self._silent_at)

    def _at_fault(self, outcome: Outcome) -> Outcome:
        self._suspects.in_a_row += 1
        if self._suspects.in_a_row >= FAULTS_IN_A_ROW or self.fault:
            self._rest(outcome)
        self._complain(outcome)
        return at_fault(outcome)

    def _refused(self, outcome: Outcome) -> Outcome | asyncio.Future[Outcome]:
        """Of one resident beside calls that pass; by the trunk when FAULTS_IN_A_ROW calls, and none other, end so."""
        self._suspects.in_a_row += 1
        if self._suspects.in_a_row < FAULTS_IN_A_ROW and not self.fault:
            return self._suspects.hold(outcome)
        self._rest(outcome)
        self._complain(outcome)
        return at_fault(outcome)

    def _rest(self, outcome: Outcome) -> None:
        self._suspects.settle(guilty=True)
        if not self.rests():
            self.rests_until = self.clock() + REST_S[min(self._rests, len(REST_S) - 1)]
            self._rests += 1
        self.fault = outcome

    def _complain(self, outcome: Outcome) -> None:
        rests_s = max(0.0, self.rests_until - self.clock())
        log.error(
            "trunk_fault", trunk=self.trunk.name, sip=outcome.sip, rests_s=round(rests_s, 1), remedy=remedy(outcome)
        )

    def _slow_down(self, leg: Leg, outcome: Outcome) -> None:
        now = self.clock()
        if self.exchanges.congested(leg.number, now):
            self.pace.congested(now)
        self._congested += 1
        if self._congested >= CONGESTED_IN_A_ROW or self.fault:
            self._rest(outcome)
            self._complain(outcome)
        else:
            where = exchanges.code(leg.number)
            log.warning("trunk_congested", trunk=self.trunk.name, exchange=where, sip=outcome.sip, cause=outcome.cause)


def _is_from_beyond(outcome: Outcome) -> bool:
    if outcome.disposition in ANSWERED:
        return outcome.cause == THEY_HUNG_UP
    return outcome.disposition in FROM_BEYOND and bool(outcome.sip)
