"""The trunks: which one carries the next call, and which one must rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from dialer.trunk import TrunkLeg, TrunkState
from rules.outcome import Disposition, Outcome
from telephony.trunk import Trunk

TICK_S = 1.0  # how often an outcome that is held is looked at again, while nothing else happens on its trunk
REMEMBERED = 10_000
"""Numbers that failed on some trunk and wait for another one."""
ELSEWHERE = {Disposition.TRUNK_FAULT, Disposition.CONGESTION}
"""What another trunk may do better."""


class Trunks:
    """All trunks. `clock`: monotonic seconds."""

    def __init__(self, trunks: Sequence[Trunk], clock: Callable[[], float], *, tick_s: float = TICK_S) -> None:
        self._tick_s = tick_s
        self.states = [TrunkState(trunk, clock) for trunk in trunks]
        self._clock = clock
        self._failed_on: dict[str, set[str]] = {}

    def room(self) -> int:
        """Calls that may begin at this moment, over all trunks."""
        return sum(state.room() for state in self.states)

    def held(self) -> frozenset[str]:
        """Exchanges that no call may go to at this moment: congested behind every trunk that has room."""
        free = [state for state in self.states if state.room()]
        return frozenset.intersection(*(state.held() for state in free)) if free else frozenset()

    def take(self, number: str) -> TrunkLeg | None:
        """A line for a call to this E.164 number, None when there is none: by rank, and within a rank by weight. A
        trunk on which this number has just failed comes last."""
        free = [state for state in self.states if state.has_room_for(number)]
        if not free:
            return None
        failed = self._failed_on.get(number, set())
        best = min(free, key=lambda state: (state.trunk.name in failed, state.rank(), state.load()))
        return best.take(number)

    def named(self, name: str, number: str) -> TrunkLeg:
        """The line of a call found open after a restart. Its trunk may be configured no longer."""
        state = next((each for each in self.states if each.trunk.name == name), None)
        gone = Trunk(name, "", channels=0, calls_per_second=0)
        return (state or TrunkState(gone, self._clock)).adopt(number)

    async def judge(self, leg: TrunkLeg, outcome: Outcome, *, doubted: bool = False) -> Outcome:
        """Whose doing it was that a call ended like this: at once, or when other calls have told, at most
        `suspicion.HOLD_S` later. The line is free again. `doubted`: the number was suspected or dead before."""
        leg.trunk.notice_silence()
        leg.over()
        judged = leg.trunk.judge(leg, outcome, doubted=doubted)
        if isinstance(judged, asyncio.Future):
            judged = await self._told(leg, judged)
        self._remember(leg, judged)
        return judged

    async def _told(self, leg: TrunkLeg, verdict: asyncio.Future[Outcome]) -> Outcome:
        while not verdict.done():
            await asyncio.wait([verdict], timeout=self._tick_s)
            leg.trunk.bench.settle()
        return verdict.result()

    def close(self) -> None:
        """No verdict is waited for any more."""
        for state in self.states:
            state.bench.close()

    def another(self, number: str) -> bool:
        """A call that failed through no fault of the resident may be tried at once: a trunk on which this number has
        not failed has a line free."""
        failed = self._failed_on.get(number, set())
        others = [state for state in self.states if state.trunk.name not in failed]
        return bool(failed) and any(state.has_room_for(number) for state in others)

    def _remember(self, leg: TrunkLeg, outcome: Outcome) -> None:
        if outcome.disposition not in ELSEWHERE:
            self._failed_on.pop(leg.number, None)
            return
        failed = self._failed_on.pop(leg.number, set())
        self._failed_on[leg.number] = failed  # the oldest first
        failed.add(leg.trunk.trunk.name)
        if failed.issuperset(state.trunk.name for state in self.states):
            del self._failed_on[leg.number]  # they all did: begin again after the usual delay
        while len(self._failed_on) > REMEMBERED:
            del self._failed_on[next(iter(self._failed_on))]
