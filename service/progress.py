"""The live view of an alert: a bar, and how many by outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from records.alerts import AlertView
from rules.outcome import REACHED, DeliveryOutcome

COLOURS: Mapping[str, str] = {
    DeliveryOutcome.ACKNOWLEDGED: "green",
    DeliveryOutcome.HEARD: "green",
    DeliveryOutcome.LEFT_ON_MACHINE: "yellow",
    DeliveryOutcome.DELIVERED: "cyan",
    DeliveryOutcome.TEXTED: "cyan",
    DeliveryOutcome.UNREACHED: "red",
}


def progress(alert: AlertView, waits: Sequence[str]) -> RenderableType:
    """`waits`: why calls wait, in words."""
    concerned = {name: number for name, number in alert.counts.items() if name != DeliveryOutcome.LEFT_OUT}
    total = max(1, sum(concerned.values()))
    reached = sum(concerned.get(outcome, 0) for outcome in REACHED)
    heading = Text.assemble((f"Alert {alert.id} ", "bold"), alert.title, f"  [{alert.status}]")
    bar = Table.grid(padding=(0, 1))
    bar.add_row(ProgressBar(total, reached, width=40), f"{reached} of {total} reached")
    told = [Text(line, style="yellow") for line in waits]
    return Group(heading, bar, Text.assemble(*_counted(alert.counts)), *told)


def _counted(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [
        (f"{name.replace('_', ' ')} {number}   ", COLOURS.get(name, "dim")) for name, number in counts.items() if number
    ]
