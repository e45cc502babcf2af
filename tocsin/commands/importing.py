"""`tocsin contacts import`: a file of residents into the store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, NoReturn
from uuid import uuid4

import msgspec
import typer

from records.client import Client, Refused
from records.imports import FileSeen, ImportRequest, Objection, Uploaded
from records.jobs import JobBegun, JobView
from rules import contact_fields
from tocsin.commands import common, import_history, import_jobs
from tocsin.views import imports

NOT_FOUND = 404

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
        "--map",
        metavar='"HEADER=FIELD"',
        help=f"What a column is: {', '.join(contact_fields.FIELDS)}. Repeatable.",
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
    if (file is None) == (undo is None):
        common.fail("Name a file to import, or an import with --undo ID.", status=common.WRONG_USAGE)
    if undo is not None:
        import_history.undo(undo, json=json)
    if file is None:
        return
    if skip_refused and skip_refused.exists():
        common.fail(
            f"{skip_refused} is there already: name a new file for the refused rows.", status=common.WRONG_USAGE
        )
    asked = ImportRequest(
        upload="",
        file=file.name,
        sheet=sheet,
        encoding=encoding,
        map=tuple(mapping),
        yes=yes,
        skip_refused=skip_refused is not None,
    )
    with file.open("rb") as opened:
        if dry_run:
            _look_ahead(file, opened, asked, json=json)
        else:
            _import(file, opened, asked, skip_refused, json=json)


def _look_ahead(file: Path, opened: BinaryIO, asked: ImportRequest, *, json: bool) -> None:
    with common.service() as service:
        job, seen = _done(service, "/imports/preview", opened, asked)
    if job.result is None:
        _fail(file, job, seen, json=json)
    if json:
        common.print_json(imports.outlook_data(job.result, seen))
    else:
        imports.show_layout(seen)
        imports.show_outlook(job.result, seen)


def _import(file: Path, opened: BinaryIO, asked: ImportRequest, rest: Path | None, *, json: bool) -> None:
    with _new_file(rest) as rest_file, common.service() as service:
        job, seen = _done(service, "/imports", opened, asked)
        if rest_file and job.result and job.result["refused"]:
            rest_file.write(service.octets(f"/jobs/{job.id}/refused.csv"))
    if job.result is None:
        _fail(file, job, seen, json=json)
    if json:
        common.print_json(imports.done_data(job.result, seen))
    else:
        imports.show_layout(seen)
        imports.show_done(job.result, rest)


def _done(service: Client, path: str, opened: BinaryIO, asked: ImportRequest) -> tuple[JobView, FileSeen]:
    """At its end, with what was seen in the file."""
    upload = service.send("/uploads", opened, Uploaded)
    begun = service.post(path, msgspec.structs.replace(asked, upload=upload.id), JobBegun, key=str(uuid4()))
    job = import_jobs.ended(service, begun)
    return job, _seen(service, job)


def _seen(service: Client, job: JobView) -> FileSeen:
    try:
        return service.get(f"/jobs/{job.id}/seen", FileSeen)
    except Refused as error:
        if error.problem.status == NOT_FOUND:  # it was given up before it had read anything
            return FileSeen()
        raise


@contextmanager
def _new_file(path: Path | None) -> Iterator[BinaryIO | None]:
    """For its owner only. Where nothing is written to it, it is not left."""
    if path is None:
        yield None
        return
    private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(private, "wb") as file:
            yield file
    finally:
        if not path.stat().st_size:
            path.unlink()


def _fail(file: Path, job: JobView, seen: FileSeen, *, json: bool) -> NoReturn:
    """By what the file has, as far as it is known."""
    if not json and seen.objection is not Objection.UNREADABLE:
        imports.show_layout(seen)
    if seen.objection is Objection.GUESSED and json:
        common.print_json({"guessed": {column.header: column.field for column in seen.columns}})
    if seen.objection in (Objection.WRONG, Objection.UNREADABLE):
        _refuse(file, seen, json=json)
    common.fail(job.error or "It was given up.")


def _refuse(file: Path, seen: FileSeen, *, json: bool) -> NoReturn:
    if json:
        common.print_json({"errors": imports.errors_data(seen)})
    lines = "\n".join(f"  {line}" for line in imports.errors(seen))
    place = f"{file}, sheet “{seen.sheet}”" if seen.sheet else str(file)
    rest = " --skip-refused FILE imports the rest." if seen.objection is Objection.WRONG else ""
    common.fail(f"Nothing was imported from {place}: correct these and import it again.{rest}\n{lines}")
