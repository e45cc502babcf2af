from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from prompts import check, keys, texts
from prompts.keys import Key
from prompts.problem import Flaw
from rules import code
from rules.model import Language
from service import places, wiring
from tests.prompts.conftest import MakeStudio

BOTH = [Language.FR, Language.EN]
VARIABLES = {"organization": "", "reception": "", "address": "", **code.variables()}
TEXTS: dict[str, str] = {key: f"Texte {key}." for key in Key if key not in keys.PAUSES + keys.DIGITS}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A catalogue with every key, in both languages."""
    for language in BOTH:
        write(tmp_path / "whole", language, TEXTS)
    return tmp_path / "whole"


def write(folder: Path, language: Language, texts: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    lines = [f'{key}: "{text}"\n' for key, text in texts.items()]
    (folder / f"{language}.yaml").write_text("".join(lines), "utf-8")


def printed(problems: list[Flaw]) -> str:
    return "\n".join(map(str, problems))


def test_all_is_well(studio: MakeStudio, whole: Path) -> None:
    ours = studio(catalogue=whole)
    ours.build()
    assert check.problems(ours, BOTH) == []


def test_the_catalogues_that_we_ship_hold_every_key_and_no_other() -> None:
    read = texts.read(wiring.CATALOGUE, VARIABLES)
    for language in BOTH:
        assert {key for of, key in read.texts if of is language} == set(TEXTS)


def test_what_the_dialplan_plays_is_a_prompt() -> None:
    played = re.findall(r"/(?:fr|en)/(\w+)", (places.DIALPLANS / "extensions.conf").read_text("utf-8"))
    assert played
    assert set(played) <= set(TEXTS)


def test_before_the_first_build(studio: MakeStudio, whole: Path) -> None:
    found = printed(check.problems(studio(catalogue=whole), BOTH))
    assert f"{whole}/fr.yaml:1: greeting has no audio in fr. Run `tocsin prompts build`." in found
    assert "digit_0 has no audio in en" in found
    assert "fr/pause_group: pause_group has no audio in fr" in found


def test_a_text_whose_key_no_call_plays(studio: MakeStudio, whole: Path) -> None:
    write(whole, Language.FR, {"greting": "Bonjour.", **TEXTS})
    ours = studio(catalogue=whole)
    ours.build()
    (problem,) = check.problems(ours, BOTH)
    remedy = "Correct the key, or remove the line."
    assert str(problem) == f"{whole}/fr.yaml:1: greting is a key that no call plays. {remedy}"


@pytest.mark.parametrize("lacking", [Key.ALERT_THANKS, Key.GREETING])
def test_a_key_that_one_language_lacks(lacking: Key, studio: MakeStudio, whole: Path) -> None:
    write(whole, Language.EN, {key: text for key, text in TEXTS.items() if key is not lacking})
    ours = studio(catalogue=whole)
    ours.build()
    (problem,) = check.problems(ours, BOTH)
    line = list(TEXTS).index(lacking) + 1
    assert str(problem) == f"{whole}/fr.yaml:{line}: {lacking} has no text in en.yaml. Write it there."


def test_a_key_that_both_languages_lack(studio: MakeStudio, whole: Path) -> None:
    for language in BOTH:
        write(whole, language, {key: text for key, text in TEXTS.items() if key is not Key.LEFT})
    ours = studio(catalogue=whole)
    ours.build()
    found = printed(check.problems(ours, BOTH))
    assert "fr.yaml: left has no text in fr.yaml" in found
    assert "en.yaml: left has no text in en.yaml" in found


def test_a_language_without_a_catalogue(studio: MakeStudio, whole: Path) -> None:
    (whole / "en.yaml").unlink()
    ours = studio(catalogue=whole)
    ours.build()
    assert check.problems(ours, [Language.FR]) == []
    assert "greeting has no text in en.yaml" in printed(check.problems(ours, BOTH))


def test_audio_older_than_its_text(studio: MakeStudio, whole: Path) -> None:
    studio(catalogue=whole).build()
    for language in BOTH:
        write(whole, language, {**TEXTS, Key.GREETING: "Bonjour, bonjour."})
    found = check.problems(studio(catalogue=whole), BOTH)
    assert [problem.place for problem in found] == ["fr/greeting", "en/greeting"]


def test_audio_that_cannot_be_played(studio: MakeStudio, whole: Path) -> None:
    ours = studio(catalogue=whole)
    ours.build()
    (ours.audio_dir / "fr" / "main_menu.wav").write_bytes(b"torn")
    assert "main_menu has no audio in fr" in printed(check.problems(ours, BOTH))


def test_the_recording_sheet(studio: MakeStudio) -> None:
    text = check.sheet(studio(), markdown=False)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    greeting = next(row for row in rows if row["key"] == "greeting")
    assert greeting == {
        "key": "greeting",
        "French": "Bonjour. Ici Ville de Terrebonne.",
        "English": "Hello. This is Ville de Terrebonne.",
        "file": "greeting.wav",
    }
    assert "| main_menu | Pour vous inscrire, faites le 1. |" in check.sheet(studio(), markdown=True)
