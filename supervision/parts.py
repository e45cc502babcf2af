"""The parts of the running service: one that ends is started again, and how each one is can be looked at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import structlog

from supervision.metrics import RESTARTS
from supervision.tasks import is_cancelled

MOST_VITAL = 6
"""Failures in a row after which a vital part gives up: whatever started the service starts it afresh."""


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class BackOff:
    """Seconds: until a part is started again, doubled from failure to failure; and how long it is up until the next
    failure is a new one. While a vital part waits, nobody is called."""

    first_s: float = 0.5
    longest_s: float = 60.0
    longest_vital_s: float = 5.0
    stable_s: float = 60.0

    def delay_s(self, in_a_row: int, *, vital: bool) -> float:
        """After so many failures in a row."""
        longest_s = self.longest_vital_s if vital else self.longest_s
        return min(longest_s, self.first_s * 2.0 ** min(in_a_row - 1, 30))


class PartState(StrEnum):
    """`TROUBLED`: it runs, and says what it cannot do; `TRIED`: started again, and not yet up for long enough to be
    called stable; `FAILED`: it waits to be started again."""

    RUNNING = "running"
    TROUBLED = "troubled"
    TRIED = "tried"
    FAILED = "failed"


class PartFailed(Exception):
    """A part cannot do its work now; the text says why, `remedy` what a person can do. It is tried again."""

    def __init__(self, text: str, *, remedy: str = "") -> None:
        super().__init__(text)
        self.remedy = remedy


@dataclass(slots=True)
class Part:
    """How one part is. `error`, `remedy`: of its last failure or trouble, kept after it; `since`: when the state
    began."""

    name: str
    vital: bool
    clock: Callable[[], datetime]
    state: PartState = PartState.RUNNING
    error: str = ""
    remedy: str = ""
    restarts: int = 0
    in_a_row: int = 0
    since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.clock()

    def complain(self, error: str, *, remedy: str = "") -> None:
        """It goes on, but something of its work can't be done now."""
        self.error, self.remedy = error, remedy
        if self.state is not PartState.TROUBLED:
            self.move(PartState.TROUBLED)

    def well(self) -> None:
        """What it complained of is over."""
        if self.state is PartState.TROUBLED:
            self.move(PartState.RUNNING)

    def move(self, state: PartState) -> None:
        self.state, self.since = state, self.clock()

    def view(self) -> dict[str, object]:
        """As JSON."""
        names = "name", "vital", "state", "error", "remedy", "restarts"
        return {name: getattr(self, name) for name in names} | {"since": self.since.isoformat()}


Work = Callable[[Part], Awaitable[object]]
"""What a part does, until it is cancelled."""


class Parts:
    """All of them. `give_up` is told, in words, when a vital part failed MOST_VITAL times in a row."""

    def __init__(
        self, clock: Callable[[], datetime], give_up: Callable[[str], object], back_off: BackOff | None = None
    ) -> None:
        self._clock = clock
        self._give_up = give_up
        self._back_off = back_off or BackOff()
        self.all: list[Part] = []

    @contextlib.asynccontextmanager
    async def running(self, name: str, work: Work, *, vital: bool = False, remedy: str = "") -> AsyncIterator[Part]:
        """Run `work` within the block; called again, with a growing delay, when it returns or raises. `remedy`: what a
        person can do, when the failure itself does not say."""
        part = Part(name, vital, self._clock)
        self.all.append(part)
        task = asyncio.create_task(self._keep(part, work, remedy))
        try:
            yield part
        finally:
            self.all.remove(part)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep(self, part: Part, work: Work, remedy: str) -> None:
        while True:
            stable = asyncio.get_running_loop().call_later(self._back_off.stable_s, self._is_stable, part)
            try:
                await work(part)
                error: Exception = PartFailed("it ended by itself")
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
                error = PartFailed("what it waited for was cancelled")
            except Exception as raised:
                error = raised
            finally:
                stable.cancel()
            await self._rest(part, error, remedy)

    async def _rest(self, part: Part, error: Exception, remedy: str) -> None:
        part.in_a_row += 1
        part.error = str(error) or type(error).__name__
        part.remedy = getattr(error, "remedy", "") or remedy
        part.move(PartState.FAILED)
        delay_s = self._back_off.delay_s(part.in_a_row, vital=part.vital)
        foreseen = isinstance(error, PartFailed)
        log.error(
            "part_failed",
            part=part.name,
            error=part.error,
            remedy=part.remedy or None,
            again_in_s=delay_s,
            exc_info=None if foreseen else error,
        )
        if part.vital and part.in_a_row >= MOST_VITAL:
            self._give_up(f"The {part.name} failed: {part.error}")
        await asyncio.sleep(delay_s)
        part.restarts += 1
        RESTARTS.labels(part.name).inc()
        part.move(PartState.TRIED)

    def _is_stable(self, part: Part) -> None:
        part.in_a_row = 0
        if part.state is PartState.TRIED:
            log.info("part_well_again", part=part.name)
            part.move(PartState.RUNNING)
