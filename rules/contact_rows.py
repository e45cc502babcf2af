"""A row of a municipality's file of residents, checked and ready for the store, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rules.contact_numbers import PhoneLine
from rules.model import Language

__all__ = ["ALL_COLUMNS", "COLUMNS", "BadFile", "ContactRow", "PhoneLine", "WrongCell"]

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
EVERYTHING = frozenset(ALL_COLUMNS)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """One place to correct. `column` is empty for a whole line; `why` says what to do; `nearest`: the right value that
    is nearest, where there is one."""

    line: int
    column: str
    value: str
    why: str
    nearest: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        meant = f" (did you mean “{self.nearest}”?)" if self.nearest else ""
        return f"{place}: {f'“{self.value}” ' if self.value else ''}{self.why}{meant}"


class BadFile(ValueError):
    """The file cannot be imported. `wrong` holds every place, in the order of the file."""

    def __init__(self, wrong: Sequence[WrongCell]) -> None:
        super().__init__("\n".join(map(str, wrong)))
        self.wrong = tuple(wrong)


class ContactRow(NamedTuple):
    """One resident of the file; `line` is where they begin in it. Addresses are in the order to be tried. `given`: the
    columns that the file has; of any other, the store keeps what it holds.

    A tuple, as `PhoneLine` is: hundreds of thousands of them are made in one go.
    """

    line: int
    first_name: str
    last_name: str
    language: Language
    voice: tuple[PhoneLine, ...] = ()
    sms: tuple[PhoneLine, ...] = ()
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
    given: frozenset[str] = EVERYTHING

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
