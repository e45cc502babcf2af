"""Trunk use: how much of the lines' time is taken while there are people to call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lab.bench import far_side, stand
from lab.bench.part import BenchPart, NotMeasured
from lab.bench.stand import AnsweredCall

FIGURES = ("trunk_use",)

LINES = 100
CALLS_PER_SECOND = 20.0
CALLS = 2000
RING_S = 20  # before a call counts as not answered
MEAN_S = (14.0, 16.0)
SHARES = {"busy": far_side.BUSY, "no_answer": far_side.UNANSWERED, "human": 1 - far_side.BUSY - far_side.UNANSWERED}
OFF_BY = 0.04  # of a share of 2,000 drawn at random: five times the deviation to be expected


async def measure(home: Path) -> BenchPart:
    async with far_side.sipp(home, far_side.mixed) as far:
        play = stand.installation(
            home / "tocsin", far.host, lines=LINES, calls_per_second=CALLS_PER_SECOND, TOCSIN_RING_S=str(RING_S)
        )
        await stand.import_people(play, [(n, "bench") for n in range(CALLS)])
        async with stand.running(play):
            await stand.alert(play, "bench")
        await far.through()
        calls = stand.calls(play)
    _check(calls)
    return BenchPart({"trunk_use": use(calls, LINES)}, (("trunk", _told(calls)),))


def use(calls: Sequence[AnsweredCall], lines: int) -> float:
    """Share of the lines' time between the first placement and the last."""
    first, last = calls[0].placed, calls[-1].placed
    return sum(min(call.ended, last) - call.placed for call in calls) / (lines * (last - first))


def _check(calls: Sequence[AnsweredCall]) -> None:
    """Raises NotMeasured where the calls were not those that the far side was to have."""
    counts = Counter(call.disposition for call in calls)
    off = [name for name, share in SHARES.items() if abs(counts[name] / len(calls) - share) > OFF_BY]
    if len(calls) != CALLS or off or not MEAN_S[0] <= _mean_s(calls) <= MEAN_S[1]:
        raise NotMeasured(f"not the calls that it was meant for: {_told(calls)}")


def _mean_s(calls: Sequence[AnsweredCall]) -> float:
    return sum(call.ended - call.placed for call in calls) / len(calls)


def _told(calls: Sequence[AnsweredCall]) -> str:
    kinds = ", ".join(f"{many} {name}" for name, many in Counter(call.disposition for call in calls).most_common())
    seconds = calls[-1].placed - calls[0].placed
    return f"{len(calls)} calls of {_mean_s(calls):.1f} s on average, placed within {seconds:.0f} s: {kinds}"
