"""`tocsin streets`, and the address of one resident."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Any, NoReturn
from urllib.parse import quote
from uuid import uuid4

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from records.client import Client
from records.imports import FileSeen, Uploaded
from records.jobs import JobBegun, JobView
from records.streets import AddressRequest, Moved, StreetPart, Streets, StreetsRequest
from tocsin.commands import common, import_jobs
from tocsin.commands.common import console
from tocsin.views import imports

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The streets of the town: which civic numbers are in which sector.",
)

COLUMNS = "name", "from", "to", "side", "postal_code", "sector"
GOES_ON = "It goes on without this command: `tocsin streets list` shows what has come of it."
NO_SECTOR = "No alert to a sector reaches them: `tocsin contacts list --sector -` says who they are."

File = Annotated[
    Path | None,
    typer.Argument(
        help="CSV, XLSX, XLS or ODS: Rue;De;À;Côté;Code postal;Secteur, one street or part of it a row. Without a "
        "file, the streets are taken from where residents live whose sector is known.",
        exists=True,
        dir_okay=False,
    ),
]


@app.command("import")
def import_file(
    file: File = None,
    sheet: Annotated[str, typer.Option(help="Of a workbook: this sheet.")] = "",
    encoding: Annotated[str, typer.Option(help="Of a text file. Default: guessed from its letters.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    json: common.Json = False,
) -> None:
    """Take the streets from a file: they replace those that are known; when a row is wrong, none does.

    Residents without a sector get that of their street; a sector that somebody has is left alone. To go back, keep
    what `tocsin streets export` writes before, and import that.
    """
    asked = StreetsRequest(file=file.name if file else "", sheet=sheet, encoding=encoding, dry_run=dry_run)
    with common.service() as service:
        job = import_jobs.ended(service, _begun(service, file, asked), GOES_ON)
        seen = FileSeen() if job.result or not file else service.get(f"/jobs/{job.id}/seen", FileSeen)
    if job.result is None:
        _fail(file, job, seen, json=json)
    if json:
        common.print_json(job.result)
    else:
        _print(job.result, done="have" if not dry_run else "would have")
    if dry_run:
        common.say("Nothing was imported (--dry-run).", json=json)


def _begun(service: Client, file: Path | None, asked: StreetsRequest) -> JobBegun:
    if file:
        with file.open("rb") as opened:
            upload = service.send("/uploads", opened, Uploaded)
        asked = msgspec.structs.replace(asked, upload=upload.id)
    return service.post("/streets/import", asked, JobBegun, key=str(uuid4()))


def _fail(file: Path | None, job: JobView, seen: FileSeen, *, json: bool) -> NoReturn:
    if json and seen.errors:
        common.print_json({"errors": imports.errors_data(seen)})
    lines = "".join(f"\n  {line}" for line in imports.errors(seen))
    place = f"{file}: " if file else ""
    common.fail(f"{place}{job.error or 'It was given up.'}{lines}")


def _print(result: dict[str, Any], *, done: str) -> None:
    if streets := result["doubtful"]:
        shown = ", ".join(streets[: imports.SHOWN]) + (" …" if len(streets) > imports.SHOWN else "")
        _say(f"Left out, since neighbours there are in different sectors: {shown}. Write them in a file.")
    _say(f"{result['stretches']} streets and parts of streets: {result['new']} new, {result['gone']} gone.")
    _say(f"{result['given']} residents {done} a sector by their street.")
    if result["others"]:
        _say(f"{result['others']} have another sector than their street says, and keep it.")
    if result["without"]:
        _say(f"{result['without']} have none. {NO_SECTOR}")


def _say(text: str) -> None:
    common.say(text, json=False)


@app.command("list")
def listing(json: common.Json = False) -> None:
    """List the streets, with their sectors."""
    with common.service() as service:
        found = service.get("/streets", Streets)
    if json:
        common.print_json(msgspec.to_builtins(found))
        return
    table = Table("Street", "From", "To", "Side", "Postal code", "Sector", header_style="bold")
    for each in found.streets:
        table.add_row(*map(escape, _cells(each)))
    console.print(table)
    if found.without_sector:
        _say(f"{found.without_sector} residents have no sector. {NO_SECTOR}")


@app.command()
def export(file: Annotated[Path, typer.Argument(help="A new CSV file.", dir_okay=False)]) -> None:
    """Write the streets to a file that can be imported."""
    if file.exists():
        common.fail(f"{file} is there already: name a new file.", status=common.WRONG_USAGE)
    with common.service() as service:
        found = service.get("/streets", Streets).streets
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *map(_cells, found)])
    file.write_text(text.getvalue(), encoding="utf-8-sig")
    _say(f"{len(found)} streets and parts of streets are in {file}.")


def _cells(one: StreetPart) -> list[str]:
    ends = ["" if end is None else str(end) for end in (one.first, one.last)]
    return [one.name, *ends, one.side, one.postal_code, one.sector]


def address(
    number: Annotated[str, typer.Argument(help="A telephone number of the resident, in any usual form.")],
    street: Annotated[str, typer.Option(help="Its name.")],
    civic_number: Annotated[str, typer.Option(help="The number of the door.")] = "",
    unit: Annotated[str, typer.Option(help="The apartment.")] = "",
    city: Annotated[str, typer.Option(help="The municipality.")] = "",
    postal_code: Annotated[str, typer.Option(help="As J6W 1A1.")] = "",
    sector: Annotated[str, typer.Option(help="Default: that of the street.")] = "",
    who: Annotated[int | None, typer.Option("--id", help="Where several have the number: which of them.")] = None,
    json: common.Json = False,
) -> None:
    """Say where a resident lives now; the sector is that of the street. No file changes it from now on."""
    asked = AddressRequest(
        civic_number=civic_number, street=street, unit=unit, city=city, postal_code=postal_code, sector=sector
    )
    with common.service() as service:
        which = "" if who is None else f"?id={who}"
        moved = service.put(f"/residents/{quote(number, safe='')}/address{which}", asked, Moved)
    if json:
        common.print_json(msgspec.to_builtins(moved))
    elif moved.sector:
        _say(f"Sector: {moved.sector}.")
    else:
        common.warn("No street says which sector this is: no alert to a sector reaches them. --sector NAME says it.")
