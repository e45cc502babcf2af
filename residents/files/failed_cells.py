"""Cells that show the error of a formula, in the workbooks whose reader takes them for empty (XLS, ODS)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import IO
from xml.etree import ElementTree

import xlrd

Place = tuple[int, int]
"""Row and column, from 0."""

MOST_REPEATED = 1000
"""Cells of one error that is repeated: each of these is one place to correct."""


def of_xls(path: str) -> dict[str, Mapping[Place, str]]:
    """Sheet -> its errors. Raises Exception of any kind where xlrd does not know what Excel wrote ([MS-XLS])."""
    with xlrd.open_workbook(path, logfile=io.StringIO(), on_demand=True) as book:
        return {name: dict(_of_sheet(book.sheet_by_name(name))) for name in book.sheet_names()}


def _of_sheet(sheet: xlrd.sheet.Sheet) -> Iterator[tuple[Place, str]]:
    for row in range(sheet.nrows):
        types = sheet.row_types(row)
        if xlrd.XL_CELL_ERROR in types:
            for column, kind in enumerate(types):
                if kind == xlrd.XL_CELL_ERROR:
                    code = sheet.cell_value(row, column)
                    yield (row, column), xlrd.error_text_from_code.get(code, "#ERR")


def of_ods(content: IO[bytes]) -> dict[str, Mapping[Place, str]]:
    """Of content.xml (OpenDocument 1.3, part 3, 9.1): rows and cells that are alike are written once."""
    found: dict[str, Mapping[Place, str]] = {}
    row = 0
    errors: dict[Place, str] = {}
    for event, element in ElementTree.iterparse(content, ("start", "end")):
        name = _local(element.tag)
        if event == "start" and name == "table":
            row, errors = 0, {}
            found[_attribute(element, "name")] = errors
        elif event == "end" and name == "table-row":
            repeated = _repeated(element, "rows")
            for column, text in _of_row(element):
                errors |= {(row + more, column): text for more in range(min(repeated, MOST_REPEATED))}
            row += repeated
            element.clear()
    return found


def _of_row(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        repeated = _repeated(cell, "columns")
        if any(_local(key) == "value-type" and value == "error" for key, value in cell.attrib.items()):
            shown = "".join(cell.itertext()).strip()
            text = shown if shown.startswith("#") else "#ERR"
            yield from ((column + more, text) for more in range(min(repeated, MOST_REPEATED)))
        column += repeated


def _repeated(element: ElementTree.Element, what: str) -> int:
    return int(_attribute(element, f"number-{what}-repeated") or 1)


def _attribute(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")


def _local(name: str) -> str:
    return name.rpartition("}")[2]
