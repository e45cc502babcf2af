"""What a part of the bench hands back, and what it raises when it has nothing to hand back."""

from __future__ import annotations

from dataclasses import dataclass

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BenchPart:
    """`figures`: by the names of docs/benchmarks.md; `rows`: what they are made of, for the table."""

    figures: dict[str, float]
    rows: Rows


class NotMeasured(Exception):
    """What was to be measured did not take place; the message says why."""
