"""The rows of a file that were refused, as a file of the same columns that a spreadsheet opens."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from residents.files.columns import Column
from residents.files.table import BadRows, Table
from rules.contact_rows import WrongCell

LINE, REASON = "Ligne du fichier", "Raison du refus"
"""Headers that are added at the end; an import passes over them."""


def write(path: Path, table: Table, header_line: int, found: Sequence[Column], wrong: Sequence[WrongCell]) -> None:
    """UTF-8 with a mark, by which Excel knows it; for its owner only. Raises FileExistsError, OSError."""
    reasons: dict[int, list[str]] = {}
    for each in wrong:
        reasons.setdefault(each.line, []).append(_reason(each))
    private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(private, "w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, delimiter=table.separator)
        headers = [column.header if header_line else column.field for column in found]
        lines.writerow([*headers, LINE, REASON])
        try:
            for line, cells in table.rows():
                if line in reasons and line > header_line:
                    filled = [*cells, *[""] * (len(found) - len(cells))]
                    lines.writerow([*filled[: len(found)], line, "; ".join(reasons[line]), *filled[len(found) :]])
        except BadRows:
            pass  # what cannot be told apart is named on the screen


def _reason(wrong: WrongCell) -> str:
    place = f"{wrong.column} : " if wrong.column else ""
    return f"{place}{wrong.why}{f' → {wrong.nearest}' if wrong.nearest else ''}"
