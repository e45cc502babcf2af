"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    WELL = "well"
    DOUBTFUL = "doubtful"  # it may work; somebody should look
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy`: what to do; empty when all is well."""

    check: str
    state: State
    said: str
    remedy: str = ""


def well(check: str, said: str) -> Finding:
    return Finding(check, State.WELL, said)


def doubtful(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, State.DOUBTFUL, said, remedy)


def wrong(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, State.WRONG, said, remedy)
