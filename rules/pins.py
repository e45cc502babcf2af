"""PINs of staff: six digits or more, and none that a thief would try first (NIST SP 800-63B-4, 3.1.1.2: blocklists)."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

FEWEST, MOST = 6, 12
COMMON = frozenset(
    re.findall(
        r"\d+",
        """
        102030 112233 223344 332211 445566 665544 778899 998877 987654 123654 321654 456123 456789 654123 789456 789123
        147258 258147 258369 369258 147369 159753 159357 753159 357159 951753 963852 852963 741852 852741 963741 951357
        123789 142536 135790 246810 102938 010203 112358 314159 271828 696969 420420 007007 101010 131313 520520
        """,
    )
)
"""What lists of stolen PINs have at their head, beside what `_PATTERNS` finds: keys in a row, crosses of the keypad."""

_REPEATED = re.compile(r"(\d{1,3})\1+|(?:(\d)\2){2,}\d?")


class BadPin(ValueError):
    """Not a PIN that may be used; the message says why and what to do."""


def check(pin: str, number: str) -> None:
    """`number`: the telephone of whoever chooses it, E.164. Raises BadPin."""
    if not (pin.isascii() and pin.isdigit()):
        raise BadPin("A PIN has digits only.")
    if not FEWEST <= len(pin) <= MOST:
        raise BadPin(f"A PIN has {FEWEST} to {MOST} digits: this one has {len(pin)}.")
    if why := _easy(pin, number):
        raise BadPin(f"This PIN {why}: choose digits that nobody can guess.")


def _easy(pin: str, number: str) -> str:
    """Why it is easy to guess; "" where it is not."""
    if pin in COMMON or _REPEATED.fullmatch(pin) or len(set(pin)) < 3:
        return "is among the first that thieves try"
    if {int(one) - int(other) for one, other in pairwise(pin)} in ({1}, {-1}, {2}, {-2}):
        return "is a row of digits"
    if pin in number or pin[::-1] in number:
        return "is part of the telephone number"
    return "is a date" if _is_date(pin) else ""


def _is_date(pin: str) -> bool:
    """Of birth, say: the year first or last, of two digits or four."""
    if len(pin) not in (6, 8):
        return False
    year = len(pin) - 4
    orders = [(pin[:year], pin[year:-2], pin[-2:]), (pin[4:], pin[2:4], pin[:2]), (pin[4:], pin[:2], pin[2:4])]
    return any(_day(each if year == 4 else f"20{each}", month, day) for each, month, day in orders)


def _day(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year < 2100
    except ValueError:
        return False
