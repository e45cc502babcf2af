"""Resident memory of the service and of Asterisk over 20,000 calls: flat once all that is kept is kept."""

from __future__ import annotations

from pathlib import Path

from lab.bench import far_side, stand
from lab.bench.part import BenchPart, NotMeasured

FIGURES = ("service_memory_growth", "asterisk_memory_growth")
ALERTS = 10
EACH = 2000
LINES = 100
SETTLED = 2  # alerts until the caches are full
TALK_S = 1.0  # the far side hangs up after so long
UNLIMITED = 1000.0


async def measure(home: Path) -> BenchPart:
    """Growth: what they hold after the last alert, to what they held after the alert in which they had settled."""
    async with far_side.sipp(home, lambda sink: far_side.hangs_up_after(TALK_S, sink)) as far:
        play = stand.installation(home / "town", far.host, lines=LINES, calls_per_second=UNLIMITED)
        await stand.import_people(play, [(n, f"{n // EACH}") for n in range(ALERTS * EACH)])
        async with stand.running(play) as service:
            pids = service, play.asterisk_pid()
            held = [[stand.rss_mb(pid) for pid in pids]]
            for number in range(ALERTS):
                await stand.alert(play, f"{number}")
                if (calls := len(stand.calls(play))) < EACH:
                    raise NotMeasured(f"alert {number + 1} made {calls} calls in place of {EACH}")
                held.append([stand.rss_mb(pid) for pid in pids])
    ours, asterisks = zip(*held, strict=True)
    growth = [of[-1] / of[SETTLED] for of in (ours, asterisks)]
    rows = ("service's memory", _told(ours)), ("Asterisk's memory", _told(asterisks))
    return BenchPart(dict(zip(FIGURES, growth, strict=True)), rows)


def _told(held: tuple[float, ...]) -> str:
    return f"MB before, and after each {EACH} calls: {' '.join(f'{each:.0f}' for each in held)}"
