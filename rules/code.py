"""One-time codes: their figures (NIST SP 800-63B, 3.1.3: at least 20 bits, 10 minutes, rate limits), and their use."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

DIGITS = 6
WRONG_TRIES = 5
VALID = timedelta(minutes=10)

REQUEST_STANDS = timedelta(minutes=15)
"""A code asked for by telephone is made when the call is answered, at most so much later."""

CONSENT_STANDS = REQUEST_STANDS + VALID
"""A consent that no code has confirmed by then ends: nobody knows whose it was."""

LEAVING_STANDS = timedelta(days=1)
"""For so long a text may confirm that a number wants no more alerts; it is asked no more often than that."""


class CodePurpose(StrEnum):
    """What was asked for at a number."""

    ENROL = "enrol"  # confirms the one consent that it was asked for
    LOG_IN = "log_in"  # shows who holds the number, and changes nothing
    LEAVE = "leave"  # no code: a key or a word at that number confirms


def whole(keyed: str) -> bool:
    """Fewer digits are a slip of the finger, not a wrong try."""
    return len(keyed) == DIGITS and keyed.isascii() and keyed.isdigit()


def variables() -> dict[str, str]:
    """The figures, for the texts that say them."""
    return {"code_digits": str(DIGITS), "code_minutes": str(int(VALID.total_seconds() // 60))}
