"""A file of streets as towns have it: what is read, and what is said of what can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from residents.files import opened
from residents.files.delimited import table
from residents.streets import reading
from rules.contact_rows import BadFile
from rules.stretches import Stretch
from tests.residents import sheets

FILE = "Rue;De;À;Côté;Code postal;Secteur\n"
PLAIN = "name,from,to,side,postal_code,sector\n"


def stretch(text: str) -> list[tuple[str, str, str]]:
    return told(reading.read(table(text.encode())))


def told(found: list[Stretch]) -> list[tuple[str, str, str]]:
    return [(str(each.street), each.postal_code, each.sector) for each in found]


def wrong(text: str) -> list[str]:
    with pytest.raises(BadFile) as error:
        reading.read(table(text.encode()))
    return list(map(str, error.value.wrong))


def test_as_in_the_issue() -> None:
    assert stretch(PLAIN + "Rue Cyr,1,99,odd,J6W 1A1,Nord\nRang Sud,,,,,Sud\n") == [
        ("Rue Cyr:1-99:odd", "J6W 1A1", "Nord"),
        ("Rang Sud", "", "Sud"),
    ]


def test_in_french() -> None:
    text = FILE + "Rue Cyr;1;;impair;j6w1a1;Nord\nRue Cyr;2;98;pair;;Sud\nRue Roy;;40;les deux;;Sud\n"
    assert stretch(text) == [
        ("Rue Cyr:1-:odd", "J6W 1A1", "Nord"),
        ("Rue Cyr:2-98:even", "", "Sud"),
        ("Rue Roy:-40", "", "Sud"),
    ]


def test_titles_types_and_other_columns() -> None:
    text = "Ville de Valmont\n\nGénérique;Odonyme;Longueur;Secteur d'alerte\nBoul.;des Seigneurs;1200;Nord\n"
    assert stretch(text) == [("Boul. des Seigneurs", "", "Nord")]


def test_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Rue", "Du", "Au", "Parité", "Secteur"], ["Rue Cyr", 1, 99, "Impair", "Nord"]]
    notes = sheets.sheet(sheets.rows([["à compléter"]]))
    path = sheets.xlsx(tmp_path / "rues.xlsx", {"Rues": sheets.sheet(sheets.rows(rows)), "Notes": notes})
    with opened(path) as found:
        assert told(reading.read(found)) == [("Rue Cyr:1-99:odd", "", "Nord")]


def test_windows_1252() -> None:
    found = reading.read(table((FILE + "Rue de l'Église;;;;;Île\n").encode("cp1252")))
    assert told(found) == [("Rue de l'Église", "", "Île")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";1;9;;;Nord", "line 2, Rue: is empty: write it"),
        ("Rue Cyr;1;9;;;", "line 2, Secteur: is empty: write it"),
        ("Rue Cyr;9;1;;;Nord", "line 2, À: “1” is before 9, where the stretch begins: exchange them"),
        (
            "Rue Cyr;neuf;;;;Nord",
            "line 2, De: “neuf” is no civic number: write digits, or nothing for the whole street",
        ),
        (
            "Rue Cyr;1;9;inpair;;Nord",
            "line 2, Côté: “inpair” is no side: write pair, impair or nothing (did you mean “impair”?)",
        ),
        (
            "Rue Cyr;1;9;;J6W IA1;Nord",
            "line 2, Code postal: “J6W IA1” is no Canadian postal code: write it as J6W 1A1 (did you mean “J6W 1A1”?)",
        ),
    ],
)
def test_a_wrong_cell(line: str, said: str) -> None:
    assert wrong(FILE + line + "\n") == [said]


def test_numbers_in_two_sectors() -> None:
    assert wrong(FILE + "Rue Cyr;1;50;;;Nord\nrue cyr;40;90;pair;;Sud\n") == [
        "line 3, Secteur: “Sud” is another sector than that of the same numbers in line 2: part them, or keep one"
    ]


def test_no_header() -> None:
    (said,) = wrong("Rue Cyr;1;9;Nord\n")
    assert "begin with Rue;De;À;Côté;Code postal;Secteur" in said


@pytest.mark.parametrize("text", ["", "\n\n", FILE])
def test_nothing_in_it(text: str) -> None:
    assert len(wrong(text)) == 1
