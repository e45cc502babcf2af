"""docs/far-side.md, written from what is expected of each way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping

from lab.far_side.callers import CALLERS
from lab.far_side.way import FarWay

HEAD = """# What each far side gives

`make far-side` places a real call for each line, on SIPp, and compares. This file is written by
`python -m lab.far_side --document docs/far-side.md`. *Told*: the message counts as heard. *Again*: whether the number
is called again in the same alert; `later` uses up one of the resident's tries, `soon` is nobody's try.
"""
CALLERS_HEAD = """Whoever is known and was called for an alert hears it at once; others hear the public alerts, then the
menu.
"""
TITLES = {"refusals": "Refused", "ringing": "Before an answer, or without one", "answers": "Answered"}


def written(groups: Mapping[str, Callable[[], Iterable[FarWay]]]) -> str:
    return "\n".join([HEAD, *(_group(TITLES[name], ways()) for name, ways in groups.items()), _callers()])


def _callers() -> str:
    lines = ["## Calls that come in", CALLERS_HEAD, "| who calls | known |", "| --- | --- |"]
    rows = (f"| {each.what} | {'yes' if each.known else 'no'} |" for each in CALLERS)
    return "\n".join([*lines, *rows, ""])


def _group(title: str, ways: Iterable[FarWay]) -> str:
    lines = [f"## {title}", "| far side | disposition | told | again |", "| --- | --- | --- | --- |"]
    rows = (
        f"| {what} | {way.disposition} | {'yes' if way.told else 'no'} | {way.again} |" for what, way in _rows(ways)
    )
    return "\n".join([*lines, *rows, ""])


def _rows(ways: Iterable[FarWay]) -> Iterator[tuple[str, FarWay]]:
    """Plain statuses that give the same share a row."""
    for _, alike in itertools.groupby(ways, lambda way: (way.disposition, way.again) if way.what.isdigit() else way):
        first, *more = alike
        yield " ".join(way.what for way in (first, *more)), first
