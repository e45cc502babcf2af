"""`tocsin contacts import` as a clerk types it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner, Result

from rules import contact_fields
from service.places import ROOT
from tests.residents import sheets
from tocsin.commands import contacts
from tocsin.commands.program import app

EXPORT = """Nom;Prénom;Téléphone;Cellulaire;Adresse;Code postal;Langue;Fax;Remarques
LÉVESQUE;Éric;(514) 555-0101;514.555.0151;710, boul. des Seigneurs, app. 4;J6W1T6;Français;514 555-0199;sonner
Côté;Zoé;514 555-0102 poste 12;;12 rue de l'Église;J6W 1T7;F;;
Succession Bélair;;514-555-0104;;1250, av. du Parc;J6W 1T9;;;
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "home").mkdir()
    return tmp_path


def tocsin(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def importing(path: Path, *words: str | Path) -> Result:
    return tocsin("contacts", "import", path, *words)


def people() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tocsin("contacts", "list", "--json").stdout)
    return found


def file(home: Path, text: str, encoding: str = "utf-8") -> Path:
    path = home / "residents.csv"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


def book(home: Path) -> Path:
    table: list[list[object]] = [[*line.split(";")] for line in EXPORT.splitlines()]
    table[1][2] = 5145550101
    return sheets.xlsx(home / "residents.xlsx", {"Citoyens": sheets.sheet(sheets.rows([["Liste"], [], *table]))})


def test_what_clerks_have_is_imported_without_a_mapping(home: Path) -> None:
    """A semicolon CSV in Windows-1252, the same from a Macintosh with its line ends, as a workbook, and as UTF-16."""
    first = importing(file(home, EXPORT, "cp1252"))
    assert "The file is read as Windows-1252. If its accents are wrong: --encoding NAME." in first.stdout
    assert "Columns that are not read: Remarques." in first.stdout
    assert "Never rung, since they are faxes: Fax." in first.stdout
    assert first.stdout.endswith("3 created, 0 changed, 0 unchanged.\n")
    before = people()
    macintosh = home / "mac.csv"
    macintosh.write_bytes(EXPORT.replace("\n", "\r").encode("mac_roman"))
    for again in (
        macintosh,
        book(home),
        file(home, EXPORT, "utf-16"),
        file(home, EXPORT.replace(";", "\t"), "utf-8-sig"),
    ):
        assert importing(again).stdout.endswith("0 created, 0 changed, 3 unchanged.\n"), again
    assert people() == before
    eric = next(each for each in before if each["first_name"] == "Éric")
    assert (eric["civic_number"], eric["street"], eric["unit"]) == ("710", "boul. des Seigneurs", "4")
    assert [(point["channel"], point["address"]) for point in eric["points"]] == [
        ("voice", "+15145550101"),
        ("sms", "+15145550151"),
        ("voice", "+15145550151"),
    ]


def test_columns_that_a_file_does_not_have_keep_what_is_stored(home: Path) -> None:
    importing(file(home, EXPORT))
    (before,) = [each for each in people() if each["first_name"] == "Éric"]
    assert importing(file(home, "Nom;Prénom;Téléphone\nLévesque;Éric;514 555-0101 / 514 555-0151\n")).exit_code == 0
    assert {**before, "last_name": "Lévesque"} in people()


def test_a_dry_run_says_what_would_be_done(home: Path) -> None:
    importing(file(home, EXPORT))
    path = file(
        home,
        EXPORT.replace("J6W1T6", "J6W 1T5").replace("514-555-0104", "514-555-O104") + "Roy;Max;514-555-0109;;;;;;\n",
    )
    said = importing(path, "--dry-run")
    assert said.exit_code == 0
    assert "New:\n  line 5: Max Roy\n" in said.stdout
    assert "Changed:\n  line 2: Éric LÉVESQUE\n" in said.stdout
    reason = "“514-555-O104” holds the letter O in the place of a digit: write the digit (did you mean “514-555-0104”?)"
    assert f"Refused:\n  line 4, Téléphone: {reason}\n" in said.stdout
    assert "1 new, 1 changed, 1 unchanged, 1 refused. Nothing was imported (--dry-run)." in said.stdout
    data = json.loads(importing(path, "--dry-run", "--json").stdout)
    assert [data[name] for name in ("created", "changed", "unchanged", "refused")] == [1, 1, 1, 1]
    assert data["errors"][0]["nearest"] == "514-555-0104"
    assert len(people()) == 3


