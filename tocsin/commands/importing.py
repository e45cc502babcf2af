"""`tocsin contacts import`: a file of residents into the store."""

from __future__ import annotations

import gc
import getpass
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from db.engine.store import Store
from db.residents import contact_import
from db.residents.contact_import import Outlook
from residents import files
from residents.files import Residents
from residents.files.table import Table
from rules import contact_fields
from rules.contact_rows import BadFile, ContactRow, Wrong
from service import clock
from tocsin.commands import common, import_history, local
from tocsin.commands.common import console

SHOWN = 20
"""People or places of a kind that are shown; --json has all."""

File = Annotated[
    Path | None, typer.Argument(help="CSV, XLSX, XLS or ODS, one resident a row.", exists=True, dir_okay=False)
]
Undo = Annotated[
    int | None,
    typer.Option(metavar="ID", help="Undo an import of the last 30 days: `tocsin contacts imports` lists them."),
]
Sheet = Annotated[str, typer.Option(help="Of a workbook: this sheet. Default: the one whose header fits.")]
Encoding = Annotated[
    str,
    typer.Option(help="Of a text file: UTF-8, Windows-1252, Mac Roman, DOS 850 … Default: guessed from its letters."),
]
Mapping = Annotated[
    list[str],
    typer.Option(
        "--map", metavar='"HEADER=FIELD"', help=f"What a column is: {', '.join(contact_fields.FIELDS)}. Repeatable."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Import although the columns were guessed.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
SkipRefused = Annotated[
    Path | None,
    typer.Option(help="Import the other rows, and write the refused ones to this CSV file with the reasons."),
]


def import_file(
    file: File = None,
    sheet: Sheet = "",
    encoding: Encoding = "",
    mapping: Mapping = [],  # noqa: B006
    yes: Yes = False,
    dry_run: DryRun = False,
    skip_refused: SkipRefused = None,
    undo: Undo = None,
    json: common.Json = False,
) -> None:
    """Import residents: the whole file, or nothing when a row is wrong. The same file twice changes nothing.

    The file is as a town's program or spreadsheet writes it: a header in French or English, in any order; titles
    before it and columns that Tocsin does not know are passed over and named. What can be in the columns and cells,
    docs/residents-file.md tells.

    Of columns that the file does not have, Tocsin keeps what it holds; so it does of people who are not in the file,
    and of what residents have chosen themselves.
    """
    ours = local.loaded(log_level="warning")
    if (file is None) == (undo is None):
        common.fail("Name a file to import, or an import with --undo ID.", status=common.WRONG_USAGE)
    if undo is not None:
        local.with_store(ours, partial(import_history.undo, import_id=undo, json=json))
    if file is None:
        return
    said = _mapping(mapping)
    if skip_refused and skip_refused.exists():
        common.fail(
            f"{skip_refused} is there already: name a new file for the refused rows.", status=common.WRONG_USAGE
        )
    gc.disable()  # a short program whose many small records form no cycle: a third of the time
    try:
        with files.opened(file, sheet, encoding) as table:
            with console.status("Reading …"):
                layout = files.layout(table, said)
                found = files.residents(table, layout)
            if not json:
                _show_layout(table, layout)
            if layout.guessed and not (yes or dry_run):
                _ask_for_a_yes(layout, json=json)
            if found.wrong and not (dry_run or skip_refused):
                _refuse(file, found.wrong, json=json, sheet=table.sheet, rest=" --skip-refused FILE imports the rest.")
            if skip_refused and found.wrong and not dry_run:
                files.write_refused(skip_refused, table, layout, found.wrong)
    except BadFile as error:
        _refuse(file, error.wrong, json=json)
    work = partial(_look_ahead if dry_run else _store, file=file, found=found, refused_file=skip_refused, json=json)
    local.with_store(ours, work)


async def _look_ahead(store: Store, *, file: Path, found: Residents, refused_file: Path | None, json: bool) -> None:
    outlook = await contact_import.outlook(store, found.rows, now=clock.now())
    _show_outlook(outlook, found, json=json)


async def _store(store: Store, *, file: Path, found: Residents, refused_file: Path | None, json: bool) -> None:
    with console.status(f"Storing {len(found.rows)} residents …"):
        refused = len(found.lines_refused)
        work = contact_import.import_rows(
            store, found.rows, by=getpass.getuser(), now=clock.now(), file=file.name, refused=refused
        )
        done = await work
    if json:
        counts = {
            "id": done.id,
            "created": done.created,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "refused": refused,
        }
        ignored = {"ignored_columns": found.layout.ignored}
        common.print_json({**counts, **ignored, "errors": list(map(_error_data, found.wrong))})
        return
    if refused:
        console.print(f"{refused} refused: see {refused_file}.", markup=False, soft_wrap=True)
    console.print(
        f"Import {done.id}: `tocsin contacts import --undo {done.id}` undoes it within 30 days.",
        markup=False,
        soft_wrap=True,
    )
    console.print(f"{done.created} created, {done.changed} changed, {done.unchanged} unchanged.")


def _mapping(said: Sequence[str]) -> dict[str, str]:
    found = {}
    for each in said:
        header, _, field = (part.strip() for part in each.rpartition("="))
        field = field.lower()
        if not header or field not in contact_fields.FIELDS:
            why = f"--map “{each}” is not HEADER=FIELD. The fields are {', '.join(contact_fields.FIELDS)}."
            common.fail(why, status=common.WRONG_USAGE)
        found[header] = field
    return found


def _show_layout(table: Table, layout: files.Layout) -> None:
    for note in (*table.notes, *layout.notes):
        console.print(note, markup=False, highlight=False, soft_wrap=True)
    for column in layout.columns:
        if column.because and column.field != contact_fields.IGNORED:
            console.print(
                f"Column “{column.header}” is read as {column.field}: {column.because}.", markup=False, soft_wrap=True
            )
    if layout.faxes:
        console.print(f"Never rung, since they are faxes: {', '.join(layout.faxes)}.", markup=False, soft_wrap=True)
    if layout.ignored:
        console.print(f"Columns that are not read: {_some(layout.ignored)}.", markup=False, soft_wrap=True)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _ask_for_a_yes(layout: files.Layout, *, json: bool) -> None:
    if json:
        common.print_json({"guessed": {column.header: column.field for column in layout.columns}})
    common.fail(
        "Nothing was imported: the file has no header, and the columns above are guessed. If they are right, import it "
        'again with --yes; if not, say what a column is with --map "NUMBER=FIELD", or add a header.'
    )


def _show_outlook(outlook: Outlook, found: Residents, *, json: bool) -> None:
    counts = {
        "created": len(outlook.created),
        "changed": len(outlook.changed),
        "unchanged": outlook.unchanged,
        "refused": len(found.lines_refused),
    }
    if json:
        who = {"new": list(map(_person, outlook.created)), "to_change": list(map(_person, outlook.changed))}
        read_as = {column.header: column.field for column in found.layout.columns}
        common.print_json({**counts, **who, "columns": read_as, "errors": list(map(_error_data, found.wrong))})
        return
    for title, rows in (("New", outlook.created), ("Changed", outlook.changed)):
        _list(title, [f"line {row.line}: {row.name}" for row in rows])
    _list("Refused", list(map(str, found.wrong)))
    console.print(
        f"{counts['created']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, "
        f"{counts['refused']} refused. Nothing was imported (--dry-run).",
        highlight=False,
    )


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        shown = "\n".join(f"  {line}" for line in [*lines[:SHOWN], *more])
        console.print(f"{title}:\n{shown}", markup=False, highlight=False, soft_wrap=True)


def _person(row: ContactRow) -> dict[str, Any]:
    return {"line": row.line, "first_name": row.first_name, "last_name": row.last_name}


def _refuse(file: Path, wrong: Sequence[Wrong], *, json: bool, sheet: str = "", rest: str = "") -> NoReturn:
    if json:
        common.print_json({"errors": list(map(_error_data, wrong))})
    lines = "\n".join(f"  {each}" for each in wrong)
    place = f"{file}, sheet “{sheet}”" if sheet else str(file)
    common.fail(f"Nothing was imported from {place}: correct these and import it again.{rest}\n{lines}")


def _error_data(wrong: Wrong) -> dict[str, Any]:
    names = ("line", "column", "value", "why", "nearest")
    return {name: getattr(wrong, name) for name in names}
