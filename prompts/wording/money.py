"""Amounts of money."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR, NUMBER
from prompts.wording.quantities import PRE, SIGNED, between, many, per, sign, thousands
from prompts.wording.rule import Unclear, WordingRule, rule
from rules.model import Language

MONEY = {
    FR: {
        "$": ("dollar", "dollars"),
        "€": ("euro", "euros"),
        "£": ("livre sterling", "livres sterling"),
        "¢": ("cent", "cents"),
    },
    EN: {"$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("pound", "pounds"), "¢": ("cent", "cents")},
}
SCALE = {
    FR: {"k": "mille", "M": "millions", "G": "milliards"},
    EN: {"K": "thousand", "k": "thousand", "M": "million", "B": "billion", "G": "billion"},
}
COUNTRIES = {
    FR: {"US": "américains", "USD": "américains", "CA": "canadiens", "CAN": "canadiens", "CAD": "canadiens"},
    EN: {"US": "American", "USD": "American", "CA": "Canadian", "CAN": "Canadian", "CAD": "Canadian"},
}


def rules(language: Language) -> list[WordingRule]:
    number, signs = NUMBER[language], "[$€£¢]"
    scale = "[kMG]" if language is FR else "[kKMBG]"
    after = r"(?:\s?(?P<c>USD|US|CAD|CAN|CA)\b)?"
    millions = {FR: r"millions?|milliards?", EN: r"millions?|billions?|thousand"}[language]
    return [
        rule(rf"(?P<n>{number})\s(?P<w>{millions})\s?(?P<s>{signs})", _millions),
        rule(rf"(?P<s>{signs})\s?(?P<n>{number})\s(?P<w>{millions})(?!\w)", _millions),
        rule(
            rf"{PRE}(?P<a>{number})\s?[$]?\s?[-−]\s?(?P<b>{number})\s?(?P<s>{signs})",
            _money_range,
        ),
        rule(rf"{PRE}(?P<s>[$€£])\s?(?P<a>{number})\s?[-−]\s?[$€£]?(?P<b>{number})(?!\w)", _money_range),
        rule(
            rf"{SIGNED}(?P<n>{number})\s?(?P<k>{scale})?\s?(?:(?P<c2>US|CAN|CA)\s?)?(?P<s>{signs}){after}(?P<per>\s?/\s?(?P<v>[^\W\d_]+))?",
            _amount,
        ),
        rule(
            rf"{SIGNED}(?:(?P<c2>US|CAN|CA)\s?)?(?P<s>[$€£])\s?(?P<n>{number})\s?(?P<k>{scale}\b)?{after}(?P<per>\s?/\s?(?P<v>[^\W\d_]+))?",
            _amount,
        ),
    ]


def _millions(found: re.Match[str], language: Language) -> str:
    """$5 million; 2,5 millions $"""
    money = MONEY[language][found["s"]][1]
    return f"{numbers.spoken(found['n'], language)} {found['w']} {'de ' if language is FR else ''}{money}"


def _amount(found: re.Match[str], language: Language) -> str | Unclear:
    said = sign(found["sign"], language) + _coins(found["n"], found["k"], found["s"], language)
    if country := COUNTRIES[language].get(found["c"] or found["c2"] or ""):
        said = f"{said} {country}" if language is FR else said.replace("dollar", f"{country} dollar", 1)
    return thousands(f"{said} {per(found['v'], language)}" if found["v"] else said, found["n"], language)


def _coins(number: str, scale: str | None, sign_: str, language: Language) -> str:
    forms = MONEY[language][sign_]
    if scale:
        of = "de " if language is FR and scale != "k" else ""
        scaled = SCALE[language][scale] if many(number, language) else SCALE[language][scale].removesuffix("s")
        return f"{numbers.spoken(number, language)} {scaled} {of}{forms[1]}"
    whole, cents = _cents(number, language)
    feminine = sign_ == "£"
    count, unit = numbers.spoken(whole, language, feminine=feminine), forms[many(whole, language)]
    said = f"{count}{numbers.of_what(count, unit) if language is FR else ''} {unit}".replace("' ", "'")
    if not cents:
        return said
    if language is FR:
        return (
            f"{said} {numbers.cardinal(int(cents), FR)}"
            if int(cents) > 9
            else f"{said} et {numbers.cardinal(int(cents), FR)} cents"
        )
    return f"{said} and {numbers.cardinal(int(cents), EN)} cent{'s' * (int(cents) != 1)}"


def _cents(number: str, language: Language) -> tuple[str, str]:
    """Parted from the whole, where there are two of them that are not zero."""
    found = re.fullmatch(r"(.+)[.,](\d\d)" if language is FR else r"(.+)\.(\d\d)", number)
    if not found:
        return number, ""
    return found[1], "" if found[2] == "00" else found[2]


def _money_range(found: re.Match[str], language: Language) -> str:
    first, last = (numbers.spoken(found[name], language) for name in "ab")
    return f"{between(found['pre'], first, last, language)} {MONEY[language][found['s']][1]}"
