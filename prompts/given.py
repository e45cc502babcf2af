"""Prompts that a catalogue need not hold: the digits, and silences of a given length."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prompts import keys
from prompts.keys import Key
from prompts.texts import Catalogue, Text
from rules.model import Language

DIGITS = {
    Language.FR: ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    Language.EN: ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}

PAUSES_S: dict[str, float] = {Key.PAUSE_SHORT: 0.15, Key.PAUSE_DIGIT: 0.4, Key.PAUSE_GROUP: 1.0}
"""Seconds. A code is read with 400 to 500 ms between digits and 1 s between groups; each digit has edges of its own."""

HUMAN_VOICES = {
    Language.FR: ("fr_CA_f_June", "fr_CA", "fr"),
    Language.EN: ("en_US_f_Allison", "en_US", "en"),
}
"""Folders of Asterisk's recorded sounds, by package and by version of it."""


def digit_words(language: Language) -> dict[Key, str]:
    return dict(zip(keys.DIGITS, DIGITS[language], strict=True))


def human_digit(sounds_dir: Path, language: Language, key: str) -> Path | None:
    """Asterisk's own recording of a `digit_N`, where it is installed."""
    if key not in keys.DIGITS:
        return None
    paths = (sounds_dir / voice / "digits" / f"{key.removeprefix('digit_')}.wav" for voice in HUMAN_VOICES[language])
    return next((path for path in paths if path.is_file()), None)


def completed(catalogue: Catalogue) -> Catalogue:
    """Adds the words of the digits that a catalogue does not hold itself."""
    words: dict[tuple[Language, str], Text] = {
        (language, key): Text(key, language, word, f"{language}/{key}")
        for language in catalogue.languages
        for key, word in digit_words(language).items()
    }
    return replace(catalogue, texts={**words, **catalogue.texts})
