"""Numbers with what they count: units, money, degrees, shares, ranges, fractions."""

from __future__ import annotations

import re

from prompts.wording import numbers, units
from prompts.wording.numbers import EN, FR, NUMBER
from prompts.wording.rule import Unclear, WordingRule, rule
from prompts.wording.units import ALONE, FEMININE, UNITS
from rules.model import Language

PER = {FR: "par", EN: "per"}
SHORT = {
    FR: {"pers": "personne", "sem": "semaine", "an": "an", "log": "logement", "rés": "résidence"},
    EN: {"wk": "week", "mo": "month", "yr": "year", "pers": "person"},
}
OVER = {FR: "et plus", EN: "and over"}
MINUS = {FR: "moins", EN: "minus"}
PLUS = {FR: "plus", EN: "plus"}
RANGE = {FR: ("de", "à"), EN: ("from", "to")}
HALVES = {
    FR: {(1, 2): "demi", (1, 3): "un tiers", (2, 3): "deux tiers", (1, 4): "un quart", (3, 4): "trois quarts"},
    EN: {(1, 2): "a half", (1, 3): "one third", (2, 3): "two thirds", (1, 4): "a quarter", (3, 4): "three quarters"},
}
PRE = (
    r"(?P<pre>\b(?i:de|entre|les|des|aux|prochaines|prochains|environ|from|between|the|next|of|every|about|within)\s)?"
)
"""A word that opens a range by itself."""

NO_SHARE = re.compile(
    r"\b(?:zones?|secteurs?|lots?|phases?|sections?|app(?:artements?|t?\.)|unités?|portes?|routes?|lignes?|étapes?|groupes?|"
    r"sectors?|areas?|units?|apartments?|steps?|lines?|routes?|highways?|le|du|au|les|dès|on|from|until|lundi|mardi|"
    r"mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\s$",
    re.IGNORECASE,
)
"""Before what looks like 1/2 and is a date, or two of them."""

SIGNED = r"(?:(?<![\w)])(?P<sign>[−+±]\s?|-(?=\d)))?"
"""A hyphen is a minus where nothing stands before it and a figure right behind."""
_STREETS = {
    FR: "rue av ave avenue boul boulevard bd ch chemin rte route rang rg place pl montée côte impasse croissant allée",
    EN: "Street St Road Rd Avenue Ave Boulevard Blvd Drive Dr Lane Ln Court Ct Crescent Cres",
}
STREET = {
    FR: rf",?\s(?:(?:{'|'.join(_STREETS[FR].split())})\b|st-|ste-|saint)",
    EN: rf",?\s(?:[A-Z]\w+\s)+(?:{'|'.join(_STREETS[EN].split())})\b|,?\s(?:rue|chemin|boul)",
}
"""Numbers before one are not counted: 5-120 may be a flat and a house."""


