"""Reads the catalogue: every spoken text by key, one flat YAML file for each language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from prompts.problem import Flaw
from rules.model import Language

KEY = re.compile(r"[a-z][a-z0-9_]*")
NOTHING_BETWEEN = re.compile(r",(?:\s*,)*\s*[,.]")
"""The commas around a variable that is empty."""

VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the catalogue. `words`: what is said, variables filled in. `place`: file:line."""

    key: str
    language: Language
    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts that could be read, and the errors in the rest. `own`: those of the town; `replaced`: those of the
    program in whose place they are."""

    texts: Mapping[tuple[Language, str], Text]
    problems: tuple[Flaw, ...]
    replaced: Mapping[tuple[Language, str], Text] = field(default_factory=dict)
    own: tuple[Text, ...] = ()

    @property
    def languages(self) -> list[Language]:
        return sorted({language for language, _ in self.texts})

    @property
    def keys(self) -> list[str]:
        """All keys, in the order of the first language that has them."""
        return list(dict.fromkeys(key for _, key in self.texts))


def read(folder: Path, variables: Mapping[str, str], own: Path | None = None) -> Catalogue:
    """The catalogues `fr.yaml`, `en.yaml` of a folder; their errors are in `problems`, not raised. `own`: a folder
    whose texts count in the place of these; where one of them is wrong, the other is said."""
    found = _read(folder, variables)
    if own is None:
        return found
    towns = _read(own, variables)
    replaced = {place: text for place, text in found.texts.items() if place in towns.texts}
    problems, texts = (*found.problems, *towns.problems), {**found.texts, **towns.texts}
    return Catalogue(texts, problems, replaced, tuple(towns.texts.values()))


def _read(folder: Path, variables: Mapping[str, str]) -> Catalogue:
    texts: dict[tuple[Language, str], Text] = {}
    problems: list[Flaw] = []
    for language in Language:
        for found in _entries(folder / f"{language}.yaml", language, variables):
            if isinstance(found, Flaw):
                problems.append(found)
            elif (language, found.key) in texts:
                first = texts[language, found.key].place
                problems.append(Flaw(found.place, f"{found.key} is there twice, first in {first}", "Remove one."))
            else:
                texts[language, found.key] = found
    return Catalogue(texts, tuple(problems))


def _entries(path: Path, language: Language, variables: Mapping[str, str]) -> Iterator[Text | Flaw]:
    try:
        # Nodes, not values: a node knows its line, a repeated key is kept, and `yes` stays a word.
        root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        yield Flaw(str(path), f"can't be read: {' '.join(str(error).split())}", "Correct it as YAML in UTF-8.")
        return
    if not isinstance(root, yaml.MappingNode):
        yield Flaw(str(path), "holds no texts", 'Write lines such as `greeting: "Bonjour."`.')
        return
    for key, value in root.value:
        yield _entry(key, value, f"{path}:{key.start_mark.line + 1}", language, variables)


def _entry(
    key: yaml.Node, value: yaml.Node, place: str, language: Language, variables: Mapping[str, str]
) -> Text | Flaw:
    name, words = key.value, value.value
    if not isinstance(name, str) or not KEY.fullmatch(name):
        return Flaw(place, f"{name!r} is not a key", "Use small letters, digits and _; a letter first.")
    if not isinstance(words, str) or not words.strip():
        return Flaw(place, f"{name} has no text", "Write it after the colon, in quotes, on one line.")
    if unknown := [variable for variable in VARIABLE.findall(words) if variable not in variables]:
        known = ", ".join(f"{{{variable}}}" for variable in variables) or "none"
        return Flaw(place, f"{name} names {{{unknown[0]}}}, which nothing fills in", f"Known here: {known}.")
    filled = VARIABLE.sub(lambda found: variables[found[1]], words)
    return Text(name, language, NOTHING_BETWEEN.sub(lambda found: found[0][-1], filled), place)
