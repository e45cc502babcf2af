"""Text as keyboards, Word and telephones write it -> the few characters that the rules know; each keeps its place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

SAME = {
    **dict.fromkeys("’‘ʼ‛´`ʹ＇", "'"),
    **dict.fromkeys("“”„«»‹›‟＂", '"'),
    **dict.fromkeys("‐‑‒–—―⁃﹘﹣－", "-"),  # but for the minus, which is none of them
    **dict.fromkeys("\u00a0\u202f\u2007\u2008\u2009\u200a\u2002\u2003\u2004\u2005\u2006\u205f\u3000\t", " "),
    **dict.fromkeys("\u2028\u2029\x0b\x0c\x85\r", "\n"),
    "…": "...",
    "º": "°",
    "˚": "°",
    "∕": "/",
    "⁄": "/",
    "µ": "μ",
    "∙": "•",
    "‧": "·",
    "№": "n°",
    "℃": "°C",
    "℉": "°F",
    "℅": "c/o",
    "œ": "oe",
    "Œ": "Oe",
    "ﬁ": "fi",
    "ﬂ": "fl",
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
}
LONG_DASHES = "–—―‒"
LETTERS_ABOVE = str.maketrans("ᵉᵈʳˢᵗⁿᵐᵒᵃʰ", "edrstnmoah")
FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
PICTURE_PARTS = "\ufe0e\ufe0f\u20e3"


@dataclass(frozen=True, slots=True)
class Clean:
    """`places`: of each character of `text`, its index in what was typed. `dashes`: the indexes in `text` of dashes
    that are longer than a hyphen."""

    text: str
    places: tuple[int, ...]
    dashes: frozenset[int]


def clean(typed: str) -> Clean:
    text: list[str] = []
    places: list[int] = []
    dashes: set[int] = set()
    for start, end in _composed(typed):
        character = unicodedata.normalize("NFC", typed[start:end])
        if character in LONG_DASHES:
            dashes.add(len(text))
        for each in _plain(character, text[-1] if text else " "):
            text.append(each)
            places.append(start)
    return Clean("".join(text), tuple(places), frozenset(dashes))


def _composed(typed: str) -> list[tuple[int, int]]:
    """Each character with the accents that follow it."""
    starts = [place for place, each in enumerate(typed) if place == 0 or not unicodedata.combining(each)]
    return list(zip(starts, [*starts[1:], len(typed)], strict=False))


def _plain(character: str, before: str) -> str:
    if character in SAME:
        return SAME[character]
    if character in FRACTIONS:
        return (" " if before.isdecimal() else "") + FRACTIONS[character]
    if is_invisible(character):
        return ""
    if len(character) == 1 and (wide := unicodedata.normalize("NFKC", character.translate(LETTERS_ABOVE))) != character:
        # Wide and raised letters and digits, but no raised figure, which is a power or a note.
        kind = unicodedata.category(character)
        return wide if kind in ("Nd", "Lu", "Ll", "Lm") or "FULLWIDTH" in unicodedata.name(character, "") else character
    return character.translate(LETTERS_ABOVE)


def is_invisible(character: str) -> bool:
    """Invisible marks of direction, joining and byte order; they do not separate words."""
    return character != "\n" and (unicodedata.category(character[0]) in ("Cf", "Cc") or character[0] in PICTURE_PARTS)
