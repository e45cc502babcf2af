"""`tocsin streets` and addresses, as the town types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tocsin import typed
from tests.tocsin.typed import data, tocsin

RESIDENTS = """Nom;Prénom;Téléphone;Adresse;Code postal
Roy;Zoé;418-555-0101;12 rue Cyr;J6W 1A1
Roy;Max;418-555-0102;11 rue Cyr;J6W 1A1
Roy;Léa;418-555-0103;4 rang Nord;J0N 1A0
"""
STREETS = "Rue;De;À;Côté;Code postal;Secteur\nRue Cyr;1;99;impair;J6W 1A1;Nord\nRue Cyr;2;98;pair;J6W 1A1;Sud\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return typed.home(tmp_path, monkeypatch, RESIDENTS).parent


def file(home: Path, name: str, text: str) -> Path:
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def sectors(*words: str) -> dict[str, str]:
    return {each["first_name"]: each["sector"] for each in data("contacts", "list", *words)}


def test_residents_have_the_sector_of_their_street(home: Path) -> None:
    found = tocsin("streets", "import", file(home, "rues.csv", STREETS))
    assert found.stdout.splitlines() == [
        "2 streets and parts of streets: 2 new, 0 gone.",
        "2 residents have a sector by their street.",
        "1 have none. No alert to a sector reaches them: `tocsin contacts list --sector -` says who they are.",
    ]
    assert sectors() == {"Zoé": "Sud", "Max": "Nord", "Léa": ""}
    assert sectors("--sector", "-") == {"Léa": ""}


def test_without_doing_it(home: Path) -> None:
    found = tocsin("streets", "import", file(home, "rues.csv", STREETS), "--dry-run")
    assert "2 residents would have a sector by their street." in found.stdout
    assert found.stdout.endswith("Nothing was imported (--dry-run).\n")
    assert set(sectors().values()) == {""}
    assert data("streets", "list")["streets"] == []


def test_a_wrong_row_and_nothing_is_imported(home: Path) -> None:
    found = tocsin("streets", "import", file(home, "rues.csv", STREETS + "Rang Nord;x;;;;Nord\n;;;;;Nord\n"))
    assert found.exit_code == 1
    assert "Nothing was imported: correct 2 places in the file" in found.stderr
    assert "line 4, De: “x” is no civic number" in found.stderr
    assert "line 5, Rue: is empty: write it" in found.stderr
    assert data("streets", "list") == {"streets": [], "without_sector": 3}


def test_what_is_exported_can_be_imported_to_go_back(home: Path) -> None:
    tocsin("streets", "import", file(home, "rues.csv", STREETS))
    before = data("streets", "list")
    assert tocsin("streets", "export", home / "before.csv").exit_code == 0
    assert data("streets", "import", file(home, "other.csv", "Rue;Secteur\nRang Nord;Nord\n"))["gone"] == 2
    assert data("streets", "import", home / "before.csv")["new"] == 2
    assert data("streets", "list")["streets"] == before["streets"]
    assert tocsin("streets", "export", home / "before.csv").exit_code == 2


def test_taken_from_where_residents_live(home: Path) -> None:
    assert "no resident has a street and a sector" in tocsin("streets", "import").stderr
    where = "Nom;Prénom;Téléphone;Adresse;Secteur\nDion;Ève;418-555-0104;20 rue Cyr;Sud\n"
    tocsin("contacts", "import", file(home, "more.csv", where))
    assert data("streets", "import")["given"] == 2  # the whole street: nobody is known to live elsewhere on it
    assert sectors("--sector", "Sud") == {"Zoé": "Sud", "Max": "Sud", "Ève": "Sud"}


def test_whoever_moves(home: Path) -> None:
    tocsin("streets", "import", file(home, "rues.csv", STREETS))
    moved = tocsin("contacts", "address", "418 555-0103", "--street", "rue Cyr", "--civic-number", "7")
    assert moved.stdout == "Sector: Nord.\n"
    away = tocsin("contacts", "address", "418 555-0102", "--street", "rue Dion")
    assert "No street says which sector this is" in away.stderr
    tocsin("contacts", "import", home / "residents.csv")  # as the town's roll has them
    assert sectors() == {"Zoé": "Sud", "Max": "", "Léa": "Nord"}
    given = tocsin("contacts", "address", "418 555-0102", "--street", "rue Dion", "--sector", "Île")
    assert given.stdout == "Sector: Île.\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Missing option '--street'"),
        (("--street", ""), "--street is empty: give the name of the street"),
        (("--street", "rue Cyr", "--postal-code", "J6W"), "--postal-code “J6W” is no Canadian postal code"),
    ],
)
def test_no_address(options: tuple[str, ...], said: str) -> None:
    found = tocsin("contacts", "address", "418 555-0103", *options)
    assert found.exit_code == 2
    assert said in found.stderr


def test_a_preview_counts_those_without_a_sector(home: Path) -> None:
    tocsin("streets", "import", file(home, "rues.csv", STREETS))
    text = "--title", "Eau", "--text-fr", "Faites bouillir l'eau.", "--text-en", "Boil the water."
    sud = data("alert", "preview", *text, "--to", "sector:Sud")
    assert (sud["people"], sud["without_sector"]) == (1, 1)
    both = data("alert", "preview", *text, "--to", "sector:Sud sector:-")
    assert (both["people"], both["without_sector"]) == (2, 0)
    assert data("alert", "preview", *text)["without_sector"] == 0
    shown = tocsin("alert", "preview", *text, "--to", "sector:Sud").stdout
    assert "1, not in the target: --to sector:- adds them" in shown
