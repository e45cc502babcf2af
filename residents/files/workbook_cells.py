"""The program that reads one workbook: prints each sheet as a line of JSON, and each of its rows as another.

Run as `python -m files.workbook_cells FILE`. Ends with container.REFUSED and says why on standard error when
the file is none to be read; with anything else when a limit was met.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import resource
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import python_calamine as calamine

from residents.files import container

MEMORY = 1 << 30
"""Bytes: a million rows of four cells take half of it."""

TIME_S = 90
OUTPUT = 1 << 30
"""Bytes."""

MOST_FILLED = 500_000
"""Rows of one sheet that hold something."""


def main(path: str) -> None:
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, TIME_S), (resource.RLIMIT_FSIZE, OUTPUT)):
        resource.setrlimit(what, (limit, limit))
    try:
        oddities = container.check(path)
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            unknown = oddities.get("", container.NO_ODDITIES)
            for number, sheet in enumerate(workbook.sheets_metadata):
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet:
                    _print(workbook.get_sheet_by_index(number), sheet, oddities.get(sheet.name, unknown))
    except container.Unfit as error:
        _refuse(str(error))
    except calamine.PasswordError:
        _refuse(container.LOCKED)
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        _refuse(f"this workbook is damaged ({error}): open it in its program and save it again")


def _refuse(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise SystemExit(container.REFUSED)


def _print(sheet: calamine.CalamineSheet, data: Any, odd: container.Oddities) -> None:
    visible = data.visible == calamine.SheetVisibleEnum.Visible
    print(json.dumps({"name": sheet.name, "visible": visible, "notes": odd.notes}))
    if sheet.start is None:
        return
    top, left = sheet.start
    below = _merged(sheet)
    rows = sheet.iter_rows()
    filled = 0
    for number, cells in enumerate(rows, start=top):
        shown = [_shown(cell) for cell in [""] * left + cells]
        _fill(shown, number, below, odd.cells)
        if any(shown):
            filled += 1
            print(json.dumps((number + 1, shown)))
        if filled > MOST_FILLED:
            _refuse(f"sheet “{sheet.name}” has more than {MOST_FILLED:,} rows: no town has so many residents")


def _shown(cell: Any) -> str:
    """As the sheet shows it in a column of text."""
    if isinstance(cell, str):
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), cell) if "_x" in cell else cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _merged(sheet: calamine.CalamineSheet) -> Mapping[int, dict[int, int]]:
    """Row -> column -> the row of the cell that is merged with it, above: all of them have its value."""
    below: dict[int, dict[int, int]] = {}
    for (first, column), (last, _) in sheet.merged_cell_ranges or []:
        for row in range(first + 1, min(last, first + MOST_FILLED) + 1):
            below.setdefault(row, {})[column] = first
    return below


def _fill(cells: list[str], row: int, below: Mapping[int, dict[int, int]], odd: Mapping[tuple[int, int], str]) -> None:
    for column in below.get(row, ()):
        if column < len(cells) and column in _ABOVE and not cells[column]:
            cells[column] = _ABOVE[column]
    for column, cell in enumerate(cells):
        if odd and (row, column) in odd:
            cells[column] = cell = odd[row, column]
        if column not in below.get(row, ()):
            _ABOVE[column] = cell


_ABOVE: dict[int, str] = {}
"""Column -> its last value that is not merged with one above."""


if __name__ == "__main__":
    main(sys.argv[1])
