"""Files as clerks and their programs make them, and what came of each."""

from __future__ import annotations

import pytest

from residents import files
from residents.files import delimited
from rules.contact_rows import BadFile, ContactRow, PhoneLine

A, B, C = PhoneLine("+14185550101"), PhoneLine("+14185550102"), PhoneLine("+14185550103")


def people(*lines: str) -> list[ContactRow]:
    return files.read("\r\n".join(lines).encode())


def refusals(*lines: str) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as caught:
        people(*lines)
    return [(each.line, each.column) for each in caught.value.wrong]


def test_two_rows_of_headers() -> None:
    """The first one groups the columns."""
    (row,) = people("Citoyen;;Téléphone;;", "Nom;Prénom;Résidence;Cellulaire;", "Roy;Zoé;418-555-0101;418-555-0102;")
    assert (row.name, row.voice, row.sms) == ("Zoé Roy", (A, B), (B,))


def test_an_office_that_is_called_and_one_that_is_a_room() -> None:
    (row,) = people("Nom;Maison;Bureau;Travail (jour)", "Roy;418-555-0101;418-555-0102;418-555-0103")
    assert (row.voice, row.unit) == ((A, B, C), "")
    (row,) = people("Nom;No civique;Rue;Bureau;Téléphone", "Garage Roy;12;rue Roy;200;418-555-0101")
    assert (row.voice, row.unit) == ((A,), "200")


def test_a_header_that_each_page_repeats() -> None:
    header = "Nom;Téléphone"
    rows = people(header, "Roy;418-555-0101", header, "Cyr;418-555-0102")
    assert [(row.line, row.name) for row in rows] == [(2, "Roy"), (4, "Cyr")]


def test_exports_of_programs_for_mail() -> None:
    (row,) = people(
        "Name,Given Name,Family Name,Phone 1 - Type,Phone 1 - Value,E-mail 1 - Value",
        "Zoe Roy,Zoe,Roy,Home,418-555-0101 ::: 418-555-0102,z@example.org",
    )
    assert (row.name, row.voice, row.email) == ("Zoe Roy", (A, B), ("z@example.org",))
    (row,) = people(
        "First Name,Middle Name,Last Name,Home Phone,Home Street,Home City,Home Postal Code",
        "Zoe,,Roy,418-555-0101,12 Main St,Levis,G6V 1A1",
    )
    assert (row.civic_number, row.street, row.city, row.postal_code) == ("12", "Main St", "Levis", "G6V 1A1")


@pytest.mark.parametrize("nothing", ["N/A", "-", "s/o", "Aucun", "?"])
def test_words_for_nothing(nothing: str) -> None:
    header = "Nom;Téléphone;Adresse;App.;Ville;Code postal;Secteur;Langue"
    (row,) = people(header, ";".join(["Roy", "418-555-0101", *[nothing] * 6]))
    assert (row.street, row.unit, row.city, row.postal_code, row.sector, row.language) == ("", "", "", "", "", "fr")


def test_a_name_without_a_letter_is_another_column() -> None:
    assert refusals("Nom;Prénom;Téléphone", "123;Zoé;418-555-0101", "Roy;08:30:00;418-555-0102") == [
        (2, "Nom"),
        (3, "Prénom"),
    ]


def test_digits_in_place_of_a_name() -> None:
    rows = people("Nom;Prénom;Téléphone", "4185550101;R;418-555-0101", "00012;Alix;418-555-0102")
    assert [row.name for row in rows] == ["R 4185550101", "Alix 00012"]


def test_a_postal_code_with_a_full_stop() -> None:
    (row,) = people("Nom;Téléphone;C.P.", "Roy;418-555-0101;g6v.1a1")
    assert row.postal_code == "G6V 1A1"


def test_an_encoding_that_is_known() -> None:
    table = delimited.table("Nom;Tel\nBéla;1\n".encode("mac_roman"), "Mac Roman")
    assert [cells for _, cells in table.rows()] == [["Nom", "Tel"], ["Béla", "1"]]


def test_headers_whose_accents_another_program_spoilt() -> None:
    with pytest.raises(BadFile, match="did you mean “Téléphone”") as caught:
        people("Nom;TÃ©lÃ©phone", "Roy;418-555-0101")
    assert "took UTF-8 for another encoding" in str(caught.value)
