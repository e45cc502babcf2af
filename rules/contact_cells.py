"""What the cells of a file of residents mean."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from rapidfuzz import fuzz, process

from rules import civic_address, contact_numbers, never_rung, phone, street, visible
from rules.civic_address import Address
from rules.contact_numbers import PhoneLine
from rules.model import Language

LONGEST_VALUE = 200
"""Characters in one cell, addresses apart."""

LANGUAGES = dict.fromkeys(
    ["", "f", "fr", "fra", "fre", "francais", "french", "francophone", "fr-ca", "fr_ca", "fr ca", "bilingue", "fran"],
    Language.FR,
) | dict.fromkeys(
    ["e", "en", "eng", "a", "an", "ang", "anglais", "english", "anglophone", "en-ca", "en_ca", "en ca"], Language.EN
)
"""Without case and accents; of people who speak both, the first language of the line."""

_EMAIL = re.compile(r"[^@\s;,<>]+@[^@\s;,.<>]+(?:\.[^@\s;,.<>]+)+")
_POSTAL_CODE = re.compile(r"([A-Z]\d[A-Z])[ .-]*(\d[A-Z]\d)")
_LOST_LETTER = re.compile(r"(?<=[^\W\d_])\?(?=[^\W\d_])|^\?(?=[^\W\d_]{2})")
_TWICE_ENCODED = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_OF_ANOTHER_SCRIPT = r"[^\W\d_A-Za-z\u00aa-\u024f\u02b0-\u02ff\u1e00-\u1eff\ufb00-\ufb06]"
_TWO_SCRIPTS = re.compile(f"[{_LATIN}]{_OF_ANOTHER_SCRIPT}|{_OF_ANOTHER_SCRIPT}[{_LATIN}]")
_SPREADSHEET_ERROR = re.compile(
    r"#(?:REF!|N/?A|NOM\?|NAME\?|VALEUR!|VALUE!|DIV/0!|NUL!|NULL!|NOMBRE!|NUM!|ERR(?:EUR)?:?\d*)|####+"
)
_MONTH = re.compile(
    r"\d{1,2}-(?:janv?|févr?|feb|mars?|mar|avr|apr|mai|may|juin|jun|juil|jul|août|aug|sept?|oct|nov|déc|dec)\.?",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]00:00:00)?")


class UnreadableCell(ValueError):
    """`wrong`: the values of a cell that say nothing of use, why, and the nearest right value or nothing."""

    def __init__(self, *wrong: tuple[str, str, str]) -> None:
        super().__init__(wrong)
        self.wrong = wrong


class Spoilt(ValueError):
    """`nearest`: what was probably meant."""

    def __init__(self, why: str, nearest: str = "") -> None:
        super().__init__(why)
        self.nearest = nearest


def text(cell: str) -> str:
    """As it looks, single spaces. Raises UnreadableCell where the letters are spoilt or a formula failed."""
    try:
        value = _unwrapped(" ".join(visible.text(cell).split()))
        _check(value)
    except ValueError as error:
        shown = "".join(letter for letter in cell if letter.isprintable())[:40]
        raise UnreadableCell((shown, str(error), getattr(error, "nearest", ""))) from None
    return value


def _unwrapped(value: str) -> str:
    """`="514…"`, by which programs keep Excel from making a number of it."""
    return value[2:-1] if value.startswith('="') and value.endswith('"') else value


def _check(value: str) -> None:
    if not value.isascii() and _TWICE_ENCODED.search(value):
        raise Spoilt(
            "was spoilt by another program, which took UTF-8 for another encoding: export it again", _mended(value)
        )
    if not value.isascii() and _TWO_SCRIPTS.search(value):
        raise Spoilt("has letters of two scripts in one word: write it again")
    if "?" in value and _LOST_LETTER.search(value):
        raise Spoilt("holds a question mark in the place of a letter: write that letter")
    if value.startswith("="):
        raise Spoilt("is a formula without a value: open the file in its program, and save it again")
    if value.startswith("#") and _SPREADSHEET_ERROR.fullmatch(value):
        raise Spoilt("is an error of a formula in the spreadsheet: correct that cell")


def _mended(value: str) -> str:
    try:
        return value.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def plain(cell: str) -> str:
    value = text(cell)
    if len(value) > LONGEST_VALUE:
        raise UnreadableCell((f"{value[:30]}…", f"is longer than {LONGEST_VALUE} characters: shorten it", ""))
    return value


def number_of_door(cell: str) -> str:
    """A civic number or unit. Spreadsheets make numbers (12.0) and dates (3-4) of them."""
    value = place(cell)
    if _MONTH.fullmatch(value) or _DATE.fullmatch(value):
        why = (
            "is a date that the spreadsheet made of a number such as 3-4: format that column as text and write it again"
        )
        raise UnreadableCell((value, why, ""))
    return re.sub(r"^(\d+)[.,]0+$", r"\1", value)


def address(cell: str) -> Address:
    return civic_address.split(place(cell))


NOTHING = frozenset(
    ["-", "--", "---", ".", "?", "n/a", "n.a.", "s/o", "s.o.", "aucun", "aucune", "neant", "none", "nil"]
)


def place(cell: str) -> str:
    """Of addresses, where a clerk writes N/A or a dash for nothing."""
    value = plain(cell)
    return "" if len(value) < 7 and street.folded(value) in NOTHING else value


DIGITS_FOR_A_NAME = 5
"""Fewer are the number of a door."""


def name(cell: str) -> str:
    """Of a person. The number of a door, a date or an hour is another column's; whoever has no name may have digits in
    its place: the telephone number, or one of the municipality's own."""
    value = plain(cell)
    stands_for_name = value.isdigit() and len(value) >= DIGITS_FOR_A_NAME
    if value and not stands_for_name and not any(map(str.isalpha, value)):
        raise UnreadableCell((value, "is no name: it has no letter", ""))
    return value


