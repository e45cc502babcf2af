"""`/v1/uploads` and `/v1/imports`: files of residents into the store."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from records.jobs import JobView

MOST_OCTETS = 200_000_000
"""Of a file: 100,000 residents are 12 MB of CSV."""


class Uploaded(Struct, frozen=True, kw_only=True):
    """A file that waits for an import, for an hour."""

    id: str
    octets: int


class ImportRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`upload`: the file, of `POST /v1/uploads`. `file`: its name, for the list of imports. `sheet`: of a workbook, ""
    for the one whose header fits. `encoding`: of a text file, "" to guess it. `map`: what columns are, HEADER=FIELD.
    `yes`: also when columns are guessed. `skip_refused`: the other rows, when some are wrong."""

    upload: str
    file: str = ""
    sheet: str = ""
    encoding: str = ""
    map: tuple[str, ...] = ()
    yes: bool = False
    skip_refused: bool = False


class Objection(StrEnum):
    """Why a file was not imported: `guessed`, its columns are, and need a yes; `wrong`, some rows are; `unreadable`, it
    can't be read as a whole."""

    GUESSED = "guessed"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


class ReadColumn(Struct, frozen=True, kw_only=True):
    """`field`: what the column is read as. `because`: "" when its header says so."""

    header: str
    field: str
    because: str


class WrongPlace(Struct, frozen=True, kw_only=True):
    """To be corrected in the file. `column` "": the whole line. `nearest`: the right value that is nearest."""

    line: int
    column: str
    value: str
    why: str
    nearest: str


class InFile(Struct, frozen=True, kw_only=True):
    """A resident of the file. `line`: where they begin in it."""

    line: int
    first_name: str
    last_name: str


class FileSeen(Struct, frozen=True, kw_only=True):
    """What was seen in a file. `objection`: why it is not imported. `notes`: what whoever imports it should know.
    `faxes`, `ignored`: headers of columns that are never rung, or not read. `new`, `to_change`: whom an import would
    create and change; of a preview."""

    objection: Objection | None = None
    sheet: str = ""
    notes: tuple[str, ...] = ()
    columns: tuple[ReadColumn, ...] = ()
    faxes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    errors: tuple[WrongPlace, ...] = ()
    new: tuple[InFile, ...] = ()
    to_change: tuple[InFile, ...] = ()


class Staying(Struct, frozen=True, kw_only=True):
    """Somebody, or one thing of theirs, that an undo leaves as it is."""

    contact_id: int
    name: str
    why: str


class Stayed(Struct, frozen=True, kw_only=True):
    """Whom an undo left as they are."""

    left: tuple[Staying, ...]


class PastImport(Struct, frozen=True, kw_only=True):
    """People of a file that was imported. `can_be_undone`: for 30 days."""

    id: int
    at: str
    who: str
    file: str
    created: int
    changed: int
    unchanged: int
    refused: int
    undone_at: str | None
    undone_by: str | None
    can_be_undone: bool


class Imports(Struct, frozen=True, kw_only=True):
    """The newest first. `jobs`: imports and undos under way, and the last one where it was given up."""

    imports: tuple[PastImport, ...]
    jobs: tuple[JobView, ...]
    timezone: str
