"""One trunk at work: how many calls it may carry, and how it is."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from dialer.call_pace import CallPace
from dialer.exchanges import Exchanges
from dialer.remedies import OPTIONS_REMEDY, SILENCE
from dialer.trunk_judgement import DOUBTED_S, REST_S, TIMER_B_S, Judge
from rules.outcome import Outcome, denies
from rules.suspicion import Placed
from telephony.trunk import Trunk

UNHEARD_S = 5.0
UNHEARD_CALLS = 3
"""So many calls that heard nothing for so long, and no other call that did: the trunk comes last."""

TRIALS_OF_NUMBERS = 3
"""Trial calls of a trunk that said of every number that it does not exist: one of them may really be dead."""

TRYING_S = 3.0
"""A call that is open for so long after timer B has fired for each address of its trunk got at least a 100 (Trying),
which no event tells: without any response Asterisk ends it with a 408 of its own (RFC 3261, 17.1.1.2)."""

log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class TrunkLeg:
    """One call on one trunk. `others`: calls open beside it when it was placed; `call`: None for one found open."""

    trunk: TrunkState
    number: str
    placed_at: float
    others: int = 0
    call: Placed | None = None
    heard: bool = False  # any sign of life
    rang: bool = False  # or was answered
    lasted_s: float = 0.0

    def passes(self) -> None:
        """Its telephone rings, or was answered: the trunk carries calls."""
        self.heard = self.rang = True
        self.trunk.passes(self)

    def early_media(self) -> None:
        """Sound comes before the answer: a ringing tone, or an announcement."""
        self.heard = True
        self.trunk.hears(self)

    def announces(self) -> None:
        """Tones before the answer say that it reaches nobody."""
        if self.call is not None:
            self.trunk.bench.suspicion.announces(self.call)

    def over(self) -> None:
        """The line is free; told twice, it counts once."""
        self.trunk.give_back(self)


class TrunkState:
    """`clock`: monotonic seconds."""

    def __init__(self, trunk: Trunk, clock: Callable[[], float]) -> None:
        self.trunk = trunk
        self.clock = clock
        self.pace = CallPace(channels=trunk.channels, calls_per_second=trunk.calls_per_second)
        self.exchanges = Exchanges(trunk.calls_per_second)
        self.reachable: bool | None = None  # by OPTIONS; None: not known
        self.has_address = True  # its host's name has one: see dialer.hosts
        self.addresses = 1  # that Asterisk tries one after the other
        self.placed = 0
        self.rests_until = 0.0
        self.fault: Outcome | None = None  # what made it rest, until a call passes
        self.bench = Judge(self)
        self._legs: set[TrunkLeg] = set()
        self._unheard: dict[TrunkLeg, None] = {}  # the oldest first
        self._heard_at = 0.0
        self._silent_at = self._silent_until = 0.0  # when calls last heard nothing at all, and how long that counts
        self._lost_at = 0.0  # when it answered OPTIONS no more

    # -- which trunk -------------------------------------------------------------------------------------------------

    def room(self) -> int:
        """Calls that may begin now; a trunk that was at fault is tried with one or a few."""
        if self.rests() or not self.has_address:
            return 0
        room = self.pace.room(self.clock())
        if self.fault is None:
            return room
        trials = TRIALS_OF_NUMBERS if denies(self.fault) else 1
        return max(0, min(room, trials - len(self._unheard) - self.bench.held))

    def rests(self) -> bool:
        return self.clock() < self.rests_until

    def rank(self) -> tuple[bool, bool, int]:
        """The least goes first."""
        self.notice_silence()
        return self.is_silent(), self.reachable is False, self.trunk.priority

    def load(self) -> float:
        return (self.pace.open + 1) / self.trunk.weight

    def held(self) -> frozenset[str]:
        """Exchanges that no call may go to at this moment."""
        return self.exchanges.held(self.clock())

    def has_room_for(self, number: str) -> bool:
        return self.room() > 0 and self.exchanges.has_room_for(number, self.clock())

    def take(self, number: str) -> TrunkLeg:
        self.placed += 1
        now, others = self.clock(), self.pace.open
        self.exchanges.take(number)
        self.pace.take()
        leg = TrunkLeg(self, number, now, others, self.bench.suspicion.place(number, now, others=others))
        self._legs.add(leg)
        self._unheard[leg] = None
        return leg

    def adopt(self, number: str) -> TrunkLeg:
        """The line of a call that was open already."""
        self.pace.open += 1
        leg = TrunkLeg(self, number, self.clock(), heard=True, rang=True)
        self._legs.add(leg)
        return leg

    def give_back(self, leg: TrunkLeg) -> None:
        self._unheard.pop(leg, None)
        if leg.call is not None:
            self.bench.suspicion.over(leg.call)
        if leg in self._legs:
            leg.lasted_s = self.clock() - leg.placed_at
            self._legs.remove(leg)
            self.pace.give_back()

    def others(self, leg: TrunkLeg) -> int:
        """Calls open beside one that is over: when it was placed, or less if some ended meanwhile."""
        return min(leg.others, self.pace.open)

    def carries(self) -> bool:
        """A call that rang or was answered is open."""
        return any(leg.rang for leg in self._legs)

    # -- silence -----------------------------------------------------------------------------------------------------

    def notice_silence(self) -> None:
        """Several calls hear nothing, and no other call does: it may have died, which is certain only after timer_b."""
        now = self.clock()
        self._notice_trying(now)
        last = next(itertools.islice(self._unheard, UNHEARD_CALLS - 1, None), None)
        if last is not None and last.placed_at < now - UNHEARD_S and self._heard_at < now - UNHEARD_S:
            self.falls_silent()

    def _notice_trying(self, now: float) -> None:
        if self.reachable is False:
            return
        tried_s = TIMER_B_S * self.addresses + TRYING_S
        for leg in [each for each in self._unheard if each.placed_at <= now - tried_s]:
            del self._unheard[leg]
            leg.heard = True
            self._heard_at = max(self._heard_at, leg.placed_at)
            if leg.placed_at < self._silent_at:
                self._silent_at = 0.0

    def is_silent(self) -> bool:
        return self.clock() < self._silent_until

    def falls_silent(self) -> None:
        self._silent_at = self.clock()
        self._silent_until = self._silent_at + REST_S[0]

    def was_silent(self, leg: TrunkLeg, for_s: float) -> bool:
        """No call heard anything for so long, or since it fell silent under this call."""
        return self._heard_at < self.clock() - for_s or leg.placed_at < self._silent_at

    def died_under(self, leg: TrunkLeg) -> bool:
        """It may have, and no call has passed since."""
        lost_at = self._lost_at if self._heard_at < self._lost_at else 0.0
        return leg.placed_at < max(self._silent_at, lost_at)

    def surely_died(self) -> bool:
        """What its calls meet is told: nothing answers any more, or no OPTIONS for long."""
        lost = self._heard_at < self._lost_at <= self.clock() - DOUBTED_S
        return lost or (self.fault is not None and self.fault.sip == SILENCE)

    def answers_options(self, reachable: bool) -> None:
        """What the last OPTIONS said. A trunk that was silent is tried at once when it answers again; one that answers
        no more may have died, and what its calls meet from then on is not certain, until another one passes."""
        if reachable != self.reachable and not reachable:
            self._lost_at = self.clock() if self.reachable else 0.0
            log.warning("trunk_unreachable", trunk=self.trunk.name, host=self.trunk.host, remedy=OPTIONS_REMEDY)
        if reachable and self.reachable is False:
            log.info("trunk_reachable", trunk=self.trunk.name)
            self._silent_until = 0.0
            if self.clock() - self._lost_at < DOUBTED_S:
                self._lost_at = 0.0
            if self.fault and self.fault.sip == SILENCE:
                self.rests_until = self.clock()
        self.reachable = reachable

    # -- what its calls say -------------------------------------------------------------------------------------------

    def hears(self, leg: TrunkLeg) -> None:
        """The trunk said something to this call, be it an announcement."""
        if leg.placed_at < self._silent_at:
            self._silent_at = 0.0  # it was slow, not dead: what it carried stands
        self._unheard.pop(leg, None)
        self._heard_at = self.clock()
        self._silent_until = 0.0
        if leg.call is not None:
            self.bench.suspicion.early_media(leg.call)

    def passes(self, leg: TrunkLeg, *, answered: bool = True) -> None:
        """It carries calls: this one rings or was `answered`, or was busy or refused by the network beyond."""
        self.hears(leg)
        if self.fault:
            self.fault = None
            self.rests_until = 0.0
            log.info("trunk_well_again", trunk=self.trunk.name)
        self.bench.passes(leg if answered else None)

    def judge(self, leg: TrunkLeg, outcome: Outcome, *, doubted: bool = False) -> Outcome | asyncio.Future[Outcome]:
        """Whose doing it was; `doubted`: the number was suspected or dead before."""
        return self.bench.judge(leg, outcome, doubted=doubted)
