"""What the cells of a file of residents mean."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from alerts import phone
from alerts.model import Language

LONGEST_VALUE = 200
"""Characters in one cell, addresses apart."""

LANGUAGES = {
    "": Language.FR,
    "fr": Language.FR,
    "français": Language.FR,
    "francais": Language.FR,
    "french": Language.FR,
    "en": Language.EN,
    "anglais": Language.EN,
    "english": Language.EN,
}

_EXTENSION = re.compile(r"(.*?)\s*(?:x|ext\.?|poste)\s*(\d{1,8})", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]+")
_POSTAL_CODE = re.compile(r"([A-Z]\d[A-Z])[ -]?(\d[A-Z]\d)")


class Line(NamedTuple):
    """One telephone line (E.164)."""

    number: str
    extension: str = ""


class Unreadable(ValueError):
    """`wrong`: the values of a cell that say nothing of use, and why."""

    def __init__(self, *wrong: tuple[str, str]) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def plain(cell: str) -> str:
    value = " ".join(cell.split())
    if len(value) > LONGEST_VALUE:
        raise Unreadable((f"{value[:30]}…", f"is longer than {LONGEST_VALUE} characters: shorten it"))
    return value


def _one(read_one: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        try:
            return read_one(cell)
        except ValueError as error:
            raise Unreadable((cell, _without(cell, error))) from None

    return read


def _each(read_one: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Several in one cell, in order; one given twice counts once."""

    def read(cell: str) -> tuple[Any, ...]:
        found, wrong = [], []
        for value in _split(cell):
            try:
                found.append(read_one(value))
            except ValueError as error:
                wrong.append((value, _without(value, error)))
        if wrong:
            raise Unreadable(*wrong)
        return tuple(dict.fromkeys(found))

    return read


def usual(cell: str) -> tuple[Line, ...]:
    """One number as most are written; empty for anything else."""
    number = phone.usual(cell)
    return (Line(number),) if number else ()


def _without(value: str, error: ValueError) -> str:
    """What is wrong, without the value at its beginning: it is shown before."""
    return str(error).removeprefix(f"“{value}” ")


def _split(value: str) -> list[str]:
    return [each for part in value.split(";") if (each := part.strip())]


def _line(value: str) -> Line:
    if number := phone.usual(value):
        return Line(number)
    with_extension = _EXTENSION.fullmatch(value)
    if with_extension:
        return Line(phone.parse(with_extension[1]), with_extension[2])
    return Line(phone.parse(value))


def _mobile(value: str) -> Line:
    if _EXTENSION.fullmatch(value):
        raise ValueError("has an extension, which texts cannot reach: give the number alone")
    return Line(phone.parse(value))


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("is no e-mail address: write it as name@example.org")
    return value


def _language(value: str) -> Language:
    language = LANGUAGES.get(value.casefold())
    if language is None:
        raise ValueError("is no language of the line: write fr or en")
    return language


def _postal_code(value: str) -> str:
    if not value:
        return ""
    parts = _POSTAL_CODE.fullmatch(value.upper())
    if parts is None:
        raise ValueError("is no Canadian postal code: write it as J6W 1A1")
    return f"{parts[1]} {parts[2]}"


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
    "language": _one(_language),
    "voice": _each(_line),
    "sms": _each(_mobile),
    "email": _each(_email),
    "postal_code": _one(_postal_code),
    "latitude": _one(_degrees("latitude", 41, 84, "45.6931")),
    "longitude": _one(_degrees("longitude", -142, -52, "-73.6334")),
    "topics": lambda cell: tuple(_split(cell)),
}
"""Of the columns that are more than plain text: from a cell, stripped, to its value. Raise Unreadable."""
