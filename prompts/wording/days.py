"""Days of the week."""

from __future__ import annotations

import re

from prompts.wording.numbers import EN, FR
from prompts.wording.rule import Unclear, WordingRule, rule
from rules.model import Language

DAYS = {
    FR: {
        "lun": "lundi",
        "mar": "mardi",
        "mer": "mercredi",
        "jeu": "jeudi",
        "ven": "vendredi",
        "sam": "samedi",
        "dim": "dimanche",
    },
    EN: {
        "Mon": "Monday",
        "Tues": "Tuesday",
        "Tue": "Tuesday",
        "Wed": "Wednesday",
        "Thurs": "Thursday",
        "Thur": "Thursday",
        "Thu": "Thursday",
        "Fri": "Friday",
        "Sat": "Saturday",
        "Sun": "Sunday",
    },
}

JOINS = r",?\s(?:et|à|au|ou|and|to|or|&)\s"


def rules(language: Language) -> list[WordingRule]:
    short, any_day = _short_days(language), _days(language)
    before_hours = r"(?=,?\s?(?:\d|-|au\b|à\b|to\b|at\b|from\b|de\s\d|\)))"
    return [
        rule(rf"{any_day}(?:\s?[-/]\s?{any_day}){{2,}}(?![\w-])", _several_days),
        rule(rf"(?P<a>{any_day})\s?[-/]\s?(?P<b>{any_day})(?![\w-])", _days_range),
        rule(rf"(?P<a>{short})\.?(?P<j>{JOINS})(?P<b>{short})\.?(?!\w)", _two_days),
        rule(rf"(?P<a>{any_day})(?P<j>{JOINS})(?P<b>{short}\.)", _two_days),
        rule(rf"(?P<a>{short})\.{before_hours}", lambda found, of: _day(found["a"], of)),
    ]


def _short_days(language: Language) -> str:
    """English ones have their capital: sat and sun are other words."""
    small = language is FR
    return (
        "(?:"
        + "|".join(f"[{day[0].upper()}{day[0].lower() if small else ''}]{day[1:]}" for day in DAYS[language])
        + ")"
    )


def _days(language: Language) -> str:
    long = "|".join(f"[{day[0].upper()}{day[0].lower()}]{day[1:]}" for day in dict.fromkeys(DAYS[language].values()))
    return rf"(?:{long}|{_short_days(language)}\.?)"


def _day(written: str, language: Language) -> str:
    plain = written.rstrip(".")
    known = DAYS[language]
    return known.get(plain) or known.get(plain.lower()) or known.get(plain.capitalize()) or plain


def _several_days(found: re.Match[str], language: Language) -> Unclear:
    """lun.-mer.-ven.: these days, or from one to another?"""
    named = [_day(each, language) for each in re.split(r"\s?[-/]\s?", found[0])]
    listed = f"{', '.join(named[:-1])} {'et' if language is FR else 'and'} {named[-1]}"
    return Unclear(listed, f"« {listed} »" if language is FR else f"“{listed}”")


def _two_days(found: re.Match[str], language: Language) -> str:
    joined = found["j"].replace("&", "and" if language is EN else "et")
    return _day(found["a"], language) + joined + _day(found["b"], language)


def _days_range(found: re.Match[str], language: Language) -> str:
    first, last = _day(found["a"], language), _day(found["b"], language)
    if "/" in found[0]:
        return f"{first} {'ou' if language is FR else 'or'} {last}"
    return f"{first} {'à' if language is FR else 'to'} {last}"
