"""Checks that every prompt has its audio, and makes the sheet from which a speaker records them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from prompts import keys
from prompts.keys import Key
from prompts.problem import Flaw
from prompts.studio import NoSuchPrompt, Studio
from rules.model import Language

KNOWN = frozenset(map(str, Key))
BUILD = "Run `tocsin prompts build`."


def problems(studio: Studio, languages: Sequence[Language]) -> list[Flaw]:
    """Everything that keeps a prompt from being heard, and texts that no call plays."""
    found = studio.problems()
    for language in languages:
        found += [*_unsaid(studio, language), *_unknown(studio, language), *_unheard(studio, language)]
    found += [Flaw(place, "is older than its text or recording", BUILD) for place in studio.stale()]
    return found


def _unsaid(studio: Studio, language: Language) -> Iterator[Flaw]:
    """Keys without a text; the place is that of the text in another language."""
    texts = studio.catalogue.texts
    for key in Key:
        if key not in keys.PAUSES and (language, key) not in texts:
            places = [texts[other, key].place for other in Language if (other, key) in texts]
            yield Flaw([*places, f"{language}.yaml"][0], f"{key} has no text in {language}.yaml", "Write it there.")


def _unknown(studio: Studio, language: Language) -> Iterator[Flaw]:
    """Texts of keys that do not exist."""
    for (of, key), text in studio.catalogue.texts.items():
        if of is language and key not in KNOWN:
            yield Flaw(text.place, f"{key} is a key that no call plays", "Correct the key, or remove the line.")


def _unheard(studio: Studio, language: Language) -> Iterator[Flaw]:
    """Texts and pauses without audio."""
    for key in Key:
        text = studio.catalogue.texts.get((language, key))
        if text or key in keys.PAUSES:
            try:
                studio.prompt(key, language)
            except NoSuchPrompt:
                place = text.place if text else f"{language}/{key}"
                yield Flaw(place, f"{key} has no audio in {language}", BUILD)


# -- the recording sheet -----------------------------------------------------------------------------------------------

SHEET_HEADER = ("key", "French", "English", "file")


def sheet(studio: Studio, *, markdown: bool) -> str:
    """What a speaker reads: key, French, English, and the file to record into, in each language's folder. A table of
    Markdown, else CSV."""
    rows = [SHEET_HEADER, *_rows(studio)]
    return _markdown(rows) if markdown else _csv(rows)


def _rows(studio: Studio) -> list[tuple[str, str, str, str]]:
    return [
        (key, _words(studio, Language.FR, key), _words(studio, Language.EN, key), f"{key}.wav")
        for key in studio.catalogue.keys
    ]


def _words(studio: Studio, language: Language, key: str) -> str:
    text = studio.catalogue.texts.get((language, key))
    return text.words if text else ""


def _csv(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return "\ufeff" + file.getvalue()  # without a byte order mark, spreadsheets misread the accents


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    header, *rest = rows
    lines = [header, ["---"] * len(header), *rest]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
