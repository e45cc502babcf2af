"""The live view of an alert: a bar, and how many by outcome."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from rules.model import Alert
from rules.outcome import DeliveryOutcome
from service import unspoken
from service.report import COLOURS

REACHED = (
    DeliveryOutcome.ACKNOWLEDGED,
    DeliveryOutcome.HEARD,
    DeliveryOutcome.LEFT_ON_MACHINE,
    DeliveryOutcome.DELIVERED,
    DeliveryOutcome.TEXTED,
)


def progress(alert: Alert, counts: Mapping[str, int]) -> RenderableType:
    """`counts`: outcome → people, with `waiting` and `ringing`."""
    concerned = {name: number for name, number in counts.items() if name != DeliveryOutcome.LEFT_OUT}
    total = max(1, sum(concerned.values()))
    reached = sum(concerned.get(outcome, 0) for outcome in REACHED)
    heading = Text.assemble((f"Alert {alert.id} ", "bold"), alert.title, f"  [{alert.status}]")
    bar = Table.grid(padding=(0, 1))
    bar.add_row(ProgressBar(total, reached, width=40), f"{reached} of {total} reached")
    waits = [Text(line, style="yellow") for line in unspoken.lines(alert)]
    return Group(heading, bar, Text.assemble(*_counted(counts)), *waits)


def _counted(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    styles = {str(outcome): colour for outcome, colour in COLOURS.items()}
    return [
        (f"{name.replace('_', ' ')} {number}   ", styles.get(name, "dim")) for name, number in counts.items() if number
    ]