def rules(language: Language) -> list[WordingRule]:
    number = NUMBER[language]
    unit = units.any_of(UNITS[language])
    return [
        rule(
            rf"{PRE}{SIGNED}(?P<a>{number})\s?(?P<ua>{unit})?\s?[-−]\s?(?P<b>[−-]?{number})\s?(?P<u>{unit})(?!\w)",
            _range,
        ),
        rule(rf"(?<![\w)])(?P<sign>-\s?)(?P<n>{number})\s?(?P<u>°\s?[CF]?)(?!\w)", _quantity),
        rule(
            rf"{SIGNED}(?P<n>{number})\s?(?P<u>{unit})(?:\.(?=\s?/))?(?P<per>\s?/\s?(?P<v>{unit}|\d+\s?{unit}|[^\W\d_]+))?(?![\w²³])(?:\.(?=\s[a-zà-ÿ]|\s?[,;:]))?",
            _quantity,
        ),
        rule(rf"(?P<whole>\d+)\s1/2(?!{STREET[FR]})\s(?P<w>[^\W\d_]+)(?!\w)", _and_a_half)
        if language is FR
        else rule(r"(?!)", _mixed),
        rule(r"(?P<whole>\d+)\s(?P<a>\d)/(?P<b>\d)(?![\d/])", _mixed),
        rule(rf"(?P<a>\d)/(?P<b>\d)\s?(?P<u>{unit})(?!\w)", _part_of_unit),
        rule(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/-])", _fraction),
        rule(rf"(?P<a>{number})\s?[-−]\s?(?P<b>{number})(?=\s[a-zà-ÿ]{{3,}})(?!{STREET[language]})", _bare_range),
        rule(r"(?P<n>\d+)\s?in\.", lambda found, of: f"{numbers.spoken(found['n'], of)} inches")
        if language is EN
        else rule(r"(?!)", _mixed),
        rule(rf"(?P<n>{number})\s?\+\s?(?P<u>{unit})(?P<per>\s?/\s?(?P<v>{unit}))?(?![\w²³])", _and_over),
        rule(r"km(?=\s\d)", lambda found, of: units.named("km", of, many=False)),
        rule(rf"(?P<u>{unit})(?P<per>\s?/\s?(?P<v>{unit}))(?![\w²³])", _unit_alone),
        *(
            rule(rf"(?P<u>{units.pattern(each)})(?P<per>\s?/\s?(?P<v>{unit}))?(?![\w²³])", _unit_alone)
            for each in ALONE
            if each in UNITS[language]
        ),
    ]


def _unit_alone(found: re.Match[str], language: Language) -> str:
    said = units.named(found["u"], language)
    return f"{said} {per(found['v'], language)}" if found["v"] else said


def many(number: str, language: Language) -> bool:
    value = numbers.value(number, language)
    return abs(value) >= 2 if language is FR else value != 1


def sign(written: str | None, language: Language) -> str:
    """« moins », « plus » before a number, with a space."""
    kind = (written or "").strip()
    if kind == "±":
        return "plus ou moins " if language is FR else "plus or minus "
    return {"": "", "+": f"{PLUS[language]} "}.get(kind, f"{MINUS[language]} ")


def thousands(said: str, written: str, language: Language) -> str | Unclear:
    if not numbers.may_be_thousands(written, language):
        return said
    whole = int(re.sub(r"\D", "", written))
    return Unclear(said, f"« {whole:,} »".replace(",", " ") if language is FR else f"“{whole:,}”")


def _quantity(found: re.Match[str], language: Language) -> str | Unclear:
    number = found["n"]
    unit = units.named(found["u"], language, many=many(number, language)) if "u" in found.groupdict() else ""
    said = numbers.spoken(number, language, feminine=bool(FEMININE.match(unit)))
    of = numbers.of_what(said, unit) if language is FR else ""
    whole = f"{sign(found['sign'], language)}{said}{of} {unit}".strip().replace("' ", "'")
    by = f" {per(found['v'], language)}" if "v" in found.groupdict() and found["v"] else ""
    return thousands(whole + by, number, language)


def _and_over(found: re.Match[str], language: Language) -> str:
    """90+ km/h"""
    unit = units.named(found["u"], language)
    counted = f"{numbers.spoken(found['n'], language, feminine=bool(FEMININE.match(unit)))} {unit}"
    by = f" {per(found['v'], language)}" if found["v"] else ""
    return f"{counted}{by} {OVER[language]}"


def per(written: str, language: Language) -> str:
    """What a number is counted by: a unit, an amount, or any word."""
    if amount := re.match(r"(\d+)\s?(.+)", written):
        return f"{PER[language]} {numbers.spoken(amount[1], language)} {units.named(amount[2], language)}"
    try:
        return f"{PER[language]} {units.named(written, language, many=False)}"
    except KeyError:
        return f"{PER[language]} {SHORT[language].get(written, written)}"


def _range(found: re.Match[str], language: Language) -> str:
    unit = units.named(found["u"], language)
    feminine = bool(FEMININE.match(unit))
    first = sign(found["sign"], language) + numbers.spoken(found["a"], language, feminine=feminine)
    negative = found["b"][0] in "−-"
    last = numbers.spoken(found["b"].lstrip("−-"), language, feminine=feminine)
    return (
        f"{between(found['pre'], first, ('moins ' if language is FR else 'minus ') * negative + last, language)} {unit}"
    )


