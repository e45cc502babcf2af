"""Abbreviations in full."""

from __future__ import annotations

import re

from prompts.wording import numbers
from prompts.wording.numbers import EN, FR
from prompts.wording.rule import Say, Unclear, WordingRule, rule, words
from prompts.wording.short_forms import ANYWHERE, EXACT
from rules.model import Language

ORDINALS = {
    FR: r"(?:(?P<n>\d{1,4})(?P<e>ers?|res?|ères?|es?|èmes?|emes?|i[èe]mes?)|(?P<two>2)(?P<e2>nde|nd|de|d))(?!\w)",
    EN: r"(?P<n>\d{1,3}(?:,\d{3})*|\d+)(?P<e>st|nd|rd|th)(?!\w)",
}
ROMAN = r"(?P<r>[IVX]+)"
_KING = re.compile(
    r"\b(?:[Cc]hapitre|[Tt]ome|[Pp]artie|[Vv]olume|[Aa]cte|Charles|Louis|Henri|Pie|Léon|Edward|Henry|[Pp]art)\s$"
)
BEFORE_ROMAN = r"(?:(?<=[a-zé] )|(?<=[a-zé]-))"


def rules(language: Language) -> list[WordingRule]:
    found = [
        *_numbers_of(language),
        rule(ORDINALS[language], _ordinal),
        rule(rf"{ROMAN}(?P<e>e|es|ème|er|re)\b" if language is FR else r"(?!)", _roman_ordinal),
        rule(rf"{BEFORE_ROMAN}(?P<r>I[IV]I?|V?I{{1,3}}|VI{{0,3}}|IX|X[IVX]*)(?![\w'.])(?=\b)", _roman),
        *_roads(language),
    ]
    found += [rule(pattern, words(said)) for pattern, said in EXACT[language].items()]
    found += [_abbreviation(pattern, said) for pattern, said in ANYWHERE[language].items()]
    if language is EN:
        found.append(rule(r"St\.?(?![\w-])", _saint_or_street))
    return [*found, *_unknown(language)]


def _abbreviation(pattern: str, said: str) -> WordingRule:
    ends = "" if pattern.endswith(("-", ")", r"\b\.?")) else r"(?:(?![\w-]|\.\w)|(?<=[a-zé]\.)(?=\d|(?-i:[A-Z])))"
    return rule(rf"(?:{pattern}){ends}", _as_written(said), flags=re.IGNORECASE)


def _as_written(said: str) -> Say:
    def say(found: re.Match[str], language: Language) -> str:
        """With a capital where it begins with one, and with the full stop of the sentence that it ends."""
        spoken = said[0].upper() + said[1:] if found[0][0].isupper() else said
        return spoken + ("." if found[0].endswith(".") and _ends_sentence(found) else "")

    return say


def _ends_sentence(found: re.Match[str]) -> bool:
    """At the end of a line, or before a capital that begins a sentence, where the abbreviation ends one (etc.)."""
    after = found.string[found.end() :]
    return not after.strip(' ")') or after.lstrip(' ")').startswith("\n")


def _numbers_of(language: Language) -> list[WordingRule]:
    """n° 12, nos 3 et 4."""
    pages = rule(r"(?:pages?|pp?\.)\s(?P<a>\d+)\s?-\s?(?P<b>\d+)(?!\d)", _pages)
    if language is FR:
        return [
            pages,
            rule(r"(?:[Nn]os|[Nn]°s|NOS)\.?(?=\s?\d)", words("numéros")),
            rule(r"(?:[Nn]°|[Nn]o\.?|NO\.?|num\.)(?=\s?[\d#])", words("numéro")),
            rule(r"[Nn]°", words("numéro")),
            rule(r"pp\.(?=\s?\d)", words("pages")),
            rule(r"p\.(?=\s?\d)", words("page")),
            rule(r"art\.(?=\s?\d)", words("article")),
        ]
    return [
        pages,
        rule(r"(?:[Nn]os\.)(?=\s?\d)", words("numbers")),
        rule(r"(?:[Nn]°|[Nn]o\.)(?=\s?[\d#])", words("number")),
        rule(r"pp\.(?=\s?\d)", words("pages")),
        rule(r"p\.(?=\s?\d)", words("page")),
    ]


def _pages(found: re.Match[str], language: Language) -> str:
    first, last = (numbers.cardinal(int(found[name]), language) for name in "ab")
    return f"pages {first} {'à' if language is FR else 'to'} {last}"


def _ordinal(found: re.Match[str], language: Language) -> str:
    if found.groupdict().get("two"):
        return "seconde" if found["e2"].endswith("de") else "second"
    number, ending = int(found["n"].replace(",", "")), found["e"]
    feminine = ending.startswith(("re", "ère"))
    said = numbers.ordinal(number, language, feminine=feminine)
    return said + "s" * (language is FR and ending.endswith("s"))


def _roman_ordinal(found: re.Match[str], language: Language) -> str:
    number = numbers.roman(found["r"])
    return numbers.ordinal(number, language, feminine=found["e"] == "re") if number else found[0]


def _roman(found: re.Match[str], language: Language) -> str:
    """A single X or V is a number behind the name of a king only: Charles V, zone V."""
    number = numbers.roman(found["r"])
    if len(found[0]) == 1 and not _KING.search(found.string[: found.start()]):
        return found[0]
    return numbers.cardinal(number, language) if number else found[0]


def _roads(language: Language) -> list[WordingRule]:
    """A-40, R-125: autoroutes and routes of Québec."""
    names = {FR: {"A": "autoroute", "R": "route"}, EN: {"A": "Autoroute", "R": "Route"}}[language]

    def say(found: re.Match[str], of: Language) -> str:
        return f"{names[found['k']]} {numbers.cardinal(int(found['n']), of)}"

    return [rule(r"(?P<k>[AR])-?(?P<n>[1-9]\d{0,2})(?![\w-])", say)]


def _saint_or_street(found: re.Match[str], language: Language) -> str | Unclear:
    before = re.search(r"(?:[A-Z][\w']*|\d+(?:st|nd|rd|th))\s$", found.string[: found.start()])
    after = re.match(r"\s[A-Z]", found.string[found.end() :])
    if after and before:
        return Unclear("Saint", "“Saint” or “Street”, in full")
    return "Saint" if after else "Street"


def _unknown(language: Language) -> list[WordingRule]:
    """Short forms without a vowel: no voice reads them as they are meant."""
    consonants = "bcdfghjklmnpqrstvwxzç"
    instead = "the word in full" if language is EN else "le mot en entier"
    sounds = r"(?!(?:hm+|shh+|psst|nth|mm+)\b)" if language is EN else r"(?!(?:hm+|chh*ut|pst|mm+)\b)"
    return [
        rule(
            rf"{sounds}(?:[{consonants}]|[{consonants.upper()}](?=[{consonants}])){{1}}[{consonants}]+(?![\w'-])\.?",
            lambda found, of: Unclear(found[0].rstrip("."), instead),
        )
    ]
