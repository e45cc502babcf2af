"""Stretches of streets: which sector a civic address is in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rules import street_names
from rules.frozen import Record
from rules.street import Side, Street


class Stretch(Record, frozen=True):
    """A street, or the part of it that has one postal code and is in one sector. `line`: of the file."""

    street: Street
    sector: str
    postal_code: str = ""
    line: int = 0


def sector_of(stretches: Iterable[Stretch], *, street: str, civic_number: str, postal_code: str) -> str:
    """ "" where no stretch has the address, or where several do that are in different sectors: a person must say."""
    found = {each.sector for each in having(stretches, street, civic_number, postal_code)}
    return found.pop() if len(found) == 1 else ""


def having(stretches: Iterable[Stretch], street: str, civic_number: str, postal_code: str) -> list[Stretch]:
    """Those that the address may be on. A postal code decides between streets whose names agree, and nothing else: it
    is what people know least."""
    name = street_names.read(street)
    there = [(street_names.read(each.street.name), each) for each in stretches]
    found = [(its, each) for its, each in there if its.may_be(name) and each.street.has(civic_number)]
    exact = [(its, each) for its, each in found if its.type == name.type]
    named = [each for _, each in exact or found]
    return [each for each in named if each.postal_code == postal_code] or named


def by_postal_code(stretches: Iterable[Stretch], postal_code: str, civic_number: str) -> list[Stretch]:
    """The streets on which this civic number may be, where only the postal code is known."""
    return [each for each in stretches if each.postal_code == postal_code and each.street.has(civic_number)]


def overlaps(stretches: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    """Pairs by which an address would be in two sectors."""
    by_name: dict[street_names.StreetName, list[Stretch]] = {}
    for each in stretches:
        by_name.setdefault(street_names.read(each.street.name), []).append(each)
    for same in by_name.values():
        yield from (pair for pair in combinations(same, 2) if _clash(*pair))


def _clash(one: Stretch, other: Stretch) -> bool:
    apart = one.postal_code and other.postal_code and one.postal_code != other.postal_code
    return one.sector != other.sector and not apart and _meet(one.street, other.street)


def _meet(one: Street, other: Street) -> bool:
    """They have a civic number in common."""
    first = max(each.first or 0 for each in (one, other))
    lasts = [each.last for each in (one, other) if each.last is not None]
    sides = {one.side, other.side} - {Side.BOTH}
    if len(sides) > 1:
        return False
    if not lasts or not sides:
        return not lasts or first <= min(lasts)
    odd = Side.ODD in sides
    return first + (first % 2 == (0 if odd else 1)) <= min(lasts)


class StreetIndex:
    """All of a town, found by their names."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._by_name: defaultdict[str, list[Stretch]] = defaultdict(list)
        for each in stretches:
            self._by_name[street_names.read(each.street.name).rest].append(each)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def sector(self, street: str, civic_number: str, postal_code: str) -> str:
        """As `sector_of`."""
        same = self._by_name.get(street_names.read(street).rest, ()) if street else ()
        return sector_of(same, street=street, civic_number=civic_number, postal_code=postal_code)
