"""Trunk use: how much of the lines' time is taken while there are people to call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab.bench import far_side, stand

LINES = 100
CALLS_PER_SECOND = 20.0
CALLS = 2000
RING_S = 20  # before a call counts as not answered


@dataclass(frozen=True, slots=True)
class Use:
    """`share`: of the lines' time between the first placement and the last; `mean_s`: of a call."""

    share: float
    calls: int
    mean_s: float
    seconds: float


async def measure(home: Path) -> Use:
    async with far_side.sipp(home, far_side.mixed) as host:
        play = stand.installation(
            home / "tocsin", host, lines=LINES, calls_per_second=CALLS_PER_SECOND, TOCSIN_RING_S=str(RING_S)
        )
        await stand.import_people(play, [(n, "bench") for n in range(CALLS)])
        async with stand.running(play):
            await stand.alert(play, "bench")
        return use(stand.calls(play), LINES)


def use(calls: list[tuple[float, float]], lines: int) -> Use:
    first, last = calls[0][0], calls[-1][0]
    busy = sum(min(ended, last) - placed for placed, ended in calls)
    mean_s = sum(ended - placed for placed, ended in calls) / len(calls)
    return Use(busy / (lines * (last - first)), len(calls), mean_s, last - first)
