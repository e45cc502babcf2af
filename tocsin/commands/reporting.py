"""`tocsin alert report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from alerts import steer
from db.engine.store import Store
from rules import phone
from rules.dead_numbers import Standing
from service import final_report
from service.final_report import Report
from tocsin.commands import common
from tocsin.commands.common import console
from tocsin.commands.sending import Id

CsvFile = Annotated[Path | None, typer.Option("--csv", help="Write the door-to-door list there: who was not reached.")]
ZipFile = Annotated[Path | None, typer.Option("--bundle", help="Write a ZIP of everything there, for the file.")]


def report(id: Id, csv: CsvFile = None, bundle: ZipFile = None, json: common.Json = False) -> None:  # noqa: A002
    """Show the result of an alert in figures; write the list of doors to knock on, and a bundle for the file.

    When an alert is over, the service writes its bundle into TOCSIN_HOME/reports by itself.
    """
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> Report:
        return await final_report.of(store, await steer.known(store, id))

    found = common.with_store(ours, work)
    if csv:
        csv.write_text("\ufeff" + final_report.doors(found), encoding="utf-8", newline="")
    if bundle:
        final_report.bundle(found, bundle, ours.home / "audio")
    if json:
        common.print_json(final_report.as_data(found))
        return
    console.print(
        f"[bold]{escape(found.alert.title)}[/], {found.alert.status}, sent by {escape(found.alert.created_by)}"
    )
    console.print(_table(found))
    for path in filter(None, (csv, bundle)):
        console.print(f"Written: {path}", markup=False)


def _table(found: Report) -> Table:
    figures = found.summary
    view = Table(show_header=False, box=None, pad_edge=False)
    view.add_column(style="bold")
    view.add_column()
    view.add_row("People", f"{figures.people}")
    for heading, counts in (("By outcome", figures.by_outcome), ("Reached by", figures.by_channel)):
        view.add_row(heading, ", ".join(f"{many} {what}" for what, many in counts.items()))
    if figures.called_back:
        view.add_row("Acknowledged by calling back", f"{figures.called_back}, for the number called from alone")
    for sector, outcomes in figures.by_sector.items():
        told = ", ".join(f"{many} {what}" for what, many in outcomes.items())
        view.add_row(escape(f"  {sector or 'no sector'}"), told)
    for share, seconds in figures.seconds_to.items():
        view.add_row(f"{share:.0%} of those reached", f"after {seconds:.0f} s")
    view.add_row("Calls", ", ".join(f"{many} {what}" for what, many in figures.calls.items()))
    view.add_row("Texts", ", ".join(f"{many} {what}" for what, many in figures.texts.items()))
    for standing in (Standing.SUSPECTED, Standing.DEAD):
        if numbers := [phone.national(each.address) for each in found.doubts if each.standing is standing]:
            view.add_row(f"Numbers {standing}", ", ".join(dict.fromkeys(numbers)))
    for name, use in figures.trunks.items():
        view.add_row(f"Trunk {name}", f"{use.calls} calls, {use.line_s / 60:.1f} minutes")
    return view
