"""One way in which a far side takes a call, and what Tocsin must make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

N11 = 211  # no exchange, as those that end in 11 are none


class Again(StrEnum):
    """Whether the number is called again in the same alert."""

    NO = "no"
    LATER = "later"  # after TOCSIN_REDIAL_DELAY_S: one of the resident's tries is used up
    SOON = "soon"  # it is nobody's try


@dataclass(frozen=True, slots=True)
class FarWay:
    """`what`: in the words of docs/far-side.md; `script`: SIPp's, after the INVITE; `disposition`: of the first call;
    `told`: whether the message counts as heard; `number`: ten digits, the called number that chooses this way."""

    what: str
    script: str
    disposition: str
    again: Again = Again.LATER
    told: bool = False
    number: str = ""


def numbered(area_code: str, ways: Iterable[FarWay]) -> Iterator[FarWay]:
    for place, way in enumerate(ways):
        yield replace(way, number=number(area_code, place))


def number(area_code: str, place: int) -> str:
    """One of a hundred under an area code, each in an exchange of its own: congestion of one slows no other down."""
    exchange = 200 + place
    return f"{area_code}{exchange + (exchange >= N11)}0100"
