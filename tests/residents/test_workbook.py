from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from residents import files
from residents.files import container, workbook
from residents.files.reading import ResidentsRead
from rules.contact_rows import BadFile, ContactRow, PhoneLine
from tests.residents import sheets

HEADER = ["Nom", "Prénom", "Téléphone", "Adresse"]
ROY = ["Roy", "Zoé", 5145550101, "12 rue X"]


def read(path: Path, sheet: str = "") -> tuple[ResidentsRead, list[str]]:
    with files.opened(path, sheet) as table:
        assert table.length
        return files.residents(table, files.layout(table)), [*table.notes]


def people(path: Path, sheet: str = "") -> list[ContactRow]:
    return read(path, sheet)[0].rows


def refusal(path: Path, sheet: str = "") -> str:
    with pytest.raises(BadFile) as caught:
        read(path, sheet)
    return str(caught.value)


def book(path: Path, *table: Sequence[object]) -> Path:
    return sheets.xlsx(path / "book.xlsx", {"Feuil1": sheets.sheet(sheets.rows(table))})


def test_a_french_export(tmp_path: Path) -> None:
    """Titles and empty rows above the header, numbers stored as numbers, a column of remarks, a second sheet."""
    table: list[list[object]] = [
        ["Liste des citoyens"],
        [],
        ["Nom", "Prénom", "Téléphone", "Cellulaire", "Adresse", "Code postal", "Langue", "Remarques"],
        ["LÉVESQUE", "Éric", 5145550101, "514.555.0151", "710, boul. des Seigneurs, app. 4", "J6W1T6", "Français", "x"],
        ["Succession Bélair", "", 5.145550104e9, "", "1250, av. du Parc", "J6W 1T9", "", ""],
    ]
    path = sheets.xlsx(
        tmp_path / "a.xlsx",
        {"Notes": sheets.sheet(sheets.rows([["à compléter"]])), "Citoyens": sheets.sheet(sheets.rows(table))},
    )
    found, notes = read(path)
    assert notes == ["Sheet “Citoyens” is read, not “Notes”."]
    assert found.layout.notes == ("Line 1 is skipped: the header is in line 3.",)
    assert found.layout.ignored == ["Remarques"]
    first, second = found.rows
    assert (first.line, first.name, first.sms) == (4, "Éric LÉVESQUE", (PhoneLine("+15145550151"),))
    assert first.voice == (PhoneLine("+15145550101"), PhoneLine("+15145550151"))
    assert (first.civic_number, first.street, first.unit) == ("710", "boul. des Seigneurs", "4")
    assert (second.name, second.voice) == ("Succession Bélair", (PhoneLine("+15145550104"),))


def test_a_sheet_by_name(tmp_path: Path) -> None:
    old = sheets.sheet(sheets.rows([HEADER, ["Ancien", "X", 5145550109, ""]]))
    new = sheets.sheet(sheets.rows([HEADER, [*ROY]]))
    path = sheets.xlsx(tmp_path / "a.xlsx", {"2026": new, "2025": old, "Caché": old}, hidden=["Caché"])
    assert [row.last_name for row in people(path)] == ["Roy"]
    assert [row.last_name for row in people(path, "2025")] == ["Ancien"]
    assert [row.last_name for row in people(path, "caché")] == ["Ancien"]
    assert any("has such headers as well: --sheet NAME" in note for note in read(path)[1])
    assert "there is no sheet “2024”: the sheets are “2026”, “2025”, “Caché”" in refusal(path, "2024")


def test_an_error_or_a_formula_without_a_value_is_refused_with_its_place(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        HEADER,
        [*ROY],
        ["Côté", "Max", '<c r="C3" t="e"><f>A9</f><v>#REF!</v></c>', ""],
        ["Lavoie", "Léa", '<c r="C4"><f>B2&amp;"1"</f></c>', ""],
        ["Dubé", "Ève", '<c r="C5" t="str"><f>"514"&amp;"5550105"</f><v>5145550105</v></c>', ""],
    )
    found, _ = read(path)
    assert [(each.line, each.column, each.value) for each in found.wrong] == [
        (3, "Téléphone", "#REF!"),
        (4, "Téléphone", "="),
    ]
    assert [row.first_name for row in found.rows] == ["Zoé", "Ève"]


def test_a_cell_merged_downwards_counts_for_all_its_rows(tmp_path: Path) -> None:
    inside = sheets.rows([HEADER, [*ROY], ["Roy", "Max", 5145550102, ""]])
    merged = '<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>'
    path = sheets.xlsx(tmp_path / "a.xlsx", {"A": sheets.sheet(inside, merged)})
    assert [row.street for row in people(path)] == ["rue X", "rue X"]


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    inside = sheets.rows([HEADER, [*ROY], ["Côté", "Max", 5145550102, ""]]).replace(
        '<row r="3"', '<row r="3" hidden="1"'
    )
    path = sheets.xlsx(tmp_path / "a.xlsx", {"A": sheets.sheet(inside)})
    found, notes = read(path)
    assert len(found.rows) == 2
    assert "1 hidden row is read as well." in notes


def test_open_document(tmp_path: Path) -> None:
    rows = sheets.ods_row(*HEADER) + sheets.ods_row("Lévesque", "Éric", "514-555-0101", "12 rue X")
    path = sheets.ods(tmp_path / "a.ods", rows + sheets.ods_row("", repeated=1_048_000))
    assert [row.name for row in people(path)] == ["Éric Lévesque"]


def test_old_excel() -> None:
    (row,) = people(Path(__file__).parent / "residents.xls")
    assert (row.name, row.voice) == ("Éric Lévesque", (PhoneLine("+15145550101"),))