def test_whole_or_nothing_unless_asked(home: Path) -> None:
    path = file(home, EXPORT.replace("514-555-0104", "555-0104"), "cp1252")
    refused = importing(path)
    assert refused.exit_code == 1
    assert "Nothing was imported" in refused.stderr
    assert "line 4, Téléphone: “555-0104” has no area code" in refused.stderr
    assert people() == []
    rest = home / "refused.csv"
    done = importing(path, "--skip-refused", rest)
    assert done.stdout.endswith("2 created, 0 changed, 0 unchanged.\n")
    assert f"1 refused: see {rest}.\n" in done.stdout
    assert rest.read_bytes().startswith(b"\xef\xbb\xbf"), "by which Excel knows UTF-8"
    assert rest.stat().st_mode & 0o077 == 0
    header, row = csv.reader(rest.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert header == [*EXPORT.splitlines()[0].split(";"), "Ligne du fichier", "Raison du refus"]
    assert row[0] == "Succession Bélair"
    assert "has no area code" in row[-1]
    again = importing(path, "--skip-refused", rest)
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    corrected = home / "corrected.csv"
    corrected.write_text(rest.read_text(encoding="utf-8-sig").replace("555-0104", "514-555-0104"), encoding="utf-8-sig")
    assert importing(corrected).stdout.endswith("1 created, 0 changed, 0 unchanged.\n")


def test_nothing_is_left_out_in_silence_where_rows_cannot_be_told_apart(home: Path) -> None:
    path = file(home, 'Nom;Tél\nRoy;514-555-0101\n"Côté;514-555-0102\nDubé;514-555-0103\n')
    refused = importing(path, "--skip-refused", home / "refused.csv")
    assert refused.exit_code == 1
    assert "line 3: a quotation mark is not closed" in refused.stderr
    assert people() == []


def test_without_a_header_the_columns_are_guessed_and_need_a_yes(home: Path) -> None:
    lines = "Lévesque;Éric;514-555-0101;710, boul. des Seigneurs;J6W 1T6;F", "Côté;Zoé;514-555-0102;12 rue X;J6W 1T7;A"
    path = file(home, "\n".join(lines))
    asked = importing(path)
    assert asked.exit_code == 1
    for number, field in enumerate(("last_name", "first_name", "voice", "address", "postal_code", "language"), start=1):
        assert f"Column “{number}” is read as {field}: such as" in asked.stdout
    assert "import it again with --yes" in " ".join(asked.stderr.split())
    assert people() == []
    assert importing(path, "--yes").stdout.endswith("2 created, 0 changed, 0 unchanged.\n")
    assert {each["first_name"] for each in people()} == {"Éric", "Zoé"}


def test_a_column_that_nobody_knows_is_mapped(home: Path) -> None:
    path = file(home, "Nom,Joignable au,Fax\nRoy,514-555-0101,514-555-0102\n")
    said = importing(path)
    assert said.exit_code == 1
    assert '--map "HEADER=voice"' in said.stderr
    assert importing(path, "--map", "Joignable au=voice").stdout.endswith("1 created, 0 changed, 0 unchanged.\n")
    assert [point["address"] for point in people()[0]["points"]] == ["+15145550101"]
    assert importing(path, "--map", "Joignable au=telephone").exit_code == 2
    assert "there is no column “mobile”" in importing(path, "--map", "Mobile=voice").stderr


def test_an_import_is_undone_by_its_id(home: Path) -> None:
    first = importing(file(home, EXPORT))
    assert "Import 1: `tocsin contacts import --undo 1` undoes it within 30 days." in first.stdout
    importing(file(home, EXPORT.replace("Zoé", "Zoée")))
    (second, *_), before = json.loads(tocsin("contacts", "imports", "--json").stdout), people()
    assert (second["id"], second["file"], second["created"], second["unchanged"]) == (2, "residents.csv", 1, 2)
    assert len(before) == 4
    undone = tocsin("contacts", "import", "--undo", "2")
    assert undone.stdout.endswith("1 removed, 0 changed back, 0 left as they are.\n")
    assert len(people()) == 3
    again = tocsin("contacts", "import", "--undo", "2")
    assert (again.exit_code, "Nothing was undone: import 2 is undone already" in again.stderr) == (1, True)
    listed = tocsin("contacts", "imports").stdout
    assert "undone" in listed
    assert json.loads(tocsin("contacts", "import", "--undo", "1", "--json").stdout)["removed"] == 3


def test_a_file_or_an_undo_is_named(home: Path) -> None:
    both: list[str | Path] = [file(home, EXPORT), "--undo", "1"]
    for words in ([], both):
        said = tocsin("contacts", "import", *words)
        assert (said.exit_code, "Name a file to import" in said.stderr) == (2, True)


def test_every_option_and_field_is_in_the_guide() -> None:
    guide = (ROOT / "docs/residents-file.md").read_text(encoding="utf-8")
    group = typer.main.get_command(contacts.app)
    assert isinstance(group, TyperGroup)
    options = [each.opts[0] for each in group.commands["import"].params if each.param_type_name == "option"]
    assert [option for option in options if option not in guide] == []
    assert [field for field in contact_fields.FIELDS if f"`{field}`" not in guide] == []


def test_an_encoding_that_is_said(home: Path) -> None:
    path = file(home, "Nom;Téléphone\nŁukasz;514-555-0101\n", "iso8859-2")
    assert importing(path).exit_code
    assert importing(path, "--encoding", "iso8859-2").exit_code == 0
    assert [person["last_name"] for person in people()] == ["Łukasz"]


def test_an_encoding_that_the_file_is_not(home: Path) -> None:
    path = file(home, "Nom;Tel\nCyr;514-555-0102\nCôté;514-555-0101\n", "cp1252")
    assert "line 3: holds a byte that is no UTF-8" in importing(path, "--encoding", "UTF-8").stderr
    assert "“klingon” is none that Tocsin knows" in importing(path, "--encoding", "klingon").stderr
    assert "--encoding is for text files" in importing(book(home), "--encoding", "UTF-8").stderr
    assert people() == []


def test_the_sheet_is_named_in_a_refusal(home: Path) -> None:
    path = sheets.xlsx(home / "a.xlsx", {"Citoyens": sheets.sheet(sheets.rows([["Nom", "Téléphone"], ["Roy", "12"]]))})
    assert "sheet “Citoyens”" in importing(path).stderr


@pytest.mark.parametrize("which", [("Machin", "Chose"), ("machin", "CHOSE"), ("A", "C"), ("1", "3")])
def test_columns_by_header_number_or_letter(home: Path, which: tuple[str, str]) -> None:
    path = file(home, "Machin;Prénom;Chose;Téléphone\nRoy;Zoé;418-555-0101;418-555-0102\n")
    name, number = which
    done = importing(path, "--map", f"{name}=Last_Name", "--map", f"{number}=mobile")
    assert done.exit_code == 0, done.stderr
    assert [person["last_name"] for person in people()] == ["Roy"]


def test_a_mapping_where_no_header_is_found_says_what_is_there(home: Path) -> None:
    said = importing(file(home, "Machin;Truc\nRoy;418-555-0101\n"), "--map", "Foo=last_name").stderr
    assert "The first row holds “Machin”, “Truc”" in said


def test_hundreds_of_columns_that_are_not_read_are_counted(home: Path) -> None:
    names = [f"x{n}" for n in range(300)]
    path = file(home, ";".join(["Nom", "Téléphone", *names]) + "\nRoy;418-555-0101\n")
    assert "x19 and 280 more." in importing(path).stdout
