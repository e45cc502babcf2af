"""Telephone numbers, keys, postal codes: digit by digit."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR
from prompts.wording.rule import Unclear, WordingRule, rule
from rules.model import Language

SERVICES = "(?:211|311|411|511|611|711|811|911|988)"
"""Numbers of three digits (N11 of the North American plan, and Canada's 988)."""

FIRST_LETTER, LETTER = "[A-CEGHJ-NPR-TVXY]", "[A-CEGHJ-NPR-TV-Z]"
"""Of postal codes (Canada Post)."""

POUND = {FR: "le carré", EN: "the pound key"}
STAR = {FR: "l'étoile", EN: "the star key"}
DIALLED = {FR: {"#": "carré", "*": "étoile"}, EN: {"#": "pound", "*": "star"}}
DIALLING = re.compile(
    r"\b(?:compos|appuy|press|dial|tap(?:ez|er)|enfonc|touche|signal|appel|call|clavier|key|faites|faire|fais)\w*\b[^.!?\n]{0,40}$",
    re.IGNORECASE,
)
TEXTING = re.compile(
    r"\b(?:text(?:e|ez|er|o|os)?|sms|compos\w*|dial|envoy\w*|send|code)\b[^.!?\n]{0,40}\b(?:au|à|to|code|at|numéro|number|:)\s?$",
    re.IGNORECASE,
)
EXTENSION = {FR: "poste", EN: "extension"}
SEP = r"(?:\s?[-.−/]\s?|\s)"
NUMBER = (
    rf"(?:(?P<one>\+?\s?1){SEP}?)?(?:\((?P<p>[2-9]\d\d)\)\s?[-.]?\s?|(?P<q>[2-9]\d\d){SEP}?)(?P<x>[2-9]\d\d){SEP}?(?P<l>\d{{4}})"
    r"(?!\d|[-.]\d)"
)
ROAD = re.compile(
    r"\b(?:routes?|rtes?\.?|autoroutes?|highways?|hwy\.?|road|numéro|no|n°|lots?|R|A|local|salle|room)\s?-?$",
    re.IGNORECASE,
)
_THINGS = "km|m\\b|personne|maison|résiden|logement|people|home|house|resident"
COUNTED = rf"(?!\s?(?:%|\$|€|°|[-−]\s?\d|,\d|\.\d|{_THINGS}|,?\s(?:rue|av|boul|ch\b|chemin))|\w)"


def rules(language: Language) -> list[WordingRule]:
    extension = r"(?:,?\s?\(?(?:poste|p\.|ext\.?|extension|x|#)\s?(?P<ext>\d{1,6})\)?)?"
    return [
        rule(rf"(?:tel:)?{NUMBER}{extension}", _number),
        rule(rf"(?P<x>[2-9]\d\d)\s?-\s?(?P<l>\d{{4}})(?!\d|-\d|\s?[-/]\s?\d){extension}", _local),
        rule(
            r"(?:1[-. ])?\(?[2-9]\d\d\)?[-. ](?:\d{3}[-. ][A-Z]{4}|[A-Z]{2,}-?[A-Z0-9-]{3,}|\d{0,3}[A-Z]{4,7})(?!\w)",
            _letters,
        ),
        rule(r"(?P<a>[2-9])[- ]1[- ]1(?![\d-]| \d)", lambda found, of: numbers.digits(found["a"] + "11", of)),
        rule(rf"{SERVICES}{COUNTED}", _service),
        rule(r"(?P<art>\b(?:le|the)\s)?(?P<k>[*#])(?P<d>\d[\d*#]*)(?P<end>[*#]?)(?!\w)", _dialled),
        rule(r"(?P<art>\b(?:(?:au|du|le|sur le|touche|the)\s))?(?P<k>[#*])(?:\s?(?:key|sign)\b)?(?![\w*#])", _key),
        rule(r"(?P<d>\d{5,6})(?![\d.,]\d|\w|\s?(?:[$%€]|\d)|\s?-\s?\d)", _short_code),
        rule(
            rf"(?P<a>{FIRST_LETTER}\d{LETTER})[ -]?(?P<b>\d{LETTER}\d)(?!\w)",
            _postal_code,
        ),
        rule(rf"(?P<a>{FIRST_LETTER}\d{LETTER})(?![\w-])", lambda found, of: _mixed(found["a"], of)),
    ]


def _number(found: re.Match[str], language: Language) -> str:
    parts = [found["p"] or found["q"], found["x"], found["l"]]
    said = numbers.groups([*(["1"] if found["one"] else []), *parts], language)
    return said + _extension(found, language)


def _extension(found: re.Match[str], language: Language) -> str:
    return f", {EXTENSION[language]} {numbers.digits(found['ext'], language)}" if found["ext"] else ""


def _local(found: re.Match[str], language: Language) -> str:
    return numbers.groups([found["x"], found["l"]], language) + _extension(found, language)


def _letters(found: re.Match[str], language: Language) -> Unclear:
    """Which keys those are differs from one telephone to the next reader's."""
    said = re.sub(r"\d+", lambda part: f" {numbers.digits(part[0], language)} ", found[0].replace("-", " "))
    return Unclear(said, "le numéro en chiffres" if language is FR else "the number in digits")


def _service(found: re.Match[str], language: Language) -> str:
    if ROAD.search(found.string[: found.start()].rstrip()):
        return numbers.cardinal(int(found[0]), language)
    return numbers.digits(found[0], language)


def dialling(found: re.Match[str]) -> bool:
    """Whether the words before speak of keys."""
    return bool(DIALLING.search(found.string[: found.start()]))


def _dialled(found: re.Match[str], language: Language) -> str | Unclear:
    keys = found["k"] + found["d"] + found["end"]
    said = " ".join(DIALLED[language].get(key) or numbers.digits(key, language) for key in keys)
    article = found["art"] or ""
    if found["k"] == "*" or not found["d"].isdecimal() or found["end"] or dialling(found):
        return ("l'" + said if language is FR and said.startswith("étoile") else article + said) if article else said
    if len(found["d"]) <= 3:
        return article + ("numéro " if language is FR else "number ") + numbers.spoken(found["d"], language)
    instead = (
        f"« composez {found[0]} » ou « numéro {found['d']} »"
        if language is FR
        else f"“dial {found[0]}” or “number {found['d']}”"
    )
    return Unclear(said, instead)


def _key(found: re.Match[str], language: Language) -> str | Unclear:
    pound, article = found["k"] == "#", (found["art"] or "").strip()
    if not article and not (_alone(found) and dialling(found)):
        return _note(found, language)
    if language is EN:
        return POUND[EN] if pound else STAR[EN]
    if article == "touche":
        return f"touche {DIALLED[FR][found['k']]}"
    if article == "au":
        return "au carré" if pound else "à l'étoile"
    if article == "du":
        return "du carré" if pound else "de l'étoile"
    over = "sur " if article == "sur le" else ""
    return over + (POUND[FR] if pound else STAR[FR])


def _alone(found: re.Match[str]) -> bool:
    """A key, and no mark at a word."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    return before[-1:] in tuple(" \"('") and not after[:1].isalnum()


def _note(found: re.Match[str], language: Language) -> Unclear:
    mark = found["k"]
    if language is FR:
        return Unclear("", f"« appuyez sur {mark} » pour la touche ; sans {mark} pour une note")
    return Unclear("", f"“press {mark}” for the key; no {mark} for a note")


def _short_code(found: re.Match[str], language: Language) -> str:
    """Read digit by digit where a text is sent to it, or where it begins with a zero."""
    if TEXTING.search(found.string[: found.start()]) or found["d"][0] == "0":
        return numbers.digits(found["d"], language)
    return numbers.spoken(found["d"], language)


def _postal_code(found: re.Match[str], language: Language) -> str:
    return f"{_mixed(found['a'], language)}, {_mixed(found['b'], language)}"


def _mixed(text: str, language: Language) -> str:
    return " ".join(numbers.digits(each, language) if each.isdecimal() else each for each in text)
