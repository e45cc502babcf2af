"""Rows of a table whose columns are known -> rows ready for the store, and every wrong place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice, repeat
from operator import attrgetter
from typing import Any

from residents.files.columns import Column
from residents.files.table import BadRows, Row, Table
from rules import contact_cells, contact_fields
from rules.civic_address import Address
from rules.contact_cells import UnreadableCell
from rules.contact_rows import ALL_COLUMNS, OPTIONAL_COLUMNS, ContactRow, WrongCell
from rules.model import Language

CHUNK = 2000
"""Lines of the file looked at together."""

MOST_KEPT = 100_000
"""Texts of one column whose meaning is kept."""

NOTHING: dict[str, Any] = {
    **dict.fromkeys((*ALL_COLUMNS, contact_fields.WHOLE_NAME, contact_fields.ORGANISATION), ""),
    **dict.fromkeys((contact_fields.MORE_ADDRESS, contact_fields.STREET_TYPE), ""),
    **dict.fromkeys(("voice", "sms", "email", "topics", contact_fields.MOBILE), ()),
    **dict.fromkeys(OPTIONAL_COLUMNS, None),
    "language": Language.FR,
    contact_fields.ADDRESS: Address(),
}
"""Field -> what an empty or absent cell means."""

NUMBERS = (contact_fields.VOICE, contact_fields.SMS, contact_fields.MOBILE)
FEEDS = {
    contact_fields.MOBILE: {contact_fields.VOICE, contact_fields.SMS},
    contact_fields.ADDRESS: {"civic_number", "street", "unit"},
    contact_fields.MORE_ADDRESS: {"unit"},
    contact_fields.STREET_TYPE: {"street"},
    contact_fields.WHOLE_NAME: {"last_name"},
    contact_fields.ORGANISATION: {"last_name"},
}
"""Field -> the columns of the store that it fills, where these are others than itself."""

_PARTS = {name: attrgetter(name) for name in Address._fields}


class _Reader(dict[str, Any]):
    """What each text of one column means, worked out once: streets and households come again and again. A text that
    means nothing stands for its Unreadable."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.read: Callable[[str], Any] = contact_cells.READERS.get(column.field, contact_cells.plain)
        self.is_number = column.field in NUMBERS
        self.has_wrong = False

    def __missing__(self, cell: str) -> Any:
        if len(self) >= MOST_KEPT:
            self.clear()
        try:
            value = self.read(cell.strip())
        except UnreadableCell as error:
            value, self.has_wrong = error, True
        self[cell] = value
        return value

    def meanings(self, cells: Iterable[str]) -> list[Any]:
        if self.is_number:
            return [contact_cells.usual(cell) or self[cell] for cell in cells]
        return list(map(self.__getitem__, cells))


