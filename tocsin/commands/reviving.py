"""`tocsin contacts revive`."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from records.numbers import Revived, ReviveRequest
from rules import phone
from tocsin.commands import common
from tocsin.commands.common import console

Number = Annotated[str, typer.Argument(help="One telephone number, in any usual form.")]
OfAlert = Annotated[int, typer.Option("--alert", help="All that this alert found.", min=0)]
Since = Annotated[str, typer.Option(help="All found since then: 14:30, 2026-03-04 or “2026-03-04 14:30”.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the numbers, change nothing.")]


def revive(
    number: Number = "",
    alert: OfAlert = 0,
    since: Since = "",
    dry_run: DryRun = False,
    json: common.Json = False,
) -> None:
    """Call numbers again that were suspected or found dead, as after a fault of a trunk or a carrier.

    The next alert calls and texts them as any other. What networks said of them before no longer counts.
    """
    asked = ReviveRequest(number=number, alert=alert, since=since)
    with common.service() as service:
        found = service.post("/numbers/revive/preview" if dry_run else "/numbers/revive", asked, Revived)
    if json:
        common.print_json({"dry_run": dry_run, "numbers": msgspec.to_builtins(found.numbers)})
    else:
        _print(found, dry_run=dry_run)


def _print(found: Revived, *, dry_run: bool) -> None:
    if found.numbers:
        table = Table("Number", "Channel", "Was", "Said not to exist", header_style="bold")
        for each in found.numbers:
            table.add_row(
                phone.national(each.number), each.channel, each.was, common.clock(found.timezone, each.said_at)
            )
        console.print(table)
    done = "would be called again" if dry_run else "are called again from the next alert on"
    many = len(found.numbers)
    console.print(f"{many} numbers {done}." if many else "None of these is suspected or dead.", markup=False)
