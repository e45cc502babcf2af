"""`alert show --watch`: an alert as it goes, with bars."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from records.alerts import AlertView
from rules.outcome import REACHED, DeliveryOutcome
from service.progress import COLOURS

SPAN = timedelta(seconds=60)  # that calls per second and the forecast are computed over
LEAST = timedelta(seconds=3)
UNDER_WAY = ("ringing", "waiting")
BAR = 30


@dataclass(frozen=True, slots=True)
class Speed:
    """`calls_per_second`: None until two looks are far enough apart; `left`: until nobody waits, at this pace."""

    calls_per_second: float | None = None
    left: timedelta | None = None


class Watch:
    """Remembers what was seen for SPAN. `zone`: of the town's clocks."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._seen: deque[tuple[datetime, int, int]] = deque()

    def view(
        self, alert: AlertView, waits: Sequence[str], trunks: Sequence[Mapping[str, Any]], now: datetime
    ) -> RenderableType:
        """`waits`: why calls wait, in words; `trunks`: as the service tells of them."""
        counts = alert.counts
        pace = self.pace(counts, sum(trunk["placed"] for trunk in trunks), now)
        heading = Text.assemble((f"Alert {alert.id} ", "bold"), alert.title, f"  [{alert.status}]")
        told = [Text(line, style="yellow") for line in waits]
        return Group(heading, _bars(counts), Text(_line(trunks, pace, now.astimezone(self._zone)), style="dim"), *told)

    def pace(self, counts: Mapping[str, int], placed: int, now: datetime) -> Speed:
        waiting = sum(counts.get(name, 0) for name in UNDER_WAY)
        if self._seen and placed < self._seen[-1][1]:
            self._seen.clear()  # the service was started again and counts from zero
        self._seen.append((now, placed, waiting))
        while now - self._seen[0][0] > SPAN:
            self._seen.popleft()
        began, placed_then, waiting_then = self._seen[0]
        if (span := now - began) < LEAST:
            return Speed()
        settled = waiting_then - waiting
        return Speed((placed - placed_then) / span.total_seconds(), span * (waiting / settled) if settled > 0 else None)


def _bars(counts: Mapping[str, int]) -> Table:
    concerned = {name: number for name, number in counts.items() if name != DeliveryOutcome.LEFT_OUT}
    total = max(1, sum(concerned.values()))
    reached = sum(concerned.get(outcome, 0) for outcome in REACHED)
    table = Table.grid(padding=(0, 1))
    table.add_row("[bold]reached[/]", ProgressBar(total, reached, width=BAR), f"[bold]{reached} of {total}[/]")
    for name, number in concerned.items():
        if number or name in UNDER_WAY:
            style = COLOURS.get(name, "blue")
            bar = ProgressBar(total, number, width=BAR, complete_style=style, finished_style=style)
            table.add_row(name.replace("_", " "), bar, f"{number}  {number / total:.0%}")
    return table


def _line(trunks: Sequence[Mapping[str, Any]], pace: Speed, now: datetime) -> str:
    parts = []
    if trunks:
        parts.append(f"{sum(each['open'] for each in trunks)} of {sum(each['lines'] for each in trunks)} lines in use")
        parts += [f"{each['name']}: {each['health'].replace('_', ' ')}" for each in trunks if each["health"] != "well"]
    if pace.calls_per_second is not None:
        parts.append(f"{pace.calls_per_second:.1f} calls/s")
    if pace.left is not None and pace.left:
        parts.append(f"nobody waits any more about {now + pace.left:%H:%M:%S}, at this pace")
    return ", ".join(parts)
