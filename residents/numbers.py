"""Which numbers a resident may give, and who asks."""

from __future__ import annotations

from residents.town import Town
from rules import phone
from rules.phone import BadNumber

HIDDEN = "hidden"
"""All hidden and foreign callers count as one, for the limits of codes."""


class NotAllowed(Exception):
    """The number is right, and not one that this town calls."""


def read(town: Town, text: str) -> str:
    """E.164. Raises BadNumber, NotAllowed."""
    number = phone.parse(text)
    if not phone.allowed(number, town.area_codes):
        raise NotAllowed(phone.masked(number))
    return number


def of_caller(town: Town, caller: str) -> str:
    """The number called from, E.164; "" when it is hidden, foreign or not one that we would call."""
    try:
        return read(town, caller)
    except (BadNumber, NotAllowed):
        return ""
