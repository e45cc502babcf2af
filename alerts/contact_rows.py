"""A municipality's file of residents (CSV) -> rows ready for the store, or every wrong place in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any, NamedTuple

from alerts import contact_cells
from alerts.contact_cells import Line, Unreadable
from alerts.model import Language

__all__ = ["COLUMNS", "BadFile", "ContactRow", "Line", "Wrong", "read"]

COLUMNS = (
    "first_name",
    "last_name",
    "language",
    "voice",
    "sms",
    "email",
    "civic_number",
    "street",
    "unit",
    "city",
    "postal_code",
    "sector",
    "topics",
)

OPTIONAL_COLUMNS = ("latitude", "longitude")
ALL_COLUMNS = (*COLUMNS, *OPTIONAL_COLUMNS)
NUMBERS = ("voice", "sms")
HEADER_LINE = 1
CHUNK = 2000
"""Lines of the file looked at together."""

MOST_KEPT = 100_000
"""Texts of one column whose meaning is kept."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One place to correct. `column` is empty for a whole line; `why` says what to do."""

    line: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {f'“{self.value}” ' if self.value else ''}{self.why}"


class BadFile(ValueError):
    """The file cannot be imported. `wrong` holds every place, in the order of the file."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("\n".join(map(str, wrong)))
        self.wrong = tuple(wrong)


class ContactRow(NamedTuple):
    """One resident of the file; `line` is where they begin in it. Addresses are in the order to be tried. `on_map`: the
    file has columns for the place on the map, so an empty one means that it is not known.

    A tuple, as `Line` is: hundreds of thousands of them are made in one go.
    """

    line: int
    first_name: str
    last_name: str
    language: Language
    voice: tuple[Line, ...] = ()
    sms: tuple[Line, ...] = ()
    email: tuple[str, ...] = ()
    civic_number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    postal_code: str = ""
    sector: str = ""
    topics: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    on_map: bool = True


def read(data: bytes) -> list[ContactRow]:
    """Read a whole file: UTF-8 (with or without its mark) or Windows-1252, separated by commas or semicolons.
    Raises BadFile with every wrong place."""
    reading = _Reading()
    rows = list(reading.rows(_text(data)))
    if not rows and not reading.wrong:
        raise BadFile([Wrong(HEADER_LINE + 1, "", "", "the file holds no resident: add one line for each")])
    wrong = [*reading.wrong, *_repeats(rows)]
    if wrong:
        raise BadFile(sorted(wrong, key=lambda each: each.line))
    return rows


def _text(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise BadFile([Wrong(HEADER_LINE, "", "", "this is a workbook: save it as “CSV UTF-8”, then import that file")])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise BadFile([Wrong(HEADER_LINE, "", "", "this is no CSV file in UTF-8: save it as “CSV UTF-8”")])
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes anything")


def _separator(text: str) -> str:
    """French Excel writes semicolons."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


