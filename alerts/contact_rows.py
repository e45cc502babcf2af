"""A municipality's file of residents (CSV) -> rows ready for the store, or every wrong place in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from alerts import phone
from alerts.model import Language

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

HEADER_LINE = 1
LONGEST_VALUE = 200
"""Characters in one cell, addresses apart."""

LANGUAGES = {
    "": Language.FR,
    "fr": Language.FR,
    "français": Language.FR,
    "francais": Language.FR,
    "french": Language.FR,
    "en": Language.EN,
    "anglais": Language.EN,
    "english": Language.EN,
}

_EXTENSION = re.compile(r"(.*?)\s*(?:x|ext\.?|poste)\s*(\d{1,8})", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]+")
_POSTAL_CODE = re.compile(r"([A-Z]\d[A-Z])[ -]?(\d[A-Z]\d)")


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


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line (E.164)."""

    number: str
    extension: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One resident of the file; `line` is where they begin in it. Addresses are in the order to be tried."""

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


def read(data: bytes) -> list[ContactRow]:
    """Read a whole file: UTF-8 (with or without its mark) or Windows-1252, separated by commas or semicolons.
    Raises BadFile with every wrong place."""
    reading = _Reading()
    rows = list(reading.rows(_text(data)))
    if not rows and not reading.wrong:
        raise BadFile([Wrong(HEADER_LINE + 1, "", "", "the file holds no resident: add one line for each")])
    reading.check_repeats(rows)
    if reading.wrong:
        raise BadFile(sorted(reading.wrong, key=lambda wrong: wrong.line))
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


T = TypeVar("T")


@dataclass
class _Reading:
    wrong: list[Wrong] = field(default_factory=list)
    line: int = HEADER_LINE

    def rows(self, text: str) -> Iterator[ContactRow]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        header = self._header(next(reader, []))
        if self.wrong:
            return
        self.line = reader.line_num + 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells) and self._width(cells, header):
                    yield self._row(dict(zip(header, map(str.strip, cells), strict=True)))
                self.line = reader.line_num + 1
        except csv.Error as error:
            self._complain("", "", f"a quotation mark is not closed or not doubled ({error}): correct the quotes")

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
            if name not in COLUMNS:
                self._complain("", name, f"is no column: the columns are {','.join(COLUMNS)}")
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

    def _row(self, cells: Mapping[str, str]) -> ContactRow:
        first_name, last_name = self._plain(cells, "first_name"), self._plain(cells, "last_name")
        if not (first_name or last_name):
            self._complain("last_name", "", "is empty and so is first_name: give at least one")
        voice = self._each(cells, "voice", _line)
        sms = self._each(cells, "sms", _mobile)
        email = self._each(cells, "email", _email)
        if not any(cells[column] for column in ("voice", "sms", "email")):
            self._complain("voice", "", "is empty and so are sms and email: give at least one way to reach this person")
        return ContactRow(
            self.line,
            first_name,
            last_name,
            self._one(cells, "language", _language) or Language.FR,
            voice,
            sms,
            email,
            civic_number=self._plain(cells, "civic_number"),
            street=self._plain(cells, "street"),
            unit=self._plain(cells, "unit"),
            city=self._plain(cells, "city"),
            postal_code=self._one(cells, "postal_code", _postal_code) or "",
            sector=self._plain(cells, "sector"),
            topics=tuple(_split(cells["topics"])),
        )

    def _plain(self, cells: Mapping[str, str], column: str) -> str:
        value = " ".join(cells[column].split())
        if len(value) > LONGEST_VALUE:
            self._complain(column, f"{value[:30]}…", f"is longer than {LONGEST_VALUE} characters: shorten it")
        return value

    def _each(self, cells: Mapping[str, str], column: str, read_one: Callable[[str], T]) -> tuple[T, ...]:
        """Several in one cell, in order; one given twice counts once."""
        found = []
        for value in _split(cells[column]):
            try:
                found.append(read_one(value))
            except ValueError as error:
                self._complain(column, value, _without(value, error))
        return tuple(dict.fromkeys(found))

    def _one(self, cells: Mapping[str, str], column: str, read_one: Callable[[str], T]) -> T | None:
        try:
            return read_one(cells[column])
        except ValueError as error:
            self._complain(column, cells[column], _without(cells[column], error))
            return None

    def check_repeats(self, rows: Iterable[ContactRow]) -> None:
        """The same person on two lines: which one counts?"""
        seen: dict[tuple[object, ...], int] = {}
        for row in (row for row in rows if row.voice or row.sms or row.email):
            who = (f"{row.first_name} {row.last_name}".casefold(), row.voice, row.sms, row.email)
            first = seen.setdefault(who, row.line)
            if first != row.line:
                why = f"is the person of line {first} again: keep one of the two lines"
                self.wrong.append(Wrong(row.line, "", f"{row.first_name} {row.last_name}".strip(), why))


def _without(value: str, error: ValueError) -> str:
    """What is wrong, without the value at its beginning: it is shown before."""
    return str(error).removeprefix(f"“{value}” ")


def _split(value: str) -> list[str]:
    return [each.strip() for each in value.split(";") if each.strip()]


def _line(value: str) -> Line:
    with_extension = _EXTENSION.fullmatch(value)
    if with_extension:
        return Line(phone.parse(with_extension[1]), with_extension[2])
    return Line(phone.parse(value))


def _mobile(value: str) -> Line:
    if _EXTENSION.fullmatch(value):
        raise ValueError("has an extension, which texts cannot reach: give the number alone")
    return Line(phone.parse(value))


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("is no e-mail address: write it as name@example.org")
    return value


def _language(value: str) -> Language:
    language = LANGUAGES.get(value.casefold())
    if language is None:
        raise ValueError("is no language of the line: write fr or en")
    return language


def _postal_code(value: str) -> str:
    if not value:
        return ""
    parts = _POSTAL_CODE.fullmatch(value.upper())
    if parts is None:
        raise ValueError("is no Canadian postal code: write it as J6W 1A1")
    return f"{parts[1]} {parts[2]}"