class RowsRead:
    """One pass over a table. `wrong` grows while `chunks` is read."""

    def __init__(self, table: Table, header_line: int, found: Sequence[Column]) -> None:
        self.table, self.header_line, self.columns = table, header_line, tuple(found)
        self.wrong: list[WrongCell] = []
        self.broken = False
        """The rest of the file cannot be told apart."""

        self.readers = [
            (place, column, _Reader(column)) for place, column in enumerate(found) if column.field in NOTHING
        ]
        fields = {column.field for column in found}
        self.given = frozenset().union(*(FEEDS.get(field, {field}) for field in fields)) & set(ALL_COLUMNS)

    def chunks(self) -> Iterator[tuple[int, Iterable[ContactRow]]]:
        """Rows, and the last line that was looked at for them."""
        lines = self._lines()
        while chunk := list(islice(lines, CHUNK)):
            *cells, numbers = zip(*chunk, strict=True)
            yield numbers[-1], self._chunk(cells, numbers)

    def _lines(self) -> Iterator[list[Any]]:
        """Those that hold something, each as wide as the header; the number of each comes last."""
        width = len(self.columns)
        headers = [column.header for column in self.columns] if self.header_line else None
        try:
            for line, cells in self.table.rows():
                if line <= self.header_line or cells == headers or not any(map(str.strip, cells)):
                    continue
                if len(cells) != width and not self._fits(line, cells, width):
                    continue
                if line in self.table.unreadable:
                    self._complain(line, self.table.unreadable[line])
                    continue
                found: list[Any] = cells
                found.append(line)
                yield found
        except BadRows as error:
            self._complain(error.line, str(error))
            self.broken = True

    def _fits(self, line: int, cells: list[str], width: int) -> bool:
        """Programs leave out the last separators, or write too many."""
        if any(map(str.strip, cells[width:])):
            why = f"has {len(cells)} values for {width} columns: put quotes around a value that holds the separator"
            self._complain(line, why)
            return False
        cells[width:] = []
        cells += [""] * (width - len(cells))
        return True

    def _complain(self, line: int, why: str) -> None:
        self.wrong.append(WrongCell(line, "", "", why))

    def _chunk(self, cells: Sequence[Sequence[str]], lines: Sequence[int]) -> Iterable[ContactRow]:
        """Column by column, which is quicker than row by row."""
        cells = self._with_extensions(cells)
        wrong: list[WrongCell] = []
        spoilt: dict[int, set[str]] = {}
        found: list[tuple[str, list[Any]]] = []
        for place, column, reader in self.readers:
            values = reader.meanings(cells[place])
            if reader.has_wrong:
                unreadable = list(_unreadable(column, lines, values))
                for each in unreadable:
                    spoilt.setdefault(each.line, set()).add(column.field)
                wrong += unreadable
                values = [NOTHING[column.field] if isinstance(value, UnreadableCell) else value for value in values]
            found.append((column.field, values))
        values_of = _combined(found, len(lines))
        wrong += self._absent(lines, values_of, spoilt)
        self.wrong += sorted(wrong, key=self._place)
        bad = {each.line for each in wrong}
        rows = map(ContactRow, lines, *(values_of[name] for name in ALL_COLUMNS), repeat(self.given))
        return (row for row in rows if row.line not in bad) if bad else rows

    def _place(self, wrong: WrongCell) -> tuple[int, int]:
        headers = [column.header for column in self.columns]
        return wrong.line, headers.index(wrong.column) if wrong.column in headers else len(headers)

    def _with_extensions(self, cells: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """A column of extensions belongs to the telephone before it."""
        cells = list(cells)
        for place, column in enumerate(self.columns):
            before = [at for at in range(place) if self.columns[at].field == contact_fields.VOICE]
            if column.field == contact_fields.EXTENSION and before:
                pairs = zip(cells[before[-1]], cells[place], strict=True)
                cells[before[-1]] = [
                    f"{number} poste {extension}" if number.strip() and extension.strip(" 0.") else number
                    for number, extension in pairs
                ]
        return cells

    def _absent(
        self, lines: Sequence[int], values: dict[str, list[Any]], spoilt: dict[int, set[str]]
    ) -> Iterator[WrongCell]:
        """Rows without a name, without a way to reach anybody, or with half a place on the map. `spoilt`: line ->
        fields of which something is there, and could not be read."""
        for line, *names in zip(lines, values["first_name"], values["last_name"], strict=True):
            if not any(names) and not spoilt.get(line, set()) & contact_fields.NAMES:
                yield WrongCell(line, self._header("last_name"), "", "there is no name: give at least one")
        for line, *ways in zip(lines, values["voice"], values["sms"], values["email"], strict=True):
            if not any(ways) and not spoilt.get(line, set()) & contact_fields.WAYS:
                why = "there is no number and no e-mail address: give at least one way to reach this person"
                yield WrongCell(
                    line, self._header(contact_fields.VOICE, contact_fields.MOBILE, contact_fields.SMS), "", why
                )
        for line, *where in zip(lines, values["latitude"], values["longitude"], strict=True):
            if None in where and where != [None, None]:
                missing = "latitude" if where[0] is None else "longitude"
                yield WrongCell(
                    line, self._header(missing), "", "is empty: a place on the map needs latitude and longitude"
                )

    def _header(self, *fields: str) -> str:
        """What the file calls the first of these."""
        return next((column.header for column in self.columns if column.field in fields), fields[0])


def _unreadable(column: Column, lines: Sequence[int], values: Sequence[Any]) -> Iterator[WrongCell]:
    for line, value in zip(lines, values, strict=True):
        if isinstance(value, UnreadableCell):
            yield from (WrongCell(line, column.header, each, why, nearest) for each, why, nearest in value.wrong)


def _combined(found: Sequence[tuple[str, list[Any]]], number: int) -> dict[str, list[Any]]:
    """The values of each column of the store, from those of the file."""
    by_field: dict[str, list[list[Any]]] = {}
    for field, values in found:
        by_field.setdefault(field, []).append(values)
    of = {name: by_field[name][0] if name in by_field else [NOTHING[name]] * number for name in ALL_COLUMNS}
    for name, feeding in (("voice", ("voice", "mobile")), ("sms", ("sms", "mobile")), ("email", ("email",))):
        of[name] = _joined([values for field, values in found if field in feeding], of[name])
    of["topics"] = _joined(by_field.get("topics", []), of["topics"])
    for spare in (contact_fields.WHOLE_NAME, contact_fields.ORGANISATION):
        for values in by_field.get(spare, []):
            names = zip(of["first_name"], of["last_name"], values, strict=True)
            whole = [(first, last) if first or last else _name(other, spare) for first, last, other in names]
            of["first_name"], of["last_name"] = (list(each) for each in zip(*whole, strict=True))
    for addresses in by_field.get(contact_fields.ADDRESS, []):
        for name, part in _PARTS.items():
            of[name] = [one or part(whole) for one, whole in zip(of[name], addresses, strict=True)]
    for values in by_field.get(contact_fields.MORE_ADDRESS, []):
        of["unit"] = [unit or _unit(more) for unit, more in zip(of["unit"], values, strict=True)]
    for values in by_field.get(contact_fields.STREET_TYPE, []):
        of["street"] = [f"{kind} {street}".strip() for kind, street in zip(values, of["street"], strict=True)]
    return of


def _name(whole: str, field: str) -> tuple[str, str]:
    """First and last: `Tremblay, Josée` says which is which; anything else is kept as one."""
    last, comma, first = whole.partition(",")
    if not comma or field == contact_fields.ORGANISATION or "," in first:
        return "", whole
    return first.strip(), last.strip()


def _unit(more: str) -> str:
    """Of a second line of the address: `app. 4` -> 4."""
    found = Address() if not more else contact_cells.address(more)
    return found.unit or found.civic_number or found.street


def _joined(several: list[list[Any]], one: list[Any]) -> list[Any]:
    if len(several) < 2:
        return several[0] if several else one
    return [tuple(dict.fromkeys(sum(values, ()))) for values in zip(*several, strict=True)]


def repeats(rows: Sequence[ContactRow]) -> Iterator[WrongCell]:
    """The same person on two lines: which one counts?"""
    people = [(f"{row.first_name} {row.last_name}".casefold(), row.voice, row.sms, row.email) for row in rows]
    if len(set(people)) == len(people):
        return
    seen: dict[object, int] = {}
    for who, row in zip(people, rows, strict=True):
        first = seen.setdefault(who, row.line)
        if first != row.line:
            yield WrongCell(row.line, "", row.name, f"is the person of line {first} again: keep one of the two lines")


def begins(table: Table, most: int) -> list[Row]:
    """The first rows that hold something."""
    found: list[Row] = []
    with suppress(BadRows):
        for line, cells in table.rows():
            if any(map(str.strip, cells)):
                found.append((line, cells))
            if len(found) == most:
                break
    return found
