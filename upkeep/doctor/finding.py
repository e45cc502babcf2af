"""What one check found."""

from __future__ import annotations

from records.upkeep import Condition, Finding


def well(check: str, said: str) -> Finding:
    return Finding(check=check, state=Condition.WELL, said=said)


def doubtful(check: str, said: str, remedy: str) -> Finding:
    return Finding(check=check, state=Condition.DOUBTFUL, said=said, remedy=remedy)


def wrong(check: str, said: str, remedy: str) -> Finding:
    return Finding(check=check, state=Condition.WRONG, said=said, remedy=remedy)
