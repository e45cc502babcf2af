from __future__ import annotations

import csv
from pathlib import Path

import pytest

from prompts import check
from prompts.problem import Problem
from rules.model import Language
from tests.prompts.conftest import CATALOGUE, MakeStudio

BOTH = [Language.FR, Language.EN]
CODE = """
async def talk(call, voice):
    say = voice.prompt
    await call.play(voice.prompt("greeting"), say("menu"))
    await call.play(voice.prompt(f"digit_{1}"), voice.prompt("pause_group"), voice.prompt(something()))
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "ivr").mkdir()
    (tmp_path / "ivr" / "talk.py").write_text(CODE)
    return tmp_path / "ivr"


def printed(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


def test_all_is_well(studio: MakeStudio, code: Path) -> None:
    ours = studio()
    ours.build()
    assert check.problems(ours, [code], BOTH) == []


def test_before_the_first_build(studio: MakeStudio, code: Path) -> None:
    found = printed(check.problems(studio(), [code], BOTH))
    assert f"{CATALOGUE}/fr.yaml:1: greeting has no audio in fr. Run `tocsin prompts build`." in found
    assert "digit_0 has no audio in en" in found


def test_a_key_in_code_that_no_catalogue_has(studio: MakeStudio, code: Path) -> None:
    (code / "talk.py").write_text(CODE.replace('say("menu")', 'say("meny")').replace("digit_", "number_"))
    ours = studio()
    ours.build()
    found = printed(check.problems(ours, [code], [Language.FR]))
    assert f"{code}/talk.py:4: meny has no text in fr.yaml" in found
    assert f"{code}/talk.py:5: number_… has no text in fr.yaml" in found


def test_either_of_two_keys(studio: MakeStudio, code: Path) -> None:
    (code / "talk.py").write_text('voice.prompt("menu" if new else "meny")\n')
    assert [use.key for use in check.uses([code])] == ["menu", "meny"]


def test_a_key_that_one_language_lacks(studio: MakeStudio, code: Path, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "fr.yaml").write_text((CATALOGUE / "fr.yaml").read_text("utf-8"), "utf-8")
    (folder / "en.yaml").write_text('greeting: "Hello."\nmenu: "Press 1."\n', "utf-8")
    ours = studio(catalogue=folder)
    ours.build()
    (problem,) = check.problems(ours, [code], BOTH)
    assert str(problem) == f"{folder}/fr.yaml:3: thanks has no text in en.yaml. Write it there."


def test_a_language_without_a_catalogue(studio: MakeStudio, code: Path, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "fr.yaml").write_text((CATALOGUE / "fr.yaml").read_text("utf-8"), "utf-8")
    ours = studio(catalogue=folder)
    ours.build()
    assert check.problems(ours, [code], [Language.FR]) == []
    assert "greeting has no text in en.yaml" in printed(check.problems(ours, [code], BOTH))


def test_audio_older_than_its_text(studio: MakeStudio, code: Path) -> None:
    studio().build()
    found = check.problems(studio(variables={"organization": "Sept-Îles"}), [code], BOTH)
    assert [problem.place for problem in found] == ["fr/greeting", "en/greeting"]


def test_audio_that_cannot_be_played(studio: MakeStudio, code: Path) -> None:
    ours = studio()
    ours.build()
    (ours.audio_dir / "fr" / "menu.wav").write_bytes(b"torn")
    assert "menu has no audio in fr" in printed(check.problems(ours, [code], BOTH))


def test_keys_that_no_code_names(studio: MakeStudio, code: Path) -> None:
    assert check.unused(studio(), [code]) == ["thanks"]


def test_the_recording_sheet(studio: MakeStudio, tmp_path: Path) -> None:
    check.write_sheet(studio(), tmp_path / "sheet.csv")
    with (tmp_path / "sheet.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    greeting = next(row for row in rows if row["key"] == "greeting")
    assert greeting == {
        "key": "greeting",
        "French": "Bonjour. Ici Ville de Terrebonne.",
        "English": "Hello. This is Ville de Terrebonne.",
        "file": "greeting.wav",
    }
    check.write_sheet(studio(), tmp_path / "sheet.md")
    assert "| menu | Pour vous inscrire, faites le 1. |" in (tmp_path / "sheet.md").read_text("utf-8")
