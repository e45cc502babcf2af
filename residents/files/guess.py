"""What the columns of a file without a header hold, by what is in them. Whoever imports it must agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from residents.files import columns
from residents.files.columns import Column
from rules import civic_address, contact_cells, contact_fields, contact_numbers, street

MOSTLY = 0.7
"""Share of the cells that hold something, from which a column is what they are."""

FIRST_NAMES = frozenset(
    re.findall(
        r"[\w-]+",
        """
        marie jean pierre michel andre louise claude sylvie diane robert daniel denis jacques francine
        nathalie linda alain richard francois paul eric julie martin stephane patrick isabelle line guy
        louis gilles manon johanne sophie nicole annie luc caroline lise serge benoit yves marc chantal
        lucie carole josee sebastien suzanne mario melanie david simon alexandre mathieu maxime jonathan
        karine marie-claude genevieve catherine valerie philippe christian sean john james mary patricia
        zoe lea emma olivia william thomas felix samuel gabriel antoine olivier charles hugo helene
        therese monique ginette real rejean normand rene roger gaston marcel lucien yvon helene celine
        chloe jade
        """,
    )
)
_STREET_WORDS = re.compile(
    r"\b(rue|av|ave|avenue|boul|boulevard|bd|ch|chemin|rang|route|rte|montee|cote|place|allee|impasse|croissant|street|st|road|rd)\b"
)


def columns_of(table: Sequence[Sequence[str]], said: Mapping[str, str]) -> list[Column]:
    """One for each column, named by its number. `said`: number or letter -> field. Raises columns.BadMapping."""
    width = max(map(len, table))
    cells = [[row[place].strip() if place < len(row) else "" for row in table] for place in range(width)]
    numbers = [str(place + 1) for place in range(width)]
    by_letter = {columns.letters(place + 1): str(place + 1) for place in range(width)}
    said = {by_letter.get(column, column): field for column, field in said.items()}
    if unknown := set(said) - set(numbers):
        first = ", ".join(f"“{cell.strip()}”" for cell in table[0] if cell.strip())
        raise columns.BadMapping(
            f"--map: no header is found, so there is no column “{min(unknown)}”: give the number of a column, or name "
            f"those that say who somebody is and how to reach them. The first row holds {first}"
        )
    taken = set(said.values())
    found = []
    for number, column in zip(numbers, cells, strict=True):
        field = said.get(number) or _field([cell for cell in column if cell], taken)
        taken.add(field)
        because = "as you said" if number in said else f"such as {next((cell for cell in column if cell), '')!r}"
        found.append(Column(number, field, because))
    return _names(found, cells)


def _field(cells: Sequence[str], taken: set[str]) -> str:
    for field, test in TESTS.items():
        free = field not in taken or field in contact_fields.SEVERAL
        if free and cells and sum(map(test, cells)) >= MOSTLY * len(cells):
            return field
    return contact_fields.IGNORED


def _reads(field: str) -> Callable[[str], bool]:
    def test(cell: str) -> bool:
        try:
            return bool(contact_cells.READERS[field](cell))
        except contact_cells.UnreadableCell:
            return False

    return test


def holds_numbers(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(_is_number, cells)) >= MOSTLY * len(cells)


def _is_number(cell: str) -> bool:
    try:
        return bool(contact_numbers.read(cell))
    except contact_numbers.BadLine:
        return False


def _is_address(cell: str) -> bool:
    parts = civic_address.split(cell)
    return bool(parts.civic_number and parts.street and _STREET_WORDS.search(street.folded(parts.street)))


TESTS: Mapping[str, Callable[[str], bool]] = {
    contact_fields.VOICE: _is_number,
    "email": _reads("email"),
    "postal_code": _reads("postal_code"),
    "language": lambda cell: street.folded(cell) in contact_cells.LANGUAGES,
    contact_fields.ADDRESS: _is_address,
    "civic_number": lambda cell: re.fullmatch(r"\d{1,5}[A-Za-z]?", cell) is not None,
    "street": lambda cell: _STREET_WORDS.search(street.folded(cell)) is not None,
}
"""Field -> whether a cell looks like one; the first that fits."""


def _names(found: list[Column], cells: Sequence[Sequence[str]]) -> list[Column]:
    """The first columns of words are the names; which is the first name, usual first names say."""
    words = [
        place
        for place, column in enumerate(found)
        if column.field == contact_fields.IGNORED and any(cell[:1].isalpha() for cell in cells[place])
    ][:2]
    fields = {column.field for column in found}
    if fields & contact_fields.NAMES or not words:
        return found
    if len(words) == 2 and words[1] == words[0] + 1:
        last, first = sorted(words, key=lambda place: _first_names(cells[place]))
        found[first] = found[first]._replace(field="first_name")
    else:
        last = words[0]
    found[last] = found[last]._replace(field="last_name")
    return found


def _first_names(cells: Sequence[str]) -> int:
    return sum(re.split(r"[\s-]", street.folded(cell))[0] in FIRST_NAMES for cell in cells)
