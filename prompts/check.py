"""Checks that every prompt has its audio, and writes the sheet from which a speaker records them."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prompts import given
from prompts.problem import Problem
from prompts.studio import NoSuchPrompt, Studio
from rules.model import Language

SAID_BY = "prompt"
"""The method whose first argument is a key; also under another name, as after `say = voice.prompt`."""

BUILD = "Run `tocsin prompts build`."


@dataclass(frozen=True, slots=True)
class Use:
    """A key in code. `pattern`: matches it; what an f-string fills in matches anything."""

    key: str
    pattern: re.Pattern[str]
    place: str


def problems(studio: Studio, code: Sequence[Path], languages: Sequence[Language]) -> list[Problem]:
    """Everything that keeps a prompt from being heard. `code`: folders of Python files in which keys are used."""
    found = studio.problems()
    for language in languages:
        found += _unsaid(studio, language, languages)
        found += _unknown(studio, language, uses(code))
        found += _unheard(studio, language)
    found += [Problem(place, "is older than its text or recording", BUILD) for place in studio.stale()]
    return list(dict.fromkeys(found))


def unused(studio: Studio, code: Sequence[Path]) -> list[str]:
    """Keys of the catalogue that no code names. Advice only: the dialplan and menus name keys too."""
    named = uses(code)
    given_keys = given.PAUSES_S.keys() | given.digit_words(Language.FR).keys()
    return [
        key
        for key in studio.catalogue.keys
        if key not in given_keys and not any(use.pattern.fullmatch(key) for use in named)
    ]


def uses(code: Iterable[Path]) -> list[Use]:
    """Every key that code names: `prompt("greeting")`, `prompt(f"digit_{digit}")`."""
    files = sorted(path for folder in code for path in folder.rglob("*.py"))
    return [use for path in files for use in _uses_in(path)]


def _uses_in(path: Path) -> Iterator[Use]:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    names = {SAID_BY, *_other_names(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in names:
            for key, pattern in _keys(node.args[0]):
                yield Use(key, re.compile(pattern), f"{path}:{node.lineno}")


def _other_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr == SAID_BY:
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _keys(argument: ast.expr) -> Iterator[tuple[str, str]]:
    """The key or keys that an argument can be, each with its pattern; none when only running tells."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value, re.escape(argument.value)
    elif isinstance(argument, ast.IfExp):
        yield from _keys(argument.body)
        yield from _keys(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        pieces = [piece.value if isinstance(piece, ast.Constant) else None for piece in argument.values]
        yield (
            "".join("…" if piece is None else str(piece) for piece in pieces),
            "".join(".+" if piece is None else re.escape(str(piece)) for piece in pieces),
        )


def _unsaid(studio: Studio, language: Language, languages: Sequence[Language]) -> Iterator[Problem]:
    """Keys that another language has."""
    for (of, key), text in studio.catalogue.texts.items():
        if of in languages and (language, key) not in studio.catalogue.texts:
            yield Problem(text.place, f"{key} has no text in {language}.yaml", "Write it there.")


def _unknown(studio: Studio, language: Language, named: Iterable[Use]) -> Iterator[Problem]:
    """Keys in code that no catalogue has."""
    keys = {key for of, key in studio.catalogue.texts if of is language} | given.PAUSES_S.keys()
    for use in named:
        if not any(use.pattern.fullmatch(key) for key in keys):
            yield Problem(use.place, f"{use.key} has no text in {language}.yaml", "Write it there, or mend the name.")


def _unheard(studio: Studio, language: Language) -> Iterator[Problem]:
    """Texts without audio."""
    for (of, key), text in studio.catalogue.texts.items():
        if of is language:
            try:
                studio.prompt(key, language)
            except NoSuchPrompt:
                yield Problem(text.place, f"{key} has no audio in {language}", BUILD)


# -- the recording sheet -----------------------------------------------------------------------------------------------

SHEET_HEADER = ("key", "French", "English", "file")


def sheet(studio: Studio) -> list[tuple[str, str, str, str]]:
    """What a speaker reads: key, French, English, and the file to record into, in each language's folder."""
    return [
        (key, _words(studio, Language.FR, key), _words(studio, Language.EN, key), f"{key}.wav")
        for key in studio.catalogue.keys
    ]


def _words(studio: Studio, language: Language, key: str) -> str:
    text = studio.catalogue.texts.get((language, key))
    return text.words if text else ""


def write_sheet(studio: Studio, path: Path) -> None:
    """Write the sheet: Markdown for a path that ends in .md, else CSV."""
    rows = [SHEET_HEADER, *sheet(studio)]
    text = _markdown(rows) if path.suffix.lower() == ".md" else _csv(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _csv(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return "\ufeff" + file.getvalue()  # without a byte order mark, spreadsheets misread the accents


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    header, *rest = rows
    lines = [header, ["---"] * len(header), *rest]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
