"""`tocsin contacts`: import, list, show."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from records.residents import Done, FoundResidents, GroupRequest, Groups, Resident, Residents, Saved
from rules import channels, phone
from tocsin.commands import common, drafts, lazy, personal
from tocsin.commands.common import console
from tocsin.commands.lazy import Later

LATER = {
    "address": Later(
        "tocsin.commands.streets",
        "address",
        "Say where a resident lives now; the sector is that of the street.",
    ),
    "topics": Later(
        "tocsin.commands.topics",
        "choose",
        "Say what a resident follows from now on: all of it.",
    ),
    "import": Later(
        "tocsin.commands.importing",
        "import_file",
        "Import residents: the whole file, or nothing when a row is wrong.",
    ),
    "imports": Later(
        "tocsin.commands.import_history",
        "list_imports",
        "List the imports: who, when, which file, how many; the newest first.",
    ),
    "revive": Later(
        "tocsin.commands.reviving",
        "revive",
        "Call numbers again that were suspected or found dead, as after a fault of a trunk or a carrier.",
    ),
}

app = typer.Typer(
    cls=lazy.group(LATER), add_completion=False, no_args_is_help=True, help="The residents: import, list, show."
)

groups = typer.Typer(no_args_is_help=True, help="Targets saved under a name, for --to group:NAME.")
app.add_typer(groups, name="group")
app.command("export")(personal.export)
app.command("erase")(personal.erase)


@groups.command("save")
def save_group(
    name: Annotated[str, typer.Argument(help="Its name.")],
    to: drafts.To,
    but: drafts.Except = [],  # noqa: B006
) -> None:
    """Save a target under a name, or change it. Who is in it is looked up again for each alert."""
    asked = GroupRequest(to=drafts.terms(to), but=drafts.terms(but))
    with common.service() as service:
        saved = service.put(f"/groups/{quote(name, safe='')}", asked, Saved)
    console.print(f"Group “{name}”: {saved.people} people at the moment.", markup=False)


@groups.command("list")
def list_groups(json: common.Json = False) -> None:
    """List the groups."""
    with common.service() as service:
        found = service.get("/groups", Groups).groups
    if json:
        common.print_json(msgspec.to_builtins(found))
        return
    for group in found:
        console.print(f"{group.name}: {group.target}", markup=False)


@groups.command("delete")
def delete_group(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Forget a group; its people stay."""
    with common.service() as service:
        service.delete(f"/groups/{quote(name, safe='')}", Done)


@app.command("list")
def listing(
    sector: Annotated[str, typer.Option(help="Only this sector; - for those without one.")] = "",
    limit: common.Limit = 100,
    offset: common.Offset = 0,
    json: common.Json = False,
) -> None:
    """List residents."""
    with common.service() as service:
        found = service.get("/residents", Residents, sector=sector, limit=limit, cursor=offset)
    if found.next:
        common.hint_at_more(limit + 1, limit, offset)
    if json:
        common.print_json(msgspec.to_builtins(found.residents))
        return
    table = Table("Name", "Language", "Sector", "Voice", "Texts", header_style="bold")
    for resident in found.residents:
        numbers = [", ".join(_addresses(resident, channel)) for channel in channels.OF_NUMBERS]
        table.add_row(escape(_name(resident)), resident.language, escape(resident.sector), *numbers)
    console.print(table)


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="A telephone number of the resident, in any usual form.")],
    json: common.Json = False,
) -> None:
    """Show one resident's file."""
    with common.service() as service:
        found = service.get(f"/residents/{quote(number, safe='')}", FoundResidents)
    if json:
        common.print_json(msgspec.to_builtins(found.resident))
    else:
        _print(found)


def _print(found: FoundResidents) -> None:
    resident = found.resident
    state = "active" if resident.active else "enrolment not finished"
    console.print(f"[bold]{escape(_name(resident)) or 'No name'}[/] ({resident.language}), {state}")
    address = f"{resident.civic_number} {resident.street} {resident.unit} {resident.city} {resident.postal_code}"
    console.print(" ".join(address.split()), markup=False)
    table = Table("Channel", "Address", "Active", "Verified", "Exists", header_style="bold")
    for point in resident.points:
        marks = ["✓" if mark else "" for mark in (point.active, point.verified)]
        exists = "dead" if point.dead else "suspected" if point.address in found.suspected else "✓"
        table.add_row(point.channel, point.address, *marks, exists)
    console.print(table)


def _name(resident: Resident) -> str:
    return f"{resident.first_name} {resident.last_name}".strip()


def _addresses(resident: Resident, channel: str) -> list[str]:
    return [phone.national(each.address) for each in resident.points if each.channel == channel and each.active]
