"""An address in one line, as towns write it -> its parts."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORDS_OF_UNITS = (
    r"app(?:art(?:ement)?|t)?|apartment|apt|unit[ée]?|suite|ste|bureau|bur|local|loc|logement|log|porte|chambre"
)
_NUMBER_OF_A_UNIT = r"(?:n[o°º]\.?\s*|#\s*)?(\d+[\s-]?[A-Za-z]?\b|[A-Za-z]-?\d*\b(?!['’]))"
_UNIT = re.compile(
    rf"(?:^|[\s,;(-])(?:(?:{_WORDS_OF_UNITS})\b\.?\s*:?\s*{_NUMBER_OF_A_UNIT}|#\s*([A-Za-z]?\d+[A-Za-z]?)\b)\)?",
    re.IGNORECASE,
)
_FLOOR = re.compile(
    r"[\s,;(]+(sous[ -]sol|rez[ -]de[ -]chauss[ée]e|rdc|basement|\d+\s*(?:e|er|re|ème|eme)\s+étage|étage\s+\d+)"
    r"\)?(?=$|[\s,;])",
    re.IGNORECASE,
)
_BOX = re.compile(r"[\s,;]*\b((?:c\.?\s?p\.?|case postale|p\.?\s?o\.?\s?box)\s*(?:n[o°º]\.?\s*)?\d+)\b", re.IGNORECASE)
_POSTAL_CODE = re.compile(r"[\s,;(]*\b([A-Z]\d[A-Z])[ -]?(\d[A-Z]\d)\b\)?\s*$", re.IGNORECASE)
_PROVINCE = re.compile(r"[\s,;(]*\b(?:qu[ée]bec|qc|p\.?q\.?|canada)\b\.?\)?\s*$", re.IGNORECASE)
_ORDINAL = r"\d+\s?(?:e|er|re|ère|ième|ieme|ème|eme|nd|nde|rd|th|st)\b(?!-)"
_HALF = r"(?:\s*(?:1/2|½|¼|¾))?"
_CIVIC = re.compile(
    rf"(?:n[o°º]\.?\s+|#\s*)?(?P<civic>\d+{_HALF}(?:[A-Za-z](?![A-Za-z'’.]))?)"
    rf"(?:\s*[-–/]\s*(?!{_ORDINAL})(?P<second>\d+{_HALF}[A-Za-z]?|[A-Za-z])(?=[\s,]))?"
    rf"(?:[\s,]+|-(?={_ORDINAL}))(?P<street>\S.*)",
    re.IGNORECASE,
)
_UNIT_FIRST = re.compile(r"(?P<unit>[A-Za-z]\d*)\s*[-–]\s*(?P<civic>\d+[A-Za-z]?)[\s,]+(?P<street>\D.*)")
_LETTER_APART = re.compile(
    r"^(\d+) ([A-Z]) (?=(?:rue|av|ave|avenue|boul|bd|boulevard|ch|chemin|rang|rg|route|rte|mont[ée]e|c[ôo]te|place|pl"
    r"|all[ée]e|impasse|croissant|terrasse|carr[ée]|promenade|sentier|cercle)\b)",
    re.IGNORECASE,
)
_LEADING_CIVIC = re.compile(r"^\s*\d+\w?\s*,")
_TRAILING_CIVIC = re.compile(r"(?P<street>\D.*?),\s*(?:n[o°º]\.?\s*)?(?P<civic>\d+[A-Za-z]?)$")


class Address(NamedTuple):
    """Each part is empty where the line does not say it."""

    civic_number: str = ""
    street: str = ""
    unit: str = ""
    city: str = ""
    postal_code: str = ""


def split(line: str) -> Address:
    """`710, boul. des Seigneurs, app. 4` -> 710, boul. des Seigneurs, 4.

    A number with a hyphen before the street (Canada Post, Addressing Guidelines): `3-1250 rue X` is unit 3 at 1250.
    Where the first is the larger, as in `1250-3 rue X`, the second is the unit. `12-14`, two doors of one side that
    are neighbours, is one building. What has no number (`C.P. 12`, `Rang Nord`) is all street."""
    rest, postal_code = _taken(_POSTAL_CODE, line.strip(" ,;"))
    rest = _without_province(rest)
    rest, box = _taken(_BOX, rest)
    if box and not rest:
        return Address(street=box, postal_code=_postal(postal_code))
    rest, floor = _taken(_FLOOR, rest)
    rest, unit = _taken(_UNIT, rest)
    address = _civic(rest.strip(" ,;-"), unit or floor or box)
    return _with_city(address, _postal(postal_code))


def _taken(pattern: re.Pattern[str], line: str) -> tuple[str, str]:
    """The line without what is found, and that."""
    found = pattern.search(line)
    if found is None:
        return line, ""
    rest = f"{line[: found.start()].rstrip(' ,;(')}, {line[found.end() :].lstrip(' ,;)-')}".strip(" ,;")
    return rest, " ".join(part for part in found.groups() if part).strip()


def _postal(code: str) -> str:
    return code.upper()


def _without_province(line: str) -> str:
    """`Québec` after a street is the city, after a city the province."""
    while found := _PROVINCE.search(line):
        before = line[: found.start()]
        if found[0].strip(" ,;").casefold() in ("québec", "quebec") and "," not in _LEADING_CIVIC.sub("", before):
            break
        line = before
    return line


def _civic(line: str, unit: str) -> Address:
    line = _LETTER_APART.sub(r"\1\2 ", line)
    if re.fullmatch(r"\d+[A-Za-z]?", line):
        return Address(line, "", unit)
    if re.match(_ORDINAL, line, re.IGNORECASE):
        return Address("", line, unit)
    if first := _UNIT_FIRST.fullmatch(line):
        return Address(first["civic"], first["street"], unit or first["unit"])
    found = _CIVIC.fullmatch(line)
    if found is None:
        last = _TRAILING_CIVIC.fullmatch(line)
        return Address(last["civic"], last["street"], unit) if last else Address("", line, unit)
    civic, second = _doors(found["civic"].strip(), (found["second"] or "").strip())
    return Address(civic, found["street"].strip(" ,"), unit or second)


def _doors(first: str, second: str) -> tuple[str, str]:
    """The civic number and the unit."""
    if not second or not second[0].isdigit():
        return first, second
    low, high = (int(re.split(r"\D", each, maxsplit=1)[0]) for each in (first, second))
    if low > high:
        return first, second
    neighbours = (high - low) % 2 == 0 and 0 < high - low <= 8 and low >= 10
    return (f"{first}-{second}", "") if neighbours or low == high else (second, first)


def _with_city(address: Address, postal_code: str) -> Address:
    """`12 rue X, Terrebonne`: what follows the last comma is the city, where the line has a number."""
    street, comma, city = address.street.rpartition(",")
    if not comma or not address.civic_number or any(letter.isdigit() for letter in city):
        return address._replace(postal_code=postal_code)
    return address._replace(street=street.strip(), city=city.strip(), postal_code=postal_code)
