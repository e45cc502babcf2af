"""The trunks: which one carries the next call, and which one must rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from alerts.outcome import Disposition, Outcome
from dialer.pace import Pace
from telephony.site import Trunk

REST_S = 30.0  # a trunk that refuses our log-in or takes no call at all is left alone for so long
FAULTS_IN_A_ROW = 3
FORBIDDEN, SILENCE = 403, 408
SUSPECT = {FORBIDDEN, SILENCE}
"""Of one resident beside calls that pass; of the trunk when FAULTS_IN_A_ROW calls, and none other, end like that."""

LOG_IN = "check this trunk's username and password in TOCSIN_TRUNKS with the carrier"
REMEDIES = {
    401: LOG_IN,
    407: LOG_IN,
    402: "ask the carrier about the account: it wants to be paid",
    FORBIDDEN: "ask the carrier whether this address may call, and show TOCSIN_CALLER_ID_NUMBER",
    SILENCE: "check this trunk's host in TOCSIN_TRUNKS, TOCSIN_SIP_BIND and the firewall: nothing there answers",
    488: "ask the carrier to take G.711 (ulaw or alaw)",
}
OTHER_REMEDY = "ask the carrier what this status means for this trunk"
OUR_OWN_REMEDY = "Asterisk itself refused the call: its log is TOCSIN_HOME/asterisk/log/messages.log"

log = structlog.get_logger()


class TrunkState:
    """One trunk at work."""

    def __init__(self, trunk: Trunk) -> None:
        self.trunk = trunk
        self.pace = Pace(channels=trunk.channels, calls_per_second=trunk.calls_per_second)
        self.rests_until = 0.0
        self._faults = 0

    def room(self, now: float) -> int:
        return 0 if now < self.rests_until else self.pace.room(now)

    def passes(self) -> None:
        """A telephone rings on it, or was answered: the trunk carries calls."""
        self._faults = 0

    def judge(self, outcome: Outcome, now: float) -> Outcome:
        """Whose fault it was that a call ended like this; a trunk at fault call after call rests."""
        faulty = outcome.disposition is Disposition.TRUNK_FAULT
        self._faults = self._faults + 1 if faulty or outcome.sip in SUSPECT else 0
        if self._faults >= FAULTS_IN_A_ROW:
            self.rests_until = now + REST_S
            outcome = Outcome(Disposition.TRUNK_FAULT, sip=outcome.sip, cause=outcome.cause)
        if outcome.disposition is Disposition.TRUNK_FAULT:
            self._complain(outcome, rests=now < self.rests_until)
        return outcome

    def _complain(self, outcome: Outcome, *, rests: bool) -> None:
        remedy = REMEDIES.get(outcome.sip, OTHER_REMEDY) if outcome.sip else OUR_OWN_REMEDY
        rests_s = REST_S if rests else 0.0
        log.error("trunk_fault", trunk=self.trunk.name, sip=outcome.sip, rests_s=rests_s, remedy=remedy)


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
        """The trunk of a call found open after a restart; its line is counted. It may be configured no longer."""
        gone = TrunkState(Trunk(name, "", channels=0, calls_per_second=0))
        state = next((each for each in self.states if each.trunk.name == name), gone)
        state.pace.open += 1
        return state

    def judge(self, state: TrunkState, outcome: Outcome) -> Outcome:
        return state.judge(outcome, self._clock())
