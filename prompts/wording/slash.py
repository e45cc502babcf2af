"""The slash: « et » at a corner, « ou » in pairs that leave no doubt, « par » before what is counted by."""

from __future__ import annotations

import re

from prompts.wording.numbers import EN, FR
from prompts.wording.quantities import SHORT
from prompts.wording.rule import WordingRule, rule, words
from rules.model import Language

_BY = {
    FR: """jours? jrs? j semaines? sem mois ans? années? heures? h min minutes? secondes? personnes? pers familles?
    foyers? ménages? logements? litres? [lL] adresses? résidences? nuits? fois""",
    EN: """days? weeks? wk months? mo years? yr hours? hr minutes? min seconds? persons? person people family household
    home litres? [lL] address night time""",
}
BY = {language: "|".join(counted.split()) for language, counted in _BY.items()}
BY_SHORT = {
    FR: {
        "h": "heure",
        "min": "minute",
        "sem": "semaine",
        "pers": "personne",
        "jr": "jour",
        "j": "jour",
        "L": "litre",
        "l": "litre",
    },
    EN: {"hr": "hour", "min": "minute", "wk": "week", "mo": "month", "yr": "year", "L": "litre", "l": "litre"},
}
_PAIRS = """
il/elle elle/il ils/elles elles/ils oui/non le/la un/une tous/toutes celui/celle ceux/celles lui/elle he/she she/he
his/her him/her yes/no
"""
CORNER = re.compile(
    r"\b(?:coins?|angles?|intersections?|corners?(?:\sof)?)\s(?:(?:de|des|la|les|du|the)\s)*(?:[\w'-]+\.?\s){0,3}[\w'-]+$",
    re.IGNORECASE,
)
PAIRS = frozenset(tuple(pair.split("/")) for pair in _PAIRS.split())
"""Read as « ou » by everybody."""


def rules(language: Language) -> list[WordingRule]:
    more_or_less = {FR: "plus ou moins", EN: "plus or minus"}[language]
    return [
        rule(r"\+\s?/\s?[-−]", words(more_or_less)),
        rule(r"et\s?/\s?ou\b", words("et ou"), flags=re.IGNORECASE),
        rule(r"and\s?/\s?or\b", words("and or"), flags=re.IGNORECASE),
        rule(rf"(?<=[\w).])\s?/\s?(?P<w>{BY[language]})(?!\w)", _by),
        rule(r"\s?/\s?", _slash),
    ]


def _by(found: re.Match[str], language: Language) -> str:
    short = {**SHORT[language], **BY_SHORT[language]}
    return f"{'par' if language is FR else 'per'} {short.get(found['w'], found['w'])}"


def _slash(found: re.Match[str], language: Language) -> str | None:
    """« et » at a corner, « ou » between two numbers to call and in pairs that leave no doubt."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if CORNER.search(before) and after[:1].isalpha():
        return "et" if language is FR else "and"
    words_beside = re.search(r"[^\W\d_]+$", before), re.match(r"[^\W\d_]+", after)
    pair = tuple(each[0].lower() if each else "" for each in words_beside)
    if pair in PAIRS or (re.search(r"\d{3}[-. ]\d{4}$", before) and re.match(r"\(?(?:1[-. ])?\(?[2-9]\d\d\b", after)):
        return "ou" if language is FR else "or"
    return None
