"""The trunks: which one carries the next call, and which one must rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from alerts.outcome import Disposition, Outcome
from dialer.pace import Pace
from telephony.site import Trunk

REST_S = 30.0  # a trunk that refuses our log-in or takes no call at all is left alone for so long
FORBIDDEN_IN_A_ROW = 3  # 403 on as many calls in a row, and on none other: the trunk refuses us, not the residents
FORBIDDEN = 403

log = structlog.get_logger()


class TrunkState:
    """One trunk at work."""

    def __init__(self, trunk: Trunk) -> None:
        self.trunk = trunk
        self.pace = Pace(channels=trunk.channels, calls_per_second=trunk.calls_per_second)
        self.rests_until = 0.0
        self._forbidden = 0

    def room(self, now: float) -> int:
        return 0 if now < self.rests_until else self.pace.room(now)

    def judge(self, outcome: Outcome, now: float) -> Outcome:
        """A 403 on every call is the trunk's fault; beside calls that pass, it is the called party's refusal."""
        self._forbidden = self._forbidden + 1 if outcome.sip == FORBIDDEN else 0
        if self._forbidden >= FORBIDDEN_IN_A_ROW:
            outcome = Outcome(Disposition.TRUNK_FAULT, sip=outcome.sip, cause=outcome.cause)
        if outcome.disposition is Disposition.TRUNK_FAULT:
            self.rests_until = now + REST_S
            log.error("trunk_fault", trunk=self.trunk.name, sip=outcome.sip, cause=outcome.cause, rests_s=REST_S)
        return outcome


class Trunks:
    """All trunks. `clock`: monotonic seconds."""

    def __init__(self, trunks: Sequence[Trunk], clock: Callable[[], float]) -> None:
        self.states = [TrunkState(trunk) for trunk in trunks]
        self._clock = clock

    def room(self) -> int:
        """Calls that may begin at this moment, over all trunks."""
        now = self._clock()
        return sum(state.room(now) for state in self.states)

    def take(self) -> TrunkState:
        """The trunk with the most room; call it only when `room` is not 0."""
        now = self._clock()
        state = max(self.states, key=lambda each: each.room(now))
        state.pace.take()
        return state

    def named(self, name: str) -> TrunkState:
        """The trunk of a call found open after a restart; its line is counted."""
        state = next((each for each in self.states if each.trunk.name == name), self.states[0])
        state.pace.open += 1
        return state

    def judge(self, state: TrunkState, outcome: Outcome) -> Outcome:
        return state.judge(outcome, self._clock())