def _bare_range(found: re.Match[str], language: Language) -> str | Unclear:
    """3-5 jours: of what is counted by the next word."""
    feminine = bool(FEMININE.match(found.string[found.end() :].lstrip()))
    first, last = (numbers.spoken(found[name], language, feminine=feminine) for name in "ab")
    said = f"{first} {RANGE[language][1]} {last}"
    if numbers.value(found["a"], language) < numbers.value(found["b"], language):
        return said
    return Unclear(said, f"« {found['b']} à {found['a']} »" if language is FR else f"“{found['b']} to {found['a']}”")


def between(before: str | None, first: str, last: str, language: Language) -> str:
    """« de … à … », or as the words before it want it."""
    opens, to = RANGE[language]
    kind = (before or "").strip()
    if kind.lower() in ("entre", "between"):
        return f"{kind} {first} {'et' if language is FR else 'and'} {last}"
    return f"{kind or opens} {first} {to} {last}"


def _and_a_half(found: re.Match[str], language: Language) -> str:
    feminine = bool(FEMININE.match(found["w"]))
    whole = numbers.cardinal(int(found["whole"]), language, feminine=feminine)
    try:
        word = units.named(found["w"], language, many=int(found["whole"]) > 1)
        feminine = bool(FEMININE.match(word))
        whole = numbers.cardinal(int(found["whole"]), language, feminine=feminine)
    except KeyError:
        word = found["w"]
    return f"{whole} {word} et demi{'e' * feminine}"


def _mixed(found: re.Match[str], language: Language) -> str | Unclear:
    whole, part = int(found["whole"]), (int(found["a"]), int(found["b"]))
    if part not in HALVES[language]:
        return _unknown_fraction(found, language)
    joined = "et" if language is FR else "and"
    half = {FR: {(1, 2): "demie"}, EN: {}}[language].get(part, HALVES[language][part])
    return f"{numbers.cardinal(whole, language)} {joined} {half.replace('demie', 'demi')}"


def _fraction(found: re.Match[str], language: Language) -> str | Unclear:
    part = int(found["a"]), int(found["b"])
    if NO_SHARE.search(found.string[: found.start()]) and not re.match(
        r"\s(?:des?|du|of)\b|\sd'", found.string[found.end() :]
    ):
        return _unknown_fraction(found, language)
    if part[0] == part[1]:
        join = "sur" if language is FR else "out of"
        return f"{numbers.cardinal(part[0], language)} {join} {numbers.cardinal(part[1], language)}"
    if part == (1, 2) and language is FR:
        return "une demi" if FEMININE.match(found.string[found.end() :].lstrip()) else "un demi"
    return HALVES[language].get(part) or _unknown_fraction(found, language)


def _part_of_unit(found: re.Match[str], language: Language) -> str | Unclear:
    """¾ h, ½ L."""
    part, unit = (int(found["a"]), int(found["b"])), units.named(found["u"], language, many=False)
    if part not in HALVES[language]:
        return _unknown_fraction(found, language)
    vowel = unit[0] in "aeiouh"
    if language is FR:
        of = "d'" if vowel else "de "
        half = f"{'une' if FEMININE.match(unit) else 'un'} demi-{unit}"
        return half if part == (1, 2) else f"{HALVES[FR][part]} {of}{unit}"
    one = f"an {unit}" if (vowel and unit[0] != "h") or unit.startswith("hour") else f"a {unit}"
    return f"half {one}" if part == (1, 2) else f"{HALVES[EN][part]} of {one}"


def _unknown_fraction(found: re.Match[str], language: Language) -> Unclear:
    one, other = numbers.cardinal(int(found["a"]), language), numbers.cardinal(int(found["b"]), language)
    if language is FR:
        return Unclear(f"{one} sur {other}", f"« {found['a']} sur {found['b']} », ou la date avec son mois en lettres")
    return Unclear(f"{one} over {other}", f"“{found['a']} out of {found['b']}”, or the date with its month in letters")
