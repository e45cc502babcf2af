from __future__ import annotations

import pytest

from residents.files import columns


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nom", "last_name"),
        ("NOM DE FAMILLE", "last_name"),
        ("Prénom", "first_name"),
        ("prenom", "first_name"),
        ("Prénom (usuel)", "first_name"),
        ("Téléphone", "voice"),
        ("Tél. résidence", "voice"),
        ("Tél. (rés.)", "voice"),
        ("Téléphone maison", "voice"),
        ("No de téléphone", "voice"),
        ("N° de tél.", "voice"),
        ("Telephone1", "voice"),
        ("Home Phone", "voice"),
        ("Téléphone travail", "voice"),
        ("Cellulaire", "mobile"),
        ("Tél. cell.", "mobile"),
        ("Cell.", "mobile"),
        ("Numéro de cellulaire", "mobile"),
        ("Téléphone mobile", "mobile"),
        ("Mobile Phone", "mobile"),
        ("Texto", "sms"),
        ("Cellulaire (texto)", "mobile"),
        ("SMS", "sms"),
        ("Fax", "fax"),
        ("Télécopieur", "fax"),
        ("No de télécopieur", "fax"),
        ("Tél./Fax", "fax"),
        ("Courriel", "email"),
        ("Adresse courriel", "email"),
        ("E-mail", "email"),
        ("Courriel 2", "email"),
        ("Adresse", "address"),
        ("Adresse civique", "address"),
        ("Adresse complète", "address"),
        ("No civique", "civic_number"),
        ("Numéro civique", "civic_number"),
        ("# civique", "civic_number"),
        ("Rue", "street"),
        ("Nom de la rue", "street"),
        ("App.", "unit"),
        ("Appartement", "unit"),
        ("No d'app.", "unit"),
        ("Unité", "unit"),
        ("Ville", "city"),
        ("Municipalité", "city"),
        ("Code postal", "postal_code"),
        ("Postal Code", "postal_code"),
        ("C.P.", "postal_code"),
        ("Secteur", "sector"),
        ("Quartier", "sector"),
        ("Zone", "sector"),
        ("Langue", "language"),
        ("Langue de correspondance", "language"),
        ("Sujets", "topics"),
        ("Thématiques", "topics"),
        ("Nom et prénom", "name"),
        ("Propriétaire", "name"),
        ("Organisme", "organisation"),
        ("Poste", "extension"),
        ("first_name", "first_name"),
        ("postal_code", "postal_code"),
        ("Remarques", ""),
        ("Date de naissance", ""),
        ("Téléphone en cas d'urgence", ""),
        ("Nom du conjoint", ""),
        ("ID", ""),
        ("Matricule", ""),
        ("", ""),
    ],
)
def test_headers_in_both_languages(header: str, field: str) -> None:
    assert columns.meaning(header) == field


@pytest.mark.parametrize(
    ("header", "field"),
    [("Telephonne", "voice"), ("Prennom", "first_name"), ("Cellullaire", "mobile"), ("Code postale", "postal_code")],
)
def test_a_slip_of_the_pen(header: str, field: str) -> None:
    assert field in (columns.meaning(header), columns.nearly(header))


@pytest.mark.parametrize("header", ["Télécopie", "Non", "Remarque", "Date", "Âge"])
def test_other_words_are_not_taken_for_a_known_header(header: str) -> None:
    assert columns.nearly(header) == ""


def fields(*header: str, **mapping: str) -> list[str]:
    return [column.field for column in columns.named(header, mapping)]


def test_number_and_street_apart() -> None:
    assert fields("Nom", "No", "Rue", "Tél") == ["last_name", "civic_number", "street", "voice"]
    assert fields("Nom", "No civique", "Adresse", "Tél") == ["last_name", "civic_number", "street", "voice"]


def test_a_street_alone_holds_the_number_as_well() -> None:
    assert fields("Nom", "Rue", "Tél") == ["last_name", "address", "voice"]


def test_the_civic_address_comes_before_the_postal_one() -> None:
    assert fields("Nom", "Adresse postale", "Adresse civique") == ["last_name", "ignored", "address"]
    assert fields("Nom", "Adresse postale") == ["last_name", "address"]


def test_what_a_person_says_of_a_column_counts_more() -> None:
    assert fields("Nom", "Contact 1", "Fax", **{"contact 1": "voice", "fax": "ignored"}) == [
        "last_name",
        "voice",
        "ignored",
    ]


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(columns.BadMapping, match="there is no column “tel 3”: the columns are Nom, Tél"):
        fields("Nom", "Tél", **{"tel 3": "voice"})


def test_a_row_of_data_is_no_header() -> None:
    assert columns.is_header(["Nom", "Prénom", "Téléphone"], {})
    assert not columns.is_header(["Cell", "Rue", "Mobile", "514-555-0101"], {})
    assert not columns.is_header(["Liste des citoyens de Terrebonne"], {})