def refused_places(found: ResidentsRead) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.value) for each in found.wrong]


def test_errors_of_formulas_in_old_excel() -> None:
    """Its reader takes them for empty cells; in a column that is not read they matter to nobody."""
    found, _ = read(Path(__file__).parent / "errors.xls")
    assert refused_places(found) == [(2, "Adresse", "#REF!"), (4, "Téléphone", "#N/A")]
    assert [row.name for row in found.rows] == ["Luc Cyr"]


def test_errors_of_formulas_in_an_open_document(tmp_path: Path) -> None:
    lines = [
        sheets.ods_row(*HEADER, "Remarque"),
        sheets.ods_row(repeated=3),
        sheets.ods_row("Roy", "Zoé", "514-555-0101", sheets.ods_error("#REF!")),
        sheets.ods_row("Cyr", "Luc", "514-555-0102", "12 rue X", sheets.ods_error("#N/A")),
        sheets.ods_row("Côté", "Al", sheets.ods_error("Err:502", repeated=2)),
    ]
    found, _ = read(sheets.ods(tmp_path / "a.ods", "".join(lines)))
    assert refused_places(found) == [(5, "Adresse", "#REF!"), (7, "Téléphone", "#ERR"), (7, "Adresse", "#ERR")]
    assert [row.name for row in found.rows] == ["Luc Cyr"]


def test_an_error_in_a_cell_merged_downwards_counts_for_all_its_rows(tmp_path: Path) -> None:
    inside = sheets.rows([HEADER, [*ROY[:3], '<c r="D2" t="e"><v>#REF!</v></c>'], ["Roy", "Max", 5145550102, ""]])
    merged = '<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>'
    found, _ = read(sheets.xlsx(tmp_path / "a.xlsx", {"A": sheets.sheet(inside, merged)}))
    assert refused_places(found) == [(2, "Adresse", "#REF!"), (3, "Adresse", "#REF!")]


def test_the_only_sheet_with_a_header_is_hidden(tmp_path: Path) -> None:
    inside = {"Vue": sheets.sheet(sheets.rows([["x"]])), "Citoyens": sheets.sheet(sheets.rows([HEADER, ROY]))}
    path = sheets.xlsx(tmp_path / "a.xlsx", inside, hidden=["Citoyens"])
    assert 'read it with --sheet "Citoyens"' in refusal(path)
    assert len(people(path, "Citoyens")) == 1


def test_a_million_empty_rows(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 1_048_577))
    path = sheets.xlsx(tmp_path / "a.xlsx", {"A": sheets.sheet(sheets.rows([HEADER, [*ROY]]) + empty)})
    assert len(people(path)) == 1


def test_a_sheet_of_billions_of_cells(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = sheets.xlsx(tmp_path / "a.xlsx", {"A": sheets.sheet(sheets.rows([HEADER, [*ROY]]) + far)})
    assert workbook.TOO_LARGE in refusal(path)


def test_a_bomb(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(book(tmp_path, HEADER, [*ROY]), "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/a.xml", "w") as entry,
    ):
        for _ in range(container.MOST_BYTES // 10_000_000 + 1):
            entry.write(b" " * 10_000_000)
    assert "unpacks to more than 400 MB" in refusal(tmp_path / "book.xlsx")


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    test_a_bomb(tmp_path)
    with zipfile.ZipFile(path) as archive:
        honest = archive.getinfo("xl/media/a.xml").file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(honest, (1000).to_bytes(4, "little")))
    assert "unpacks to more than 400 MB" in refusal(path)


def test_many_entries(tmp_path: Path) -> None:
    with zipfile.ZipFile(book(tmp_path, HEADER, [*ROY]), "a") as archive:
        for n in range(container.MOST_ENTRIES):
            archive.writestr(f"xl/{n}", b"")
    assert "unpacks to more than" in refusal(tmp_path / "book.xlsx")


def test_a_password_on_an_open_document(tmp_path: Path) -> None:
    assert container.LOCKED in refusal(sheets.ods(tmp_path / "a.ods", "", "<manifest:encryption-data/>"))


def test_a_password_on_a_new_excel(tmp_path: Path) -> None:
    """[MS-OFFCRYPTO]: an older container around it."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(container.OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    assert container.LOCKED in refusal(path)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "a PDF document"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "an image"),
        ("a.xls", b"<html><body><table><tr><td>Nom</td></tr></table>", "a web page (HTML)"),
        ("a.csv", b"\xef\xbb\xbf\n<!DOCTYPE html>", "a web page (HTML)"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com">', "an XML file"),
        ("a.doc", container.OLE + bytes(504) + "WordDocument".encode("utf-16-le"), "a Word document"),
        ("a.rtf", b"{\\rtf1", "RTF"),
        ("a.json", b'[{"nom": 1}]', "a JSON file"),
        ("a.vcf", b"BEGIN:VCARD", "vCard"),
    ],
)
def test_another_kind_of_file_is_named(name: str, data: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    said = refusal(tmp_path / name)
    assert kind in said
    assert container.SAVE_AS in said


@pytest.mark.parametrize(
    ("entry", "kind"), [("word/document.xml", "a Word document"), ("ppt/a.xml", "a PowerPoint"), ("a.csv", "a ZIP")]
)
def test_another_kind_of_archive_is_named(entry: str, kind: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(entry, b"")
    assert f"this is {kind}" in refusal(tmp_path / "a.xlsx")


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    path = book(tmp_path, HEADER, [*ROY])
    path.write_bytes(path.read_bytes()[:-200])
    assert "damaged" in refusal(path)