class _Column(dict[str, Any]):
    """What each text of one column means, worked out once: streets and households come again and again. A text that
    means nothing stands for its Unreadable."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self.read = read
        self.has_wrong = False

    def __missing__(self, cell: str) -> Any:
        if len(self) >= MOST_KEPT:
            self.clear()
        try:
            value = self.read(cell.strip())
        except Unreadable as error:
            value, self.has_wrong = error, True
        self[cell] = value
        return value


class _Reading:
    def __init__(self) -> None:
        self.wrong: list[Wrong] = []
        self.line = HEADER_LINE
        self.columns = {name: _Column(contact_cells.READERS.get(name, contact_cells.plain)) for name in ALL_COLUMNS}

    def rows(self, text: str) -> Iterator[ContactRow]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        header = self._header(next(reader, []))
        if self.wrong:
            return
        self.line = reader.line_num + 1
        lines = self._lines(reader, header)
        while chunk := list(islice(lines, CHUNK)):
            *cells, numbers = zip(*chunk, strict=True)
            yield from self._chunk(dict(zip(header, cells, strict=True)), numbers)

    def _lines(self, reader: Any, header: Sequence[str]) -> Iterator[list[Any]]:
        """Those that hold something; the number of each comes last."""
        try:
            for cells in reader:
                if any(map(str.strip, cells)) and self._width(cells, header):
                    cells.append(self.line)
                    yield cells
                self.line = reader.line_num + 1
        except csv.Error as error:
            self._complain("", "", f"a quotation mark is not closed or not doubled ({error}): correct the quotes")

    def _chunk(self, cells: Mapping[str, Sequence[str]], lines: Sequence[int]) -> Iterable[ContactRow]:
        """Column by column, which is quicker than row by row."""
        nothing = [""] * len(lines)
        values = {name: self._values(name, cells.get(name, nothing)) for name in ALL_COLUMNS}
        wrong = [*self._unreadable(lines, values), *_absent(lines, values)]
        self.wrong += sorted(wrong, key=lambda each: (each.line, ALL_COLUMNS.index(each.column)))
        bad = {each.line for each in wrong}
        found = map(ContactRow, lines, *values.values(), repeat(cells.keys() >= set(OPTIONAL_COLUMNS)))
        return (row for row in found if row.line not in bad) if bad else found

    def _values(self, name: str, cells: Sequence[str]) -> list[Any]:
        known = self.columns[name]
        if name in NUMBERS:
            return [contact_cells.usual(cell) or known[cell] for cell in cells]
        return list(map(known.__getitem__, cells))

    def _unreadable(self, lines: Sequence[int], values: Mapping[str, Sequence[Any]]) -> Iterator[Wrong]:
        for name in (name for name in ALL_COLUMNS if self.columns[name].has_wrong):
            for line, value in zip(lines, values[name], strict=True):
                if isinstance(value, Unreadable):
                    yield from (Wrong(line, name, each, why) for each, why in value.wrong)

    def _complain(self, column: str, value: str, why: str) -> None:
        self.wrong.append(Wrong(self.line, column, value, why))

    def _header(self, cells: Sequence[str]) -> list[str]:
        names = [cell.strip().lower() for cell in cells]
        if not set(names) & set(COLUMNS):
            self._complain("", "", f"the first line must name the columns: {','.join(COLUMNS)}")
            return names
        for name in COLUMNS:
            if name not in names:
                self._complain(name, "", "is missing in the first line: add this column, empty if need be")
        for name in dict.fromkeys(names):
            if name not in ALL_COLUMNS:
                self._complain("", name, f"is no column: the columns are {','.join(ALL_COLUMNS)}")
            elif names.count(name) > 1:
                self._complain(name, "", "is there twice in the first line: keep one")
        return names

    def _width(self, cells: Sequence[str], header: Sequence[str]) -> bool:
        if len(cells) == len(header):
            return True
        more = (
            "put quotes around a value that holds the separator" if len(cells) > len(header) else "add the missing ones"
        )
        self._complain("", "", f"has {len(cells)} values for {len(header)} columns: {more}")
        return False


def _absent(lines: Sequence[int], values: Mapping[str, Sequence[Any]]) -> Iterator[Wrong]:
    """Rows without a name, without a way to reach anybody, or with half a place on the map."""
    for line, *names in zip(lines, values["first_name"], values["last_name"], strict=True):
        if not any(names):
            yield Wrong(line, "last_name", "", "is empty and so is first_name: give at least one")
    for line, *ways in zip(lines, values["voice"], values["sms"], values["email"], strict=True):
        if not any(ways):
            why = "is empty and so are sms and email: give at least one way to reach this person"
            yield Wrong(line, "voice", "", why)

    for line, *place in zip(lines, values["latitude"], values["longitude"], strict=True):
        if None in place and place != [None, None]:
            missing = "latitude" if place[0] is None else "longitude"
            yield Wrong(line, missing, "", "is empty: a place on the map needs latitude and longitude")


def _repeats(rows: Sequence[ContactRow]) -> Iterator[Wrong]:
    """The same person on two lines: which one counts?"""
    people = [(f"{row.first_name} {row.last_name}".casefold(), row.voice, row.sms, row.email) for row in rows]
    if len(set(people)) == len(people):
        return
    seen: dict[object, int] = {}
    for who, row in zip(people, rows, strict=True):
        first = seen.setdefault(who, row.line)
        if first != row.line:
            why = f"is the person of line {first} again: keep one of the two lines"
            yield Wrong(row.line, "", f"{row.first_name} {row.last_name}".strip(), why)
