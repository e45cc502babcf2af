"""A file of residents -> its columns and its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from residents.files import columns, delimited, guess, refused_rows, rows
from residents.files.columns import Column
from residents.files.table import Row, Table, refused
from rules import contact_cells, contact_fields, contact_numbers, street
from rules.contact_rows import BadFile, ContactRow, WrongCell

HEADER_WITHIN = 50
"""Rows that hold something, among which the header is looked for: titles come before it."""

MOSTLY = 0.6
"""Share of the numbers of a file whose area code is taken for that of the town."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is where. `header_line`: 0 when the file has no header and its columns are guessed by content."""

    header_line: int
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    @property
    def guessed(self) -> bool:
        return self.header_line == 0

    @property
    def ignored(self) -> list[str]:
        """Headers of the columns that nobody reads."""
        added = (refused_rows.LINE, refused_rows.REASON)
        return [
            each.header
            for each in self.columns
            if each.field == contact_fields.IGNORED and each.header and each.header not in added
        ]

    @property
    def faxes(self) -> list[str]:
        return [each.header for each in self.columns if each.field == contact_fields.FAX]


@dataclass(frozen=True, slots=True)
class ResidentsRead:
    """What a file holds. `wrong`: every place to correct, in the order of the file; their rows are not among `rows`."""

    layout: Layout
    rows: list[ContactRow]
    wrong: list[WrongCell] = field(default_factory=list)

    @property
    def lines_refused(self) -> set[int]:
        return {each.line for each in self.wrong}


def read(data: bytes) -> list[ContactRow]:
    """A text file with a header, whole. Raises BadFile with every wrong place."""
    table = delimited.table(data)
    found = residents(table, layout(table))
    if found.wrong:
        raise BadFile(found.wrong)
    return found.rows


def layout(table: Table, mapping: Mapping[str, str] | None = None) -> Layout:
    """`mapping`: header, or number of a column -> field. Raises BadFile."""
    said = {street.folded(header): field for header, field in (mapping or {}).items()}
    beginning = rows.begins(table, HEADER_WITHIN)
    if not beginning:
        raise refused("the file is empty: add a line of headers, and one for each resident")
    header = _header(beginning, said)
    if header is None:
        _check_spoilt(beginning[0])
    try:
        if header is None:
            return Layout(0, _enough(tuple(guess.columns_of([cells for _, cells in beginning], said)), 0))
        below = [cells for line, cells in beginning if line > header[0]]
        found = tuple(_by_content(columns.named(_trimmed(header[1]), said), below))
    except columns.BadMapping as error:
        raise refused(str(error), header[0] if header else 1) from None
    return Layout(header[0], _enough(found, header[0]), (*_skipped(beginning, header), *_unread_numbers(found, below)))


def _check_spoilt(row: Row) -> None:
    """Raises BadFile where headers would be known, had another program not spoilt their accents."""
    for cell in row[1]:
        try:
            contact_cells.text(cell)
        except contact_cells.UnreadableCell as error:
            value, why, nearest = error.wrong[0]
            if columns.meaning(nearest):
                raise BadFile([WrongCell(row[0], "", value, why, nearest)]) from None


def _header(beginning: Sequence[Row], said: Mapping[str, str]) -> Row | None:
    """The first that is one; of two rows of headers, the one that names more columns."""
    for place, row in enumerate(beginning):
        if columns.is_header(row[1], said):
            next_one = beginning[place + 1] if place + 1 < len(beginning) else row
            better = columns.is_header(next_one[1], said) and columns.known(next_one[1]) > columns.known(row[1])
            return next_one if better else row
    return None


def _by_content(found: Sequence[Column], below: Sequence[Sequence[str]]) -> Iterator[Column]:
    """“Bureau” is the office's number or the number of an office, “Résidence” says where: their cells tell."""
    for place, column in enumerate(found):
        doubtful = column.field in (contact_fields.IGNORED, "unit") and not column.because
        if doubtful and columns.is_place_to_call(column.header) and guess.holds_numbers(_values(below, place)):
            yield column._replace(field=contact_fields.VOICE, because="it holds telephone numbers")
        else:
            yield column


def _values(below: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() for row in below if place < len(row) and row[place].strip()]


