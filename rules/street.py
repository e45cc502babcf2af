"""A street, or a part of it by civic numbers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_RANGE = re.compile(r"(\d*)-(\d*)|(\d+)")
_CIVIC = re.compile(r"\s*(\d+)")


class BadStreet(ValueError):
    """Not a street with civic numbers; the text says what to write."""


class Side(StrEnum):
    BOTH = "both"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class Street:
    """`first` and `last`: civic numbers, both included; None leaves that end open."""

    name: str
    first: int | None = None
    last: int | None = None
    side: Side = Side.BOTH

    @classmethod
    def parse(cls, text: str) -> Street:
        """`NAME`, `NAME:10-98`, `NAME:10-`, `NAME:12`, `NAME:odd`, `NAME:10-98:even`. Raises BadStreet."""
        name, *rest = (part.strip() for part in text.split(":"))
        if not name:
            raise BadStreet("has no name: write street:NAME:FROM-TO:odd")
        side = Side(rest.pop()) if rest and rest[-1] in (Side.ODD, Side.EVEN) else Side.BOTH
        first, last = _range(rest.pop()) if rest else (None, None)
        if rest:
            raise BadStreet("has too many colons: write street:NAME:FROM-TO:odd")
        return cls(name, first, last, side)

    def __str__(self) -> str:
        ends = [f"{_shown(self.first)}-{_shown(self.last)}"] if (self.first, self.last) != (None, None) else []
        sides = [] if self.side is Side.BOTH else [str(self.side)]
        return ":".join([self.name, *ends, *sides])

    @property
    def whole(self) -> bool:
        return (self.first, self.last, self.side) == (None, None, Side.BOTH)

    def has(self, civic_number: str) -> bool:
        """Is this civic number in the part? `12A` counts as 12; what does not begin with a number is only on the whole
        street."""
        if self.whole:
            return True
        found = civic(civic_number)
        return found is not None and self.holds(found)

    def holds(self, number: int) -> bool:
        """Is it between the ends, and on that side?"""
        above = self.first is None or number >= self.first
        below = self.last is None or number <= self.last
        return above and below and (self.side is Side.BOTH or (number % 2 == 1) == (self.side is Side.ODD))


def civic(text: str) -> int | None:
    """The number that a civic number begins with: `12A` → 12."""
    found = _CIVIC.match(text)
    return int(found[1]) if found else None


def folded(name: str) -> str:
    """For comparing names as people write them: no accents, no case, single spaces, any apostrophe."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())


def _range(text: str) -> tuple[int | None, int | None]:
    parts = _RANGE.fullmatch(text)
    if parts is None or text == "-":
        raise BadStreet(f"“{text}” are no civic numbers: write 10-98, 10-, -98 or 12, then odd or even")
    if parts[3]:
        return int(parts[3]), int(parts[3])
    first, last = (int(each) if each else None for each in parts.groups()[:2])
    if first is not None and last is not None and last < first:
        raise BadStreet(f"“{text}” ends before it begins: write {last}-{first}")
    return first, last


def _shown(end: int | None) -> str:
    return "" if end is None else str(end)
