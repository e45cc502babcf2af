"""Workbooks (XLSX, XLS, ODS), read by a program of their own, whose memory, time and output are limited: a file from
anywhere may say that it has a billion cells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from residents.files import columns, container
from residents.files.table import Row, Table, refused

PATIENCE_S = 120
"""For the largest workbook that its limits let through, on a slow machine."""

SAMPLE = 60
"""Rows of each sheet among which a header is looked for."""

TOO_LARGE = (
    "this workbook is too large to read: copy the rows of residents into a new one, or save that sheet as “CSV UTF-8”"
)
_PROGRAM = "residents.files.workbook_cells"


@dataclass(slots=True)
class _Sheet:
    name: str
    visible: bool
    notes: list[str]
    begins: int
    """Byte of the output at which its rows begin."""

    sample: list[list[str]] = field(default_factory=list)
    length: int = 0


@contextmanager
def table(path: Path, sheet: str = "") -> Iterator[Table]:
    """The sheet of that name; else the first visible one that has a header. Raises BadFile."""
    with tempfile.TemporaryFile() as output:
        _read(path, output)
        sheets = list(_sheets(output))
        chosen = _named(sheets, sheet) if sheet else _fitting(sheets)
        others = [f"“{each.name}”" for each in sheets if each is not chosen]
        said = f"Sheet “{chosen.name}” is read" + (f", not {', '.join(others)}." if others else ".")
        notes = [said, *chosen.notes]
        yield Table(lambda: _rows(output, chosen.begins), notes=notes, sheet=chosen.name, length=chosen.length)


def _read(path: Path, output: IO[bytes]) -> None:
    command = [sys.executable, "-m", _PROGRAM, str(path.resolve())]
    place = Path(__file__).parents[2]
    quiet = {**os.environ, "RUST_BACKTRACE": "0"}
    try:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.PIPE, cwd=place, env=quiet, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise refused(TOO_LARGE) from None
    if done.returncode == container.REFUSED:
        raise refused(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode:
        raise refused(TOO_LARGE)


def _lines(output: IO[bytes], begins: int) -> Iterator[Any]:
    """By a handle of its own, so that several may read at once."""
    with os.fdopen(os.open(f"/proc/self/fd/{output.fileno()}", os.O_RDONLY), "rb") as again:
        again.seek(begins)
        yield from map(json.loads, again)


def _sheets(output: IO[bytes]) -> Iterator[_Sheet]:
    found: _Sheet | None = None
    place = 0
    output.seek(0)
    for line in output:
        place += len(line)
        if line.startswith(b"{"):
            if found:
                yield found
            found = _Sheet(**json.loads(line), begins=place)
        elif found:
            found.length += 1
            if len(found.sample) < SAMPLE:
                found.sample.append(json.loads(line)[1])
    if found:
        yield found


def _rows(output: IO[bytes], begins: int) -> Iterator[Row]:
    for line in _lines(output, begins):
        if isinstance(line, dict):
            return
        yield line[0], line[1]


def _named(sheets: list[_Sheet], name: str) -> _Sheet:
    for sheet in sheets:
        if sheet.name.strip().casefold() == name.strip().casefold():
            return sheet
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets)
    raise refused(f"there is no sheet “{name}”: the sheets are {names}")


def _fitting(sheets: list[_Sheet]) -> _Sheet:
    """Of several with a header, the one with most columns that are known; of none, the first with anything in it."""
    visible = [sheet for sheet in sheets if sheet.visible and sheet.sample]
    with_header = [sheet for sheet in visible if any(columns.is_header(cells, {}) for cells in sheet.sample)]
    found = max(with_header, key=_known, default=next(iter(visible), None))
    if not with_header and (hidden := next(filter(_hidden_with_header, sheets), None)):
        raise refused(f'only the hidden sheet “{hidden.name}” has a header: read it with --sheet "{hidden.name}"')
    if found is None:
        raise refused("no sheet of this workbook holds anything that is shown: choose a hidden one with --sheet NAME")
    if alike := [each.name for each in with_header if each is not found and _known(each) == _known(found)]:
        found.notes.append(f"Sheet “{alike[0]}” has such headers as well: --sheet NAME chooses another one.")
    return found


def _hidden_with_header(sheet: _Sheet) -> bool:
    return not sheet.visible and any(columns.is_header(row, {}) for row in sheet.sample)


def _known(sheet: _Sheet) -> int:
    return max(map(columns.known, islice(sheet.sample, SAMPLE)), default=0)