class Pass:
    """One reading of a table from its beginning to its end, in steps."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._layout = layout
        self._reading = rows.RowsRead(table, layout.header_line, layout.columns)
        self._found: list[ContactRow] = []

    def steps(self) -> Iterator[int]:
        """The line that was reached, after each step."""
        for line, found in self._reading.chunks():
            self._found += found
            yield line

    def residents(self) -> ResidentsRead:
        """After the last step. Raises BadFile when there is nobody, or when the rest of the file cannot be told
        apart."""
        reading, found = self._reading, self._found
        if reading.broken:
            raise BadFile(reading.wrong)
        if not found and not reading.wrong:
            raise refused("the file holds no resident: add one line for each", self._layout.header_line + 1)
        twice = list(rows.repeats(found))
        lines = {wrong.line for wrong in twice}
        wrong = sorted([*_with_area_code(reading.wrong, found), *twice], key=lambda each: each.line)
        return ResidentsRead(self._layout, [row for row in found if row.line not in lines] if lines else found, wrong)


def residents(table: Table, layout: Layout) -> ResidentsRead:
    """All of it at once. Raises BadFile."""
    reading = Pass(table, layout)
    for _ in reading.steps():
        pass
    return reading.residents()


def _with_area_code(wrong: Sequence[WrongCell], found: Sequence[ContactRow]) -> list[WrongCell]:
    """The nearest to a number of seven digits is the one with the area code that nearly all have."""
    if not any(each.why == contact_numbers.NO_AREA_CODE for each in wrong):
        return list(wrong)
    codes = Counter(line.number[2:5] for row in found for line in row.voice if line.number.startswith("+1"))
    usual, number = next(iter(codes.most_common(1)), ("", 0))
    if number <= MOSTLY * codes.total():
        return list(wrong)
    return [
        replace(each, nearest=f"{usual} {each.value}") if each.why == contact_numbers.NO_AREA_CODE else each
        for each in wrong
    ]


def write_refused(path: Path, table: Table, layout: Layout, wrong: Sequence[WrongCell]) -> None:
    """Raises OSError."""
    refused_rows.write(path, table, layout.header_line, layout.columns, wrong)


def _trimmed(header: Sequence[str]) -> list[str]:
    """Without the empty columns at its end."""
    width = max((place for place, cell in enumerate(header, start=1) if cell.strip()), default=0)
    return list(header[:width])


def _enough(found: tuple[Column, ...], line: int) -> tuple[Column, ...]:
    """Somebody is named and can be reached. Raises BadFile."""
    fields = {column.field for column in found}
    lacking = [] if fields & contact_fields.NAMES else ["last_name"]
    lacking += [] if fields & contact_fields.WAYS else [contact_fields.VOICE]
    if not lacking:
        return found
    raise BadFile(
        [WrongCell(max(line, 1), name, "", _lacking(found, name, line), _near(found, name)) for name in lacking]
    )


def _lacking(found: Sequence[Column], name: str, line: int) -> str:
    """Why, and what to do. `line`: of the header, 0 when there is none."""
    usual = {"last_name": "Nom", contact_fields.VOICE: "Téléphone"}[name]
    if not line:
        return (
            f"there is no header that Tocsin knows, and no column that looks so. Begin with a header, such as "
            f'Nom;Prénom;Téléphone;Adresse, or say which column it is: --map "NUMBER={name}"'
        )
    headers = ", ".join(f"“{column.header}”" for column in found if column.header)
    return f'no column says so. Name one “{usual}”, or say which it is: --map "HEADER={name}". Columns: {headers}'


def _near(found: Sequence[Column], name: str) -> str:
    ignored = [column.header for column in found if column.field == contact_fields.IGNORED]
    return next((header for header in ignored if columns.nearest_field(header) == name), "")


def _unread_numbers(found: Sequence[Column], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns with an unknown header that hold telephone numbers: people may be reached there only."""
    for place, column in enumerate(found):
        unread = column.field == contact_fields.IGNORED and not column.because
        if unread and guess.holds_numbers(_values(cells, place)):
            remedy = f'--map "{column.header}=voice" would'
            yield f"Column “{column.header}” holds telephone numbers and is not read: {remedy}."


def _skipped(beginning: Sequence[Row], header: Row) -> tuple[str, ...]:
    titles = [line for line, _ in beginning if line < header[0]]
    if not titles:
        return ()
    which = f"Line {titles[0]} is" if len(titles) == 1 else f"Lines {titles[0]} to {titles[-1]} are"
    return (f"{which} skipped: the header is in line {header[0]}.",)
