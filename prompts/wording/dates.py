"""Dates and years."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR
from prompts.wording.quantities import PRE, between
from prompts.wording.rule import Unclear, WordingRule, rule
from rules.model import Language

MONTHS = {
    FR: (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    EN: (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
SHORT_MONTHS = {
    FR: {
        "janv": 1,
        "jan": 1,
        "févr": 2,
        "fév": 2,
        "fevr": 2,
        "fev": 2,
        "avr": 4,
        "juil": 7,
        "juill": 7,
        "sept": 9,
        "oct": 10,
        "nov": 11,
        "déc": 12,
        "dec": 12,
    },
    EN: {
        "Jan": 1,
        "Feb": 2,
        "Mar": 3,
        "Apr": 4,
        "Jun": 6,
        "Jul": 7,
        "Aug": 8,
        "Sept": 9,
        "Sep": 9,
        "Oct": 10,
        "Nov": 11,
        "Dec": 12,
    },
}
YEAR = r"(?:19|20)\d\d"


def rules(language: Language) -> list[WordingRule]:
    return [
        rule(rf"(?P<y>{YEAR})(?P<sep>[-/.])(?P<m>\d\d?)(?P=sep)(?P<d>\d\d?)(?!\d)", _iso),
        rule(rf"(?P<a>\d\d?)(?P<sep>[-/.])(?P<b>\d\d?)(?P=sep)(?P<y>{YEAR}|\d\d)(?!\d)", _written_in_figures),
        rule(rf"{PRE}(?P<a>{YEAR})\s?[-−/]\s?(?P<b>{YEAR})(?!\d)", _years),
        rule(rf"(?P<a>{_months(language)})\s?[-/]\s?(?P<b>{_months(language)})(?![\w-])(?!\s\d\d?\b)", _two_months),
        *(_french() if language is FR else _english()),
    ]


def _months(language: Language) -> str:
    any_case = "?i" if language is FR else "?"
    return rf"({any_case}:{'|'.join(MONTHS[language])}|(?:{_short(language)})\b\.?)"


def date(day: int, month: int, year: int | None, language: Language) -> str:
    name = MONTHS[language][month - 1]
    if language is FR:
        first = "premier" if day == 1 else numbers.cardinal(day, FR)
        return f"{first} {name}" + (f" {numbers.cardinal(year, FR)}" if year else "")
    return f"{name} {numbers.ordinal(day, EN)}" + (f", {numbers.year(year, EN)}" if year else "")


def _iso(found: re.Match[str], language: Language) -> str | Unclear:
    return _checked(int(found["d"]), int(found["m"]), int(found["y"]), found[0], language)


def _checked(day: int, month: int, year: int, written: str, language: Language) -> str | Unclear:
    if 1 <= month <= 12 and 1 <= day <= 31:
        return date(day, month, year, language)
    said = re.sub(r"\d+", lambda part: numbers.spoken(part[0], language), re.sub(r"[-/.]", " ", written))
    return Unclear(said, _example(1, 12, 2026, language))


def _example(day: int, month: int, year: int, language: Language) -> str:
    if language is FR:
        return f"« {'1er' if day == 1 else day} {MONTHS[FR][month - 1]} {year} »"
    return f"“{MONTHS[EN][month - 1]} {day}, {year}”"


def _written_in_figures(found: re.Match[str], language: Language) -> str | Unclear:
    """29/11/2026 is one day only, 05/11/2026 may be two: the order of day and month differs between countries."""
    a, b, year = int(found["a"]), int(found["b"]), int(found["y"])
    year += 2000 * (year < 100)
    short = len(found["y"]) == 2
    if not short and 12 < a <= 31 and 1 <= b <= 12:
        return date(a, b, year, language)
    if not short and 12 < b <= 31 and 1 <= a <= 12:
        return date(b, a, year, language)
    if not short and a == b and 1 <= a <= 12:
        return date(a, b, year, language)
    day, month = (a, b) if 1 <= b <= 12 and 1 <= a <= 31 else (b, a)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return _checked(0, 0, 0, found[0], language)
    instead = _example(day, month, year, language)
    if 1 <= day <= 12:
        instead += (" ou " if language is FR else " or ") + _example(month, day, year, language)
    return Unclear(date(day, month, year, language), instead)


def _years(found: re.Match[str], language: Language) -> str:
    first, last = (numbers.year(int(found[name]), language) for name in "ab")
    if found["pre"]:
        return between(found["pre"], first, last, language)
    return f"{first} {'à' if language is FR else 'to'} {last}"


def _two_months(found: re.Match[str], language: Language) -> str:
    """Jan.-Mar."""
    first, last = (MONTHS[language][_number_of(found[name], language) - 1] for name in "ab")
    if "/" in found[0]:
        return f"{first} {'ou' if language is FR else 'or'} {last}"
    return f"{first} {'à' if language is FR else 'to'} {last}"


def _decade(found: re.Match[str], language: Language) -> str:
    """the 1990s"""
    return re.sub(r"y$", "ies", f"{numbers.cardinal(int(found['c']), EN)} {numbers.cardinal(int(found['t']) * 10, EN)}")


def _year_alone(found: re.Match[str], language: Language) -> str:
    return numbers.year(int(found[0]), language)


def _french() -> list[WordingRule]:
    months, short = _months(FR), _short(FR, without="sept")
    year = rf"(?:\s(?P<y>{YEAR})\b)?"
    return [
        rule(rf"(?P<pre>\b(?:du|de|le)\s)?(?P<a>\d\d?|1er)\s?-\s?(?P<b>\d\d?)\s(?P<m>{months}){year}", _french_days),
        rule(
            rf"(?P<pre>\b(?:[Dd]u|[Dd]e|[Ll]e)\s)?(?P<a>\d\d?|1er)\s(?P<ma>{months})\s?-\s?(?P<b>\d\d?|1er)\s(?P<m>{months}){year}",
            _french_months,
        ),
        rule(rf"(?P<d>[12]?\d|3[01]|1er)\s(?P<m>{months}){year}", _french_date),
        rule(rf"(?P<m>(?i:{short}))\b(?:\.|(?=\s{YEAR}\b)){year}", _month),
        # « sept » by itself is a number.
        rule(rf"(?:(?<=en )|(?<=de )|(?<=fin )|(?<=mi-)|(?<=début ))(?P<m>sept)\.?{year}(?!\w)", _month),
    ]


def _english() -> list[WordingRule]:
    months, nth = _months(EN), "(?:st|nd|rd|th)?"
    year = rf"(?:,?\s(?P<y>{YEAR})\b)?"
    return [
        rule(rf"(?P<m>{months})\s(?P<a>\d\d?){nth}\s?-\s?(?P<b>\d\d?){nth}\b{year}", _english_days),
        rule(rf"(?P<ma>{months})\s(?P<a>\d\d?){nth}\s?-\s?(?P<m>{months})\s(?P<b>\d\d?){nth}\b{year}", _english_months),
        rule(rf"(?P<a>\d\d?){nth}\s?-\s?(?P<b>\d\d?){nth}\s(?:of\s)?(?P<m>{months}){year}", _english_days),
        rule(rf"(?P<m>{months})\s(?P<d>\d\d?){nth}\b(?!:|\s?[ap]\.?m){year}", _english_date),
        rule(rf"(?P<d>[12]?\d|3[01]){nth}\s(?:of\s)?(?P<m>{months}){year}", _english_date),
        rule(rf"(?P<m>{'|'.join(MONTHS[EN])})\s(?P<y>{YEAR})\b", _month),
        rule(rf"(?P<m>{_short(EN)})\b(?:\.|(?=\s{YEAR}\b))(?:\s(?P<y>{YEAR})\b)?", _month),
        rule(r"(?P<c>1[1-9]|20)(?P<t>[2-9])0s\b", _decade),
        rule(r"'(?P<t>[2-9])0s\b", lambda found, of: re.sub("y$", "ies", numbers.cardinal(int(found["t"]) * 10, of))),
        rule(rf"(?:(?<=\bin )|(?<=\bsince )|(?<=\buntil )){YEAR}\b", _year_alone),
    ]


def _short(language: Language, *, without: str = "") -> str:
    return "|".join(sorted(SHORT_MONTHS[language].keys() - {without}, key=len, reverse=True))


def _number_of(month: str, language: Language) -> int:
    plain = month.rstrip(".") if language is EN else month.rstrip(".").lower()
    return SHORT_MONTHS[language].get(plain) or MONTHS[language].index(plain) + 1


def _year_of(found: re.Match[str]) -> int | None:
    return int(found["y"]) if found["y"] else None


def _french_days(found: re.Match[str], language: Language) -> str:
    first = "premier" if found["a"] in ("1", "1er") else numbers.cardinal(int(found["a"]), FR)
    return f"du {first} au {date(int(found['b']), _number_of(found['m'], FR), _year_of(found), FR)}"


def _french_months(found: re.Match[str], language: Language) -> str:
    """28 nov. - 3 déc."""
    first = date(int(found["a"].removesuffix("er")), _number_of(found["ma"], FR), None, FR)
    last = date(int(found["b"].removesuffix("er")), _number_of(found["m"], FR), _year_of(found), FR)
    return f"du {first} au {last}"


def _french_date(found: re.Match[str], language: Language) -> str:
    return date(int(found["d"].removesuffix("er")), _number_of(found["m"], FR), _year_of(found), FR)


def _english_days(found: re.Match[str], language: Language) -> str:
    month = MONTHS[EN][_number_of(found["m"], EN) - 1]
    first, last = (numbers.ordinal(int(found[name]), EN) for name in "ab")
    return f"{month} {first} to {last}" + (f", {numbers.year(int(found['y']), EN)}" if found["y"] else "")


def _english_months(found: re.Match[str], language: Language) -> str:
    """Nov. 28 - Dec. 3"""
    first = date(int(found["a"]), _number_of(found["ma"], EN), None, EN)
    return f"{first} to {date(int(found['b']), _number_of(found['m'], EN), _year_of(found), EN)}"


def _english_date(found: re.Match[str], language: Language) -> str:
    if " of " in found[0]:
        year = f", {numbers.year(int(found['y']), EN)}" if found["y"] else ""
        return f"{numbers.ordinal(int(found['d']), EN)} of {MONTHS[EN][_number_of(found['m'], EN) - 1]}{year}"
    return date(int(found["d"]), _number_of(found["m"], EN), _year_of(found), EN)


def _month(found: re.Match[str], language: Language) -> str:
    name = MONTHS[language][_number_of(found["m"], language) - 1]
    return f"{name} {numbers.year(int(found['y']), language)}" if found["y"] else name
