"""Telephone numbers: one way to write them, which may be called, how they are shown and spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from rules import never_rung as never

HOME_REGION = "CA"

CANADIAN_AREA_CODES = frozenset(
    re.findall(
        r"\d+",
        """
        204 226 236 249 250 257 263 273 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468
        474 506 514 519 548 579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825
        867 873 879 902 905 942
        """,
    )
)
"""Geographic area codes of Canada (libphonenumber 9.0; a new one is added here or in the settings)."""

_NANP = re.compile(r"\+1([2-9]\d\d)([2-9]\d\d)(\d{4})")
_IN_TEXT = re.compile(
    r"(?<![\w.:/+-])(?:\+\d{8,15}|(?:\+?1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-]?)[2-9]\d\d[ .-]?\d{4})(?![\w])"
    r"|(?<=[/:])\+?1?[2-9]\d\d[2-9]\d{6}(?=@|\b)",
    re.ASCII,
)
"""Numbers of the North American plan as they are usually written, and any with a plus sign: not the digits within a
call's id."""

_USUAL = re.compile(r"(?:\+?1[ .-]?)?(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[ .-]?)([2-9][0-9]{2})[ .-]?([0-9]{4})")


class BadNumber(ValueError):
    """Not a telephone number that exists, or none that may ring; the text says what to write."""


def to_ring(text: str) -> str:
    """As `parse`; but also refuses, with the reason, numbers that nobody may be rung or texted at, whatever the area
    codes of the town. Raises BadNumber."""
    number = parse(text)
    if reason := never_rung(number):
        raise BadNumber(f"“{text}” may not be called: {reason}; give a number of the resident's own")
    return number


def never_rung(number: str) -> str:
    """Why no call or text may go to this number (E.164), under any settings; "" when one may."""
    parts = _NANP.fullmatch(number)
    return never.reason(*parts.groups()) if parts else ""


def parse(text: str) -> str:
    """The number in E.164 (`+15145550101`). Ten digits, or a plus sign for other countries; dots, dashes, spaces and
    brackets are fine. Raises BadNumber."""
    return usual(text) or _parsed(text)


def usual(text: str) -> str:
    """The same for a Canadian number in ten digits, with or without the usual signs; empty for anything else.

    A hundred times quicker than libphonenumber, which takes every exchange under these area codes (a test compares).
    """
    parts = _USUAL.fullmatch(text)
    if parts is None or (area_code := parts[1] or parts[2]) not in CANADIAN_AREA_CODES:
        return ""
    return f"+1{area_code}{parts[3]}{parts[4]}"


def _parsed(text: str) -> str:
    if never.SHORT.fullmatch(text.strip()):
        raise BadNumber(f"“{text}” is the number of a service: write ten digits, area code first")
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except NumberParseException:
        raise BadNumber(f"“{text}” is not a telephone number: write ten digits, area code first") from None
    if number.extension:
        raise BadNumber(f"“{text}” holds an extension: give the number alone")
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadNumber(f"“{text}” has too few or too many digits: write ten digits, area code first")
    if not phonenumbers.is_valid_number(number):
        raise BadNumber(f"“{text}” cannot exist: check its area code and the three digits that follow")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def allowed(number: str, area_codes: Set[str] = CANADIAN_AREA_CODES) -> bool:
    """May this number be called or texted? Ordinary lines under `area_codes` only; what is `never_rung` is refused
    under every area code."""
    parts = _NANP.fullmatch(number)
    return parts is not None and parts[1] in area_codes and not never_rung(number)


EXCHANGE_LENGTH = len("+1NPANXX")


def exchange(number: str) -> str:
    """NPA-NXX of an E.164 number of the North American plan: `+1418555`."""
    return number[:EXCHANGE_LENGTH]


def forbidden(exchanges: Iterable[str], area_codes: Set[str] = CANADIAN_AREA_CODES) -> list[str]:
    """Beginnings of the numbers that are not `allowed`, among those in some exchanges (`+1514555`): as short as they
    can be (`+1212`, `+33`), and as long as they have to be (`+15145551212`)."""
    found: dict[str, None] = {}
    for begins in exchanges:
        if not allowed(f"{begins:0<{EXCHANGE_LENGTH}}0100", area_codes):
            found[_shortest(begins, area_codes)] = None
        else:
            found |= {f"{begins}{each[3:]}": None for each in never.LINES if begins.endswith(each[:3])}
    return list(found)


def _shortest(begins: str, area_codes: Set[str]) -> str:
    if not begins.startswith("+1"):
        return begins[:3]
    return begins[:5] if begins[2:5] not in area_codes else begins


def masked(number: str) -> str:
    """For logs and screens: `+1514•••0101`. What is too short to mask keeps nothing."""
    if len(number) < 9:
        return "•" * len(number)
    return f"{number[:5]}•••{number[-4:]}"


def masked_in(text: str) -> str:
    """A text with each telephone number in it masked, however it is written."""
    return _IN_TEXT.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return masked(f"+{digits}" if found[0].startswith("+") or len(digits) > 10 else f"+1{digits}")


def national(number: str) -> str:
    """Ten digits, as dialled in North America; other numbers keep their digits with the country code."""
    digits = number.removeprefix("+")
    return digits[1:] if _NANP.fullmatch(number) else digits


def spoken(number: str) -> tuple[str, ...]:
    """Groups of digits to read out: 3-3-4; other numbers by threes."""
    digits = national(number)
    if len(digits) == 10:
        return digits[:3], digits[3:6], digits[6:]
    return tuple(digits[start : start + 3] for start in range(0, len(digits), 3))
