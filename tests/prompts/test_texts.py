from __future__ import annotations

from pathlib import Path

import pytest

from prompts import texts
from rules.model import Language


def catalogue(folder: Path, content: str) -> texts.Catalogue:
    (folder / "fr.yaml").write_text(content, encoding="utf-8")
    return texts.read(folder, {"organization": "Ville de Terrebonne"})


def test_texts_with_their_variables_filled_in(tmp_path: Path) -> None:
    read = catalogue(tmp_path, '# accueil\ngreeting: "Ici {organization}."\nmenu: "Faites le 1."\n')
    assert read.problems == ()
    assert read.texts[Language.FR, "greeting"].words == "Ici Ville de Terrebonne."
    assert read.texts[Language.FR, "menu"].place == f"{tmp_path}/fr.yaml:3"
    assert read.languages == [Language.FR]
    assert read.keys == ["greeting", "menu"]


def test_words_that_yaml_would_turn_into_something_else(tmp_path: Path) -> None:
    read = catalogue(tmp_path, "no: oui\nyes: 1\nopening: 12:30\n")
    assert [text.words for text in read.texts.values()] == ["oui", "1", "12:30"]


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ('a: "un"\na: "deux"\n', ":2", "there twice"),
        ('Bad-Key: "un"\n', ":1", "is not a key"),
        ('a: ""\n', ":1", "has no text"),
        ("a: [un, deux]\n", ":1", "has no text"),
        ('a: "Ici {organisation}."\n', ":1", "{organisation}, which nothing fills in"),
        ('a: "un\n', "", "can't be read"),
        ("- un\n", "", "holds no texts"),
        ("", "", "holds no texts"),
    ],
)
def test_a_slip_in_the_file(content: str, line: str, what: str, tmp_path: Path) -> None:
    (problem,) = catalogue(tmp_path, content).problems
    assert problem.place == f"{tmp_path}/fr.yaml{line}"
    assert what in problem.what
    assert problem.remedy


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "fr.yaml").write_bytes('a: "été"'.encode("latin-1"))
    (problem,) = texts.read(tmp_path, {}).problems
    assert "can't be read" in problem.what


@pytest.mark.parametrize(
    ("address", "reception", "words"),
    [
        ("1, rue du Lac", "4 1 8", "Ici Valmont, 1, rue du Lac, 4 1 8, bonjour."),
        ("", "4 1 8", "Ici Valmont, 4 1 8, bonjour."),
        ("", "", "Ici Valmont, bonjour."),
    ],
)
def test_a_variable_that_is_not_set_leaves_nothing_behind(
    address: str, reception: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "fr.yaml").write_text('who: "Ici Valmont, {address}, {reception}, bonjour."', encoding="utf-8")
    catalogue = texts.read(tmp_path, {"address": address, "reception": reception})
    assert catalogue.texts[Language.FR, "who"].words == words
