"""Turns text as people type it into the words that a voice says; reports, with its place, what can't be said with
certainty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from prompts.wording import (
    abbreviations,
    capitals,
    compass,
    dates,
    days,
    hours,
    money,
    quantities,
    ranges,
    signs,
    slash,
    telephone,
    web,
)
from prompts.wording.characters import Clean, clean
from prompts.wording.rule import Unclear, WordingRule
from rules.model import Language

PAD = "\x1f"
"""Around the words of a rule stands a space, except where a sign of the text follows."""

AROUND = 12
"""Characters shown on either side of what can't be said."""

WORD = re.compile(r"[^\W\d_¹²³⁰-⁹]+")
SOMETHING = {Language.FR: "un mot à la place", Language.EN: "a word in its place"}
FIGURES_APART = {
    Language.FR: "« {a} à {b} », « {a} moins {b} » ou « appartement {a}, {b} … »",
    Language.EN: "“{a} to {b}”, “{a} minus {b}” or “apartment {a}, {b} …”",
}


@dataclass(frozen=True, slots=True)
class Unsayable:
    """`place`: the index of its first character in what was typed. `sign`: what can't be said; `near`: that with the
    text around it. `instead`: what to write."""

    place: int
    sign: str
    near: str
    instead: str


@dataclass(frozen=True, slots=True)
class SpokenReading:
    spoken: str
    unsayable: tuple[Unsayable, ...]


def plain(text: str, language: Language) -> str:
    """One line of words, full stops, commas and the like: what a voice is given. What is doubtful is said as well as
    can be. Empty when the text holds nothing to say."""
    return read(text, language).spoken


def unsayable(text: str, language: Language) -> tuple[Unsayable, ...]:
    """What of a text can't be said with certainty: to be corrected before it is sent."""
    return read(text, language).unsayable


@lru_cache(maxsize=64)
def read(text: str, language: Language) -> SpokenReading:
    cleaned = clean(text)
    pieces: list[str] = []
    found: list[Unsayable] = []
    place = 0
    while place < len(cleaned.text):
        said, end = _next(cleaned, place, language)
        if isinstance(said, Unclear):
            found.append(_told(text, cleaned, place, end, said))
            said = f" {said.said} "
        pieces.append(said)
        place = end
    return SpokenReading(_tidied("".join(pieces)), tuple(found))


def _next(cleaned: Clean, place: int, language: Language) -> tuple[str | Unclear, int]:
    """What is said of the text from this place on, and where the rest begins."""
    text = cleaned.text
    if place == 0 or not _within(text[place - 1], text[place]):
        for rule in _rules(language):
            found = rule.pattern.match(text, place)
            if found and found.end() > place and (said := rule.say(found, language)) is not None:
                return (said if isinstance(said, Unclear) or rule.joined else f"{PAD}{said}{PAD}"), found.end()
    if (word := WORD.match(text, place)) and word[0].isalpha():
        return _word(word[0], language), word.end()
    return _sign(cleaned, place, language), place + 1


@lru_cache
def _rules(language: Language) -> Sequence[WordingRule]:
    rooms = (
        web,
        telephone,
        compass,
        hours,
        dates,
        days,
        ranges,
        money,
        quantities,
        abbreviations,
        capitals,
        slash,
        signs,
    )
    return [*signs.LAYOUT, *(rule for room in rooms for rule in room.rules(language))]


def _within(before: str, this: str) -> bool:
    """In the middle of a word, or of a number."""
    return (before.isalpha() and this.isalpha()) or (before.isdecimal() and this.isdecimal())


def _word(word: str, language: Language) -> str | Unclear:
    if all(unicodedata.name(each, "").startswith("LATIN") for each in word):
        return word
    latin = "".join(each for each in word if unicodedata.name(each, "").startswith("LATIN"))
    return Unclear(latin, "des lettres latines" if language is Language.FR else "Latin letters")


def _sign(cleaned: Clean, place: int, language: Language) -> str | Unclear:
    """One that no rule knows: it parts words, is said, or can't be."""
    text = cleaned.text
    sign, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if sign in " \n.,;:!?":
        return sign
    if sign == "'":
        return sign if before.isalpha() and after.isalpha() else _prime(text, place, language)
    if sign == '"' and before.isdecimal():
        return _prime(text, place, language)
    if sign == "-":
        return _dash(cleaned, place, before, after, language)
    if sign in signs.SILENT:
        return ""
    if sign in signs.PAUSES:
        return " " if sign == '"' else ", "
    known = signs.alone(sign, language)
    if known is None:
        return Unclear("", SOMETHING[language])
    return known if isinstance(known, Unclear) else f" {known} "


def _prime(text: str, place: int, language: Language) -> str | Unclear:
    """A quotation mark; after a figure it may be feet or minutes, inches or seconds."""
    opened = text[:place].count(text[place]) % 2
    if text[place - 1 : place].isdecimal() and not opened:
        return signs.alone("′" if text[place] == "'" else "″", language) or ""
    return " "


def _dash(cleaned: Clean, place: int, before: str, after: str, language: Language) -> str | Unclear:
    if before.isalpha() and after.isalpha() and place not in cleaned.dashes:
        return "-"
    if before.isdecimal() and after.isdecimal():
        first, last = re.search(r"\d+$", cleaned.text[:place]), re.match(r"\d+", cleaned.text[place + 1 :])
        instead = FIGURES_APART[language].format(a=first[0] if first else "", b=last[0] if last else "")
        return Unclear({Language.FR: "à", Language.EN: "to"}[language], instead)
    if before.isalnum() and after.isalnum() and place not in cleaned.dashes:
        return " "
    return ", "


def _told(typed: str, cleaned: Clean, start: int, end: int, doubt: Unclear) -> Unsayable:
    first = cleaned.places[start]
    last = cleaned.places[end] if end < len(cleaned.places) else len(typed)
    near = " ".join(typed[max(0, first - AROUND) : last + AROUND].split())
    return Unsayable(first, typed[first:last].strip(), near, doubt.instead)


def _tidied(said: str) -> str:
    """Lines end as sentences do, pauses are not doubled, spaces stand where they should."""
    lines = [line.strip(" ,") for line in said.splitlines() if any(map(str.isalnum, line))]
    whole = " ".join([*map(_finished, lines[:-1]), *lines[-1:]])
    whole = re.sub(rf"{PAD}+(?=[.,;:!?])", "", whole).replace(PAD, " ")
    whole = re.sub(r"([.,;:!?])(?=[^\W\d_])", r"\1 ", whole)
    whole = re.sub(r"\s+", " ", whole)
    whole = re.sub(r" ?(['-]) ?", r"\1", whole)
    whole = re.sub(r"[.,](?:\s*[.,])*", lambda pause: "." if "." in pause[0] else ",", whole)
    whole = re.sub(r"\s+([.,])", r"\1", whole)
    return re.sub(r",(?=\s*[!?:;])|(?<=[!?:;])\s?[.,]+", "", whole).strip(" ,")


def _finished(line: str) -> str:
    """A line that ends without a full stop is still a sentence: engines would run on into the next."""
    return line if line.endswith((".", "!", "?", ":", ";", ",")) else f"{line}."