def _one(read_one: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        value = text(cell)
        try:
            return read_one(value)
        except ValueError as error:
            raise UnreadableCell(_told(value, error)) from None

    return read


def _each(split: Callable[[str], list[str]], read_one: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Several in one cell, in order; one given twice counts once."""

    def read(cell: str) -> tuple[Any, ...]:
        found: list[Any] = []
        wrong: list[tuple[str, str, str]] = []
        for value in split(cell):
            try:
                found.append(read_one(text(value)))
            except UnreadableCell as error:
                wrong += error.wrong
            except ValueError as error:
                wrong.append(_told(value, error))
        if wrong:
            raise UnreadableCell(*wrong)
        return tuple(dict.fromkeys(each for each in found if each is not None))

    return read


def usual(cell: str) -> tuple[PhoneLine, ...]:
    """One number as most are written; empty for anything else, and for what may not be rung."""
    number = phone.usual(cell)
    if not number or number[5:8] in never_rung.EXCHANGES or number[5:] in never_rung.LINES:
        return ()
    return (PhoneLine(number),)


def _told(value: str, error: ValueError) -> tuple[str, str, str]:
    """What is wrong, without the value at its beginning: it is shown before."""
    return value, str(error).removeprefix(f"“{value}” "), getattr(error, "nearest", "")


def _several(value: str) -> list[str]:
    return [each for part in re.split(r"[;,|\n]", value) if (each := part.strip())]


def _addresses(value: str) -> list[str]:
    """Of e-mail: also apart by spaces, and without the name before <…>."""
    found = re.findall(r"<([^<>]+)>", value) or re.split(r"[;,|\s]+", value)
    return [each for part in found if (each := part.strip().removeprefix("mailto:"))]


def _numbers(cell: str) -> list[str]:
    return contact_numbers.pieces("\n".join(text(line) for line in cell.splitlines()))


def _mobile(value: str) -> PhoneLine | None:
    line = contact_numbers.one(value)
    if line is not None and line.extension:
        raise Spoilt("has an extension, which texts cannot reach: give the number alone", phone.national(line.number))
    return line


def _email(value: str) -> str | None:
    if street.folded(value) in contact_numbers.NONE:
        return None
    if not _EMAIL.fullmatch(value):
        nearest = re.sub(r"\.{2,}", ".", value).rstrip(".")
        raise Spoilt("is no e-mail address: write it as name@example.org", nearest if _EMAIL.fullmatch(nearest) else "")
    return value


def _language(value: str) -> Language:
    if street.folded(value) in NOTHING:
        return Language.FR
    found = LANGUAGES.get(street.folded(value).rstrip("."))
    if found is None:
        near = process.extractOne(street.folded(value), list(LANGUAGES)[1:], scorer=fuzz.ratio, score_cutoff=70)
        raise Spoilt("is no language of the line: write fr or en", LANGUAGES[near[0]] if near else "")
    return found


def _postal_code(value: str) -> str:
    if not value or street.folded(value) in NOTHING:
        return ""
    parts = _POSTAL_CODE.fullmatch(value.upper())
    if parts is None:
        raise Spoilt("is no Canadian postal code: write it as J6W 1A1", _nearest_code(value.upper()))
    return f"{parts[1]} {parts[2]}"


def _nearest_code(value: str) -> str:
    """With O, I and S where digits are, and digits where letters are."""
    signs = re.sub(r"[^A-Z0-9]", "", value)
    digits, letters = str.maketrans("OIS", "015"), str.maketrans("015", "OIS")
    right = [sign.translate(digits if place % 2 else letters) for place, sign in enumerate(signs)]
    parts = _POSTAL_CODE.fullmatch("".join(right))
    return f"{parts[1]} {parts[2]}" if parts else ""


def _degrees(what: str, least: float, most: float, example: str) -> Callable[[str], float | None]:
    """Within Canada. A decimal comma is fine, as French spreadsheets write it. None: not given."""

    def read(value: str) -> float | None:
        if not value:
            return None
        try:
            found = float(value.replace(",", "."))
        except ValueError:
            found = math.inf
        if not least <= found <= most:
            raise ValueError(f"is no {what} in Canada ({least:g} to {most:g}): write degrees such as {example}")
        return found

    return read


READERS: Mapping[str, Callable[[str], Any]] = {
    "first_name": name,
    "last_name": name,
    "name": name,
    "street": place,
    "city": place,
    "sector": place,
    "language": _one(_language),
    "voice": _each(_numbers, contact_numbers.one),
    "sms": _each(_numbers, _mobile),
    "mobile": _each(_numbers, _mobile),
    "email": _each(_addresses, _email),
    "civic_number": number_of_door,
    "unit": number_of_door,
    "address": address,
    "more_address": place,
    "postal_code": _one(_postal_code),
    "latitude": _one(_degrees("latitude", 41, 84, "45.6931")),
    "longitude": _one(_degrees("longitude", -142, -52, "-73.6334")),
    "topics": _each(_several, str),
}
"""Of the fields that are more than plain text: from a cell to its value. Raise Unreadable."""
