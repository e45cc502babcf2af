"""A file as rows of text cells, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rules.contact_rows import BadFile, WrongCell

Row = tuple[int, list[str]]
"""The number of its line (of a sheet: of its row), from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` begins again each time that it is called; it raises BadRows when the rest cannot be told apart. `notes`:
    what the clerk should know of how it was read. `unreadable`: lines whose text is a guess, and why. `sheet`: its
    name, of a workbook. `length`: about how many rows it has, for progress."""

    rows: Callable[[], Iterator[Row]]
    separator: str = ";"
    notes: Sequence[str] = ()
    unreadable: Mapping[int, str] = field(default_factory=dict)
    sheet: str = ""
    length: int = 0


class BadRows(ValueError):
    """From here on the rows of a text file cannot be told apart; the message says why. `line`: where it begins."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def refused(why: str, line: int = 1) -> BadFile:
    """The whole file is."""
    return BadFile([WrongCell(line, "", "", why)])
