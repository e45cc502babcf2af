"""`tocsin status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from records.status import Health, Status
from tocsin.commands import common
from tocsin.commands.common import console

COLOURS = {
    Health.WELL: "green",
    Health.CONGESTED: "yellow",
    Health.UNREACHABLE: "yellow",
    Health.SILENT: "red",
    Health.AT_FAULT: "red",
    Health.NO_ADDRESS: "red",
}
PART_COLOURS = {"running": "green", "troubled": "yellow", "tried": "yellow", "failed": "red"}
"""Of `supervision.parts.State`."""
MB, GB = 1e6, 1e9

app = typer.Typer(add_completion=False)


@app.command()
def status(json: common.Json = False) -> None:
    """Say how the service is: its link to Asterisk, each trunk, what waits, the alerts under way, the disk.

    The service tells it every two seconds. `tocsin doctor` goes further and says what to fix.
    """
    with common.service() as service:
        told = service.get("/status", Status)
    found = {**msgspec.to_builtins(told), **told.state}
    del found["state"]
    if json:
        common.print_json(found)
    else:
        _print(found)


def _print(found: Mapping[str, Any]) -> None:
    if not found["running"]:
        console.print("The service is not running: start it with `make up`.")
    else:
        _print_service(found)
    queue = found["queue"]
    console.print(f"Waiting: {queue['calls']} calls, {queue['texts']} texts.")
    for alert in found["alerts"]:
        console.print(f"Alert {alert['id']} is under way: {alert['title']}", markup=False)
    console.print(f"Disk: {found['disk_free'] / GB:.1f} GB free.")


def _print_service(found: Mapping[str, Any]) -> None:
    memory = {name: f"{octets / MB:.0f} MB" for name, octets in found["memory"].items()}
    link = "linked" if found["link"] else "[red]not linked[/]"
    console.print(f"The service is running (process {found['pid']}, since {found['started_at'][:19]} UTC).")
    console.print(
        f"Asterisk {found['asterisk'] or 'unknown'}, {link}. Memory: {memory['service']}, {memory['asterisk']}."
    )
    console.print(f"Calls at this moment: {found['calls_out']} out, {found['calls_in']} in.")
    if ill := [part for part in found.get("parts", []) if part["state"] != "running"]:
        console.print(_parts(ill))
    if found["trunks"]:
        console.print(_trunks(found["trunks"]))


def _parts(ill: list[Mapping[str, Any]]) -> Table:
    table = Table("Part", "State", "Since (UTC)", "Restarts", "Last error", "What to do", header_style="bold")
    for part in ill:
        table.add_row(
            part["name"],
            Text(part["state"], style=PART_COLOURS[part["state"]]),
            part["since"][:19],
            str(part["restarts"]),
            Text(part["error"]),
            Text(part["remedy"]),
        )
    return table


def _trunks(trunks: list[Mapping[str, Any]]) -> Table:
    table = Table("Trunk", "Health", "Lines", "Calls/s", "Placed", "What to do", header_style="bold")
    for trunk in trunks:
        colour = COLOURS[trunk["health"]]
        rests = f", tried again in {trunk['rests_s']:.0f} s" if trunk["rests_s"] else ""
        table.add_row(
            trunk["name"],
            f"[{colour}]{trunk['health'].replace('_', ' ')}[/]{rests}",
            f"{trunk['open']} of {trunk['lines']}",
            f"{trunk['calls_per_second']:g} of {trunk['agreed_calls_per_second']:g}",
            str(trunk["placed"]),
            trunk["remedy"],
        )
    return table
