"""Numbers that belong together: houses from one to another, references, length by width, feet and inches."""

from __future__ import annotations

import re

from prompts.wording import numbers, units
from prompts.wording.numbers import EN, FR, NUMBER
from prompts.wording.quantities import STREET
from prompts.wording.rule import Unclear, WordingRule, rule
from prompts.wording.units import UNITS
from rules.model import Language

TO = {FR: "à", EN: "to"}
BY = {FR: "par", EN: "by"}
TIMES = {FR: "fois", EN: "times"}
DASH = {FR: "tiret", EN: "dash"}
NTH = {FR: "[er]", EN: "(?:st|nd|rd|th)"}
INSTEAD = {FR: "« à » ou « et »", EN: "“to” or “and”"}
MOST_APART = 1.5
"""The last house of a row over its first: 5-120 is rather a flat and its house."""

_REFERENCE = re.compile(
    r"\b(?:dossier|règlement|résolution|projet|contrat|avis|appel d'offres|permis|lot|plan|facture|demande|requête|"
    r"file|by-?law|resolution|notice|permit|contract|project|invoice|request|tender)s?\s(?:(?:no\.?|n°|numéro|number|#)\s?)?$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:zones|secteurs|sectors|areas|routes|rues|streets|pages|étages|floors|portes|numéros|nos\.?|houses|maisons|"
    r"adresses|addresses|appartements|apartments|unités|units|locaux|rooms|âges?|ages?|aged|phases|étapes|steps|niveaux|"
    r"levels|sorties|exits|autobus|circuits|lignes|lines|bornes|postes|classes|groupes|groups|écluses|quais)\s$",
    re.IGNORECASE,
)
_OFTEN = r"(?=\s?/|\s(?:par|per|an?|chaque|each|every|daily|weekly|monthly)\b)"


def rules(language: Language) -> list[WordingRule]:
    number, unit = NUMBER[language], units.any_of(UNITS[language])
    times = r"\s?[xX×]\s?"
    return [
        rule(rf"(?P<du>\b[Dd]u\s)?(?P<a>\d+)\s?-\s?(?P<b>\d+)(?={STREET[language]})", _houses),
        rule(rf"(?<={NTH[language]})\s?-\s?(?=\d+{NTH[language]}(?!\w))", lambda found, of: TO[of]),
        rule(r"(?<=\d(?:er|st|nd|rd|th))-(?=\d)", lambda found, of: Unclear(TO[of], INSTEAD[of])),
        rule(r"\d+(?:-\d+)+(?![\w-])", _reference),
        rule(r"(?P<a>\d+)\s?-\s?(?P<b>\d+)(?![\w-])", _several),
        rule(
            rf"(?P<a>{number})\s?(?P<ua>{unit})?{times}(?P<b>{number})(?:\s?(?P<ub>{unit}))?"
            rf"(?:{times}(?P<c>{number}))?\s?(?P<u>{unit})(?!\w)",
            _sizes,
        ),
        rule(r"(?P<a>\d{1,2})[xX](?P<b>\d{1,2})(?!\w)", _two_sizes),
        rule(
            rf"(?P<n>{number})\s?[xX]{_OFTEN}",
            lambda found, of: f"{numbers.spoken(found['n'], of, feminine=True)} {TIMES[of]}",
        ),
        rule(r"(?P<f>\d{1,2})\s?'\s?(?P<i>\d{1,2})\s?\"", _feet),
        rule(r"(?P<d>\d{1,3})\s?°\s?(?P<m>[0-5]?\d)\s?['′](?:\s?(?P<s>[0-5]?\d(?:[.,]\d+)?)\s?(?:\"|″|''))?", _degrees),
    ]


def _houses(found: re.Match[str], language: Language) -> str | None:
    """120-130 rue Principale. None for 3-1250 and 1250-3, which may be a flat and its house."""
    first, last = int(found["a"]), int(found["b"])
    if not first < last or (len(found["a"]) != len(found["b"]) and last > MOST_APART * first):
        return None
    said = [numbers.cardinal(each, language) for each in (first, last)]
    return f"{found['du']}{said[0]} au {said[1]}" if found["du"] else f"{said[0]} {TO[language]} {said[1]}"


def _reference(found: re.Match[str], language: Language) -> str | None:
    """Règlement 2026-12: as it is written."""
    if not _REFERENCE.search(found.string[: found.start()]):
        return None
    return f" {DASH[language]} ".join(numbers.spoken(each, language) for each in found[0].split("-"))


def _several(found: re.Match[str], language: Language) -> str | None:
    """Zones 1-3."""
    first, last = int(found["a"]), int(found["b"])
    if first >= last or not _SEVERAL.search(found.string[: found.start()]):
        return None
    return f"{numbers.cardinal(first, language)} {TO[language]} {numbers.cardinal(last, language)}"


def _sizes(found: re.Match[str], language: Language) -> str:
    """10 x 20 m; 10 m x 20 m x 3 m."""

    def side(name: str, unit: str | None) -> str:
        written = found[name]
        many = abs(numbers.value(written, language)) >= 2
        worded = units.named(unit, language, many=many) if unit else ""
        return f"{numbers.spoken(written, language)} {worded}".strip()

    last = "c" if found["c"] else "b"
    sides = [side("a", found["ua"]), *([side("b", found["ub"])] if found["c"] else []), side(last, found["u"])]
    return f" {BY[language]} ".join(sides)


def _two_sizes(found: re.Match[str], language: Language) -> str:
    first, last = (numbers.cardinal(int(found[name]), language) for name in "ab")
    return f"{first} {BY[language]} {last}"


def _feet(found: re.Match[str], language: Language) -> str:
    feet, inches = int(found["f"]), int(found["i"])
    names = {FR: (("pied", "pieds"), ("pouce", "pouces")), EN: (("foot", "feet"), ("inch", "inches"))}[language]
    parts = zip((feet, inches), names, strict=True)
    return " ".join(f"{numbers.cardinal(value, language)} {forms[value > 1]}" for value, forms in parts)


def _degrees(found: re.Match[str], language: Language) -> str:
    """46°48'30": of latitude and longitude."""
    names = {FR: ("degré", "minute", "seconde"), EN: ("degree", "minute", "second")}[language]
    parts = [(found[group], name) for group, name in zip("dms", names, strict=True) if found[group]]
    feminine = (False, True, True)
    said = (
        f"{numbers.spoken(value.lstrip('0') or '0', language, feminine=her)} {name}{'s' * (value.lstrip('0') != '1')}"
        for (value, name), her in zip(parts, feminine, strict=False)
    )
    return " ".join(said)
