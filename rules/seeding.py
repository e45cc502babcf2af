"""Stretches of streets out of where people live, for a town that has no file of its streets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from rules.street import Side, Street, civic
from rules.stretches import Stretch


class Lived(NamedTuple):
    """The address of somebody whose sector is known."""

    street: str
    civic_number: str
    postal_code: str
    sector: str


Doors = dict[int, set[str]]
"""Civic number -> the sectors of those who live there."""


def seeded(addresses: Iterable[Lived]) -> tuple[list[Stretch], list[str]]:
    """And the streets whose neighbours are in different sectors, so that no number tells them apart: a person must."""
    streets: dict[tuple[str, str], Doors] = {}
    for each in addresses:
        doors = streets.setdefault((each.street, each.postal_code), {})
        doors.setdefault(civic(each.civic_number) or 0, set()).add(each.sector)
    found, doubtful = [], set()
    for (name, postal_code), doors in sorted(streets.items()):
        parts = _parts(name, doors)
        if not parts:
            doubtful.add(name)
        found += [Stretch(street=part, sector=sector, postal_code=postal_code) for part, sector in parts]
    return found, sorted(doubtful)


def _parts(name: str, doors: Doors) -> list[tuple[Street, str]]:
    """Nothing where they can't be told apart."""
    if len(set().union(*doors.values())) == 1:
        return [(Street(name), next(iter(doors.values())).copy().pop())]
    if 0 in doors or any(len(sectors) > 1 for sectors in doors.values()):
        return []
    by_number = {number: next(iter(sectors)) for number, sectors in sorted(doors.items())}
    for sides in ((Side.BOTH,), (Side.ODD, Side.EVEN)):
        runs = [run for side in sides for run in _runs(name, side, by_number)]
        if len(runs) == len({(part.side, sector) for part, sector in runs}):
            return runs
    return []


def _runs(name: str, side: Side, by_number: Mapping[int, str]) -> Iterator[tuple[Street, str]]:
    """One sector after another, by number; the first goes on below, the last above."""
    whole = Street(name, side=side)
    here = [(number, sector) for number, sector in by_number.items() if whole.holds(number)]
    runs = [(sector, [number for number, _ in run]) for sector, run in groupby(here, key=lambda each: each[1])]
    for place, (sector, numbers) in enumerate(runs):
        first = numbers[0] if place else None
        last = numbers[-1] if place < len(runs) - 1 else None
        yield Street(name, first, last, side), sector
