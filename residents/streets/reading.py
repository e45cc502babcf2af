"""A file of streets as the town's surveyors have it -> stretches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from rapidfuzz import fuzz, process

from residents.files import rows
from residents.files.table import BadRows, Row, Table, refused
from rules import contact_cells, stretches
from rules.contact_rows import BadFile, WrongCell
from rules.street import Side, Street, folded
from rules.stretches import Stretch

HEADER_WITHIN = 50
MOST = 20_000
MOST_CLASHES = 100
NAME, TYPE, FIRST, LAST, SIDE, POSTAL, SECTOR = "name", "type", "from", "to", "side", "postal_code", "sector"
HEADERS = {
    NAME: "name, nom, rue, street, nom de rue, nom de la rue, street name, odonyme, voie, nom de voie, spécifique",
    TYPE: "type, générique, type de rue, type de voie, street type",
    FIRST: """from, de, du, début, premier, min, no début, numéro début, civique début, adresse début, du no, du numéro,
        de no, premier numéro, no civique début, from number, first, borne inférieure""",
    LAST: """to, à, a, au, fin, dernier, max, no fin, numéro fin, civique fin, adresse fin, au no, au numéro, à no,
        dernier numéro, no civique fin, to number, last, borne supérieure""",
    SIDE: "side, côté, parité, parity, pair ou impair, pair impair, côté de rue",
    POSTAL: "postal code, postal_code, code postal, cp",
    SECTOR: "sector, secteur, zone, quartier, district, secteur d'alerte, zone d'alerte",
}
SIDES = {
    Side.BOTH: "both, les deux, deux, tous, toutes, all, 2",
    Side.ODD: "odd, impair, impairs, impaire, impaires, i, 1",
    Side.EVEN: "even, pair, pairs, paire, paires, p",
}
NEEDED = {NAME: "Rue", SECTOR: "Secteur"}
"""And what a file calls them."""

T = TypeVar("T", bound=str)
_WORD = re.compile(r"[a-z0-9]+")


def _key(text: str) -> str:
    return " ".join(_WORD.findall(folded(text)))


def _by_word(words: Mapping[T, str]) -> dict[str, T]:
    return {_key(word): meaning for meaning, all_ in words.items() for word in all_.split(",")}


_FIELDS, _SIDES = _by_word(HEADERS), _by_word(SIDES) | {"": Side.BOTH}


def read(table: Table) -> list[Stretch]:
    """Raises BadFile with every place to correct."""
    header_line, places = _header(rows.begins(table, HEADER_WITHIN))
    reading = _Reading(places)
    try:
        for line, cells in table.rows():
            if line > header_line and any(map(str.strip, cells)):
                reading.add(line, cells)
    except BadRows as error:
        raise BadFile([*reading.wrong, WrongCell(error.line, "", "", str(error))]) from None
    wrong = [*reading.wrong, *reading.clashes()]
    if wrong:
        raise BadFile(sorted(wrong, key=lambda each: each.line))
    if not reading.found:
        raise refused("the file holds no street: add one line for each, or for each part of it", header_line + 1)
    return reading.found


def _header(beginning: Sequence[Row]) -> tuple[int, dict[str, tuple[int, str]]]:
    """Its line; field -> where it is, and what the file calls it. Raises BadFile."""
    for line, cells in beginning:
        found = {_FIELDS[key]: (place, cell) for place, cell in enumerate(cells) if (key := _key(cell)) in _FIELDS}
        if found.keys() >= NEEDED.keys():
            return line, found
    shown = ", ".join(f"“{cell}”" for cell in beginning[0][1] if cell.strip()) if beginning else "none"
    raise refused(
        "no line names the columns: begin with Rue;De;À;Côté;Code postal;Secteur, of which Rue and Secteur are "
        f"needed (or name, from, to, side, postal_code, sector). The first line has {shown}"
    )


class _Reading:
    """Row after row. `wrong` has every place to correct."""

    def __init__(self, places: Mapping[str, tuple[int, str]]) -> None:
        self._places = places
        self.found: list[Stretch] = []
        self.wrong: list[WrongCell] = []

    def add(self, line: int, cells: Sequence[str]) -> None:
        said = {field: cells[at] if at < len(cells) else "" for field, (at, _) in self._places.items()}
        before = len(self.wrong)
        name = f"{self._text(line, TYPE, said)} {self._text(line, NAME, said, needed=True)}".strip()
        first, last = self._number(line, FIRST, said), self._number(line, LAST, said)
        side, sector = self._side(line, said), self._text(line, SECTOR, said, needed=True)
        postal_code = self._text(line, POSTAL, said)
        if first is not None and last is not None and last < first:
            self._complain(line, LAST, said[LAST], f"is before {first}, where the stretch begins: exchange them")
        if len(self.found) == MOST:
            self.wrong.append(WrongCell(line, "", "", f"is past the {MOST:,}th street: the file is not of one town"))
        if len(self.wrong) == before:
            street = Street(name, first, last, side)
            self.found.append(Stretch(street=street, sector=sector, postal_code=postal_code, line=line))

    def clashes(self) -> Iterator[WrongCell]:
        header = self._places[SECTOR][1]
        for one, other in islice(stretches.overlaps(self.found), MOST_CLASHES):
            why = f"is another sector than that of the same numbers in line {one.line}: part them, or keep one"
            yield WrongCell(other.line, header, other.sector, why)

    def _text(self, line: int, field: str, said: Mapping[str, str], *, needed: bool = False) -> str:
        read_cell = contact_cells.READERS[POSTAL] if field == POSTAL else contact_cells.place
        try:
            value = str(read_cell(said.get(field, "").strip()))
        except contact_cells.UnreadableCell as error:
            self.wrong += [WrongCell(line, self._places[field][1], *each) for each in error.wrong]
            return ""
        if needed and not value:
            self._complain(line, field, "", "is empty: write it")
        return value

    def _number(self, line: int, field: str, said: Mapping[str, str]) -> int | None:
        try:
            value = contact_cells.number_of_door(said.get(field, ""))
        except contact_cells.UnreadableCell as error:
            self.wrong += [WrongCell(line, self._places[field][1], *each) for each in error.wrong]
            return None
        if value and not value.isdecimal():
            self._complain(line, field, value, "is no civic number: write digits, or nothing for the whole street")
            return None
        return int(value) if value else None

    def _side(self, line: int, said: Mapping[str, str]) -> Side:
        value = said.get(SIDE, "").strip()
        if (key := _key(value)) in _SIDES:
            return _SIDES[key]
        near = process.extractOne(key, [each for each in _SIDES if len(each) > 1], scorer=fuzz.ratio, score_cutoff=60)
        self._complain(line, SIDE, value, "is no side: write pair, impair or nothing", near[0] if near else "")
        return Side.BOTH

    def _complain(self, line: int, field: str, value: str, why: str, nearest: str = "") -> None:
        self.wrong.append(WrongCell(line, self._places[field][1], value, why, nearest))
