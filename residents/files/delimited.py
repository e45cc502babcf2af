"""Text files whose cells are apart by a comma, a semicolon, a tab or a bar (RFC 4180, and what Excel makes of it)."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from residents.files import columns, encoding
from residents.files.table import BadRows, Row, Table, refused

SEPARATORS = ",;\t|"
SAMPLE = 60
"""Lines by which the separator is told."""

_SAYS = re.compile(r'"?sep=([,;\t|])"?\r?\n?', re.IGNORECASE)
_UNSURE = (
    "has letters of another encoding than the rest, and cannot be read for certain: write its accents again, or save "
    "the file as “CSV UTF-8”, or name its encoding with --encoding"
)


def table(data: bytes, said: str = "") -> Table:
    """`said`: its encoding, where somebody knows. Raises BadFile."""
    try:
        found = encoding.decoded_as(data, said) if said else encoding.decode(data)
    except encoding.NoText as error:
        raise refused(str(error), error.line) from None
    separator = _separator(found.text)
    return Table(
        lambda: _rows(found.text, separator),
        separator=separator,
        notes=_notes(found),
        unreadable=dict.fromkeys(found.unreadable, _UNSURE),
        length=max(map(found.text.count, "\r\n")),
    )


def _notes(found: encoding.Decoded) -> list[str]:
    guess = f"The file is read as {found.encoding}. If its accents are wrong: --encoding NAME."
    notes = [] if found.encoding == "UTF-8" else [guess]
    for name in dict.fromkeys(found.others.values()):
        lines = [line for line, other in found.others.items() if other == name]
        shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
        notes.append(f"{'Line' if len(lines) == 1 else 'Lines'} {shown} alone: read as {name}.")
    return notes


def _separator(text: str) -> str:
    """What Excel's first line says; else the one by which most headers are known; else by which lines are alike."""
    if says := _SAYS.match(text):
        return says[1]
    return max(SEPARATORS, key=lambda separator: _fit(text, separator))


def _fit(text: str, separator: str) -> tuple[int, int]:
    rows: list[list[str]] = []
    with suppress(BadRows):
        rows += (cells for _, cells in islice(_rows(text, separator), SAMPLE))
    known = max((columns.known(cells) for cells in rows), default=0)
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    return known, max(widths.values(), default=0)


def _rows(text: str, separator: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in lines:
            if line > 1 or not _SAYS.fullmatch(separator.join(cells)):
                yield line, cells
            line = lines.line_num + 1
    except csv.Error as error:
        why = f"a quotation mark is not closed or not doubled ({error}): correct the quotes"
        raise BadRows(line, why) from None
