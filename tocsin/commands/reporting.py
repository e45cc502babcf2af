"""`tocsin alert report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from records.alerts import ReportView
from tocsin.commands import common, files
from tocsin.commands.common import console
from tocsin.commands.sending import Id

CsvFile = Annotated[Path | None, typer.Option("--csv", help="Write the door-to-door list there: who was not reached.")]
ZipFile = Annotated[Path | None, typer.Option("--bundle", help="Write a ZIP of everything there, for the file.")]


def report(id: Id, csv: CsvFile = None, bundle: ZipFile = None, json: common.Json = False) -> None:  # noqa: A002
    """Show the result of an alert in figures; write the list of doors to knock on, and a bundle for the file.

    When an alert is over, the service writes its bundle into TOCSIN_HOME/reports by itself.
    """
    with common.service() as service:
        found = service.get(f"/alerts/{id}/report", ReportView)
        if csv:
            csv.write_bytes(service.octets(f"/alerts/{id}/doors.csv"))
        if bundle:
            files.write_for_owner_only(bundle, service.octets(f"/alerts/{id}/bundle.zip"))
    figures = found.figures
    if json:
        common.print_json(figures)
        return
    console.print(f"[bold]{escape(figures['title'])}[/], {figures['status']}, sent by {escape(figures['sent_by'])}")
    console.print(_table(found))
    for path in filter(None, (csv, bundle)):
        console.print(f"Written: {path}", markup=False)


def _table(found: ReportView) -> Table:
    figures = found.figures
    view = Table(show_header=False, box=None, pad_edge=False)
    view.add_column(style="bold")
    view.add_column()
    view.add_row("People", f"{figures['people']}")
    for heading, counts in (("By outcome", figures["by_outcome"]), ("Reached by", figures["by_channel"])):
        view.add_row(heading, ", ".join(f"{many} {what}" for what, many in counts.items()))
    if figures["called_back"]:
        view.add_row("Acknowledged by calling back", f"{figures['called_back']}, for the number called from alone")
    for sector, outcomes in figures["by_sector"].items():
        told = ", ".join(f"{many} {what}" for what, many in outcomes.items())
        view.add_row(escape(f"  {sector or 'no sector'}"), told)
    for share, seconds in figures["seconds_to"].items():
        view.add_row(f"{share} of those reached", f"after {seconds:.0f} s")
    view.add_row("Calls", ", ".join(f"{many} {what}" for what, many in figures["calls"].items()))
    view.add_row("Texts", ", ".join(f"{many} {what}" for what, many in figures["texts"].items()))
    for standing, numbers in found.doubted.items():
        if numbers:
            view.add_row(f"Numbers {standing}", ", ".join(numbers))
    for name, use in figures["trunks"].items():
        view.add_row(f"Trunk {name}", f"{use['calls']} calls, {use['line_s'] / 60:.1f} minutes")
    return view
