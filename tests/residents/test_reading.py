from __future__ import annotations

import pytest

from residents import files
from residents.files import delimited, rows
from rules import contact_rows
from rules.contact_rows import BadFile, PhoneLine
from rules.model import Language

HEADER = ",".join(contact_rows.COLUMNS)
GOOD = (
    "Zoé,Côté,fr,514-555-0101; 450 555 0102 x12,5145550103,zoe@example.org,"
    "12,rue des Érables,3,Terrebonne,j6w1a1,Vieux Bourg,eau;neige"
)


def file(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines, ""]).encode()


def wrong(data: bytes) -> list[tuple[int, str, str]]:
    """Line, column and the beginning of the reason."""
    with pytest.raises(BadFile) as caught:
        files.read(data)
    return [(each.line, each.column, each.why) for each in caught.value.wrong]


def test_a_whole_row() -> None:
    (row,) = files.read(file(GOOD))
    assert (row.line, row.first_name, row.last_name, row.language) == (2, "Zoé", "Côté", Language.FR)
    assert row.voice == (PhoneLine("+15145550101"), PhoneLine("+14505550102", "12"))
    assert row.sms == (PhoneLine("+15145550103"),)
    assert row.email == ("zoe@example.org",)
    assert (row.civic_number, row.street, row.unit, row.city) == ("12", "rue des Érables", "3", "Terrebonne")
    assert (row.postal_code, row.sector, row.topics) == ("J6W 1A1", "Vieux Bourg", ("eau", "neige"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_every_encoding_that_spreadsheets_write(encoding: str) -> None:
    data = file(GOOD).decode().encode(encoding)
    assert files.read(data)[0].last_name == "Côté"


def test_the_semicolons_of_french_excel() -> None:
    line = ";".join(f'"{cell}"' for cell in GOOD.split(","))
    (row,) = files.read(file(line, header=HEADER.replace(",", ";")))
    assert [each.number for each in row.voice] == ["+15145550101", "+14505550102"]


def test_columns_in_any_order_and_any_case() -> None:
    names = list(contact_rows.COLUMNS[::-1])
    cells = dict(zip(contact_rows.COLUMNS, GOOD.split(","), strict=True))
    data = file(",".join(cells[name] for name in names), header=",".join(name.upper() for name in names))
    assert files.read(data)[0].last_name == "Côté"


def test_blank_lines_and_values_with_line_breaks() -> None:
    rows = files.read(
        file("", GOOD.replace("rue des Érables", '"rue des\r\nÉrables"'), ",,,,,,,,,,,,", "A,,,5145550109" + "," * 9)
    )
    assert [(row.line, row.street) for row in rows] == [(3, "rue des Érables"), (6, "")]


def test_no_language_means_french() -> None:
    rows = files.read(file("A,,,5145550101" + "," * 9, "B,,English,5145550102" + "," * 9))
    assert [row.language for row in rows] == [Language.FR, Language.EN]


def test_every_wrong_place_is_named_at_once() -> None:
    found = wrong(
        file(
            ",,de,12,514 555 0103 x2,a@b,,,,,J6W,,",
            "A,B",
            "A,B,fr" + "," * 10,
            GOOD,
            GOOD,
            "A,B,fr,900-555" + "," * 9,
            "A,B,fr,514 555 0101,,,,,,,,,,,",
        )
    )
    assert [(line, column) for line, column, _ in found] == [
        (2, "last_name"),
        (2, "language"),
        (2, "voice"),
        (2, "sms"),
        (2, "email"),
        (2, "postal_code"),
        (3, "voice"),
        (4, "voice"),
        (6, ""),
        (7, "voice"),
    ]
    assert all(":" in why for _, _, why in found), "each says what to do"


def test_the_message_shows_line_column_value_and_remedy() -> None:
    with pytest.raises(BadFile, match="line 2, voice: “12” has too few or too many digits: write ten digits"):
        files.read(file("A,B,fr,12" + "," * 9))


def test_columns_that_the_file_does_not_have() -> None:
    (row,) = files.read(b"last_name,voice\r\nRoy,5145550101\r\n")
    assert (row.last_name, row.voice, row.street) == ("Roy", (PhoneLine("+15145550101"),), "")
    assert row.given == {"last_name", "voice"}


def test_a_header_without_names_or_numbers_says_what_is_missing() -> None:
    found = wrong(b"Voix au chapitre,Courriels,Code postal\r\nRoy,a@example.org,J6W 1A1\r\n")
    assert [(line, column) for line, column, _ in found] == [(1, "last_name")]
    assert '--map "HEADER=last_name"' in found[0][2]


def test_two_columns_for_one_thing() -> None:
    (found,) = wrong(file(GOOD, header=HEADER.replace("unit", "city")))
    assert found[0] == 1
    assert "both hold city: leave one out with --map" in found[2]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (HEADER.encode(), "holds no resident"),
        (file('"A,B'), "quot"),
    ],
)
def test_what_is_no_file_of_residents(data: bytes, why: str) -> None:
    assert why in wrong(data)[0][2]


def test_a_value_that_is_too_long() -> None:
    assert wrong(file("A" * 201 + ",,,5145550101" + "," * 9))[0][:2] == (2, "first_name")


def test_the_same_number_twice_in_a_cell_counts_once() -> None:
    (row,) = files.read(file("A,,,5145550101;514-555-0101" + "," * 9))
    assert row.voice == (PhoneLine("+15145550101"),)


def test_a_number_right_as_voice_and_wrong_as_text() -> None:
    found = wrong(file("A,B,fr,514 555 0101 x12,514 555 0101 x12" + "," * 8))
    assert [(line, column) for line, column, _ in found] == [(2, "sms")]


def test_a_wrong_value_is_named_on_each_of_its_lines() -> None:
    found = wrong(file("A,B,fr,514 555 010" + "," * 9, "C,D,fr,514 555 0102" + "," * 9, "E,F,fr,514 555 010" + "," * 9))
    assert [(line, column) for line, column, _ in found] == [(2, "voice"), (4, "voice")]


def test_more_lines_than_are_looked_at_together() -> None:
    many = rows.CHUNK + 2
    lines = [f"P{n},,,514556{n:04d}" + "," * 9 for n in range(many)]
    found = files.read(file(*lines))
    assert [row.line for row in found] == list(range(2, many + 2))
    assert wrong(file(*lines, "P,,,12" + "," * 9))[0][:2] == (many + 2, "voice")


MAP = f"{HEADER},latitude,longitude"


def placed(latitude: str, longitude: str) -> bytes:
    return file(f'A,B,fr,5145550101{"," * 9},"{latitude}","{longitude}"', header=MAP)


@pytest.mark.parametrize(
    ("place", "expected"),
    [(("45.69", "-73,63"), (45.69, -73.63)), (("41", "-142"), (41.0, -142.0)), (("", ""), (None, None))],
)
def test_a_place_on_the_map(place: tuple[str, str], expected: tuple[float | None, float | None]) -> None:
    (row,) = files.read(placed(*place))
    assert (row.latitude, row.longitude) == expected


@pytest.mark.parametrize(
    ("place", "column"),
    [
        (("40.9", "-73.63"), "latitude"),
        (("84.1", "-73.63"), "latitude"),
        (("45.69", "73.63"), "longitude"),
        (("-73.63", "45.69"), "latitude"),
        (("45.69", "-142.1"), "longitude"),
        (("nan", "-73.63"), "latitude"),
        (("45.69", ""), "longitude"),
    ],
)
def test_a_place_that_is_not_in_canada(place: tuple[str, str], column: str) -> None:
    (line, found, why), *_ = wrong(placed(*place))
    assert (line, found) == (2, column)
    assert f"is no {column} in Canada" in why or "needs latitude and longitude" in why


def test_a_file_without_columns_for_the_map() -> None:
    (row,) = files.read(file(GOOD))
    assert not {"latitude", "longitude"} & row.given


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Ã‰ric", "was spoilt by another program"),
        ("L\N{REPLACEMENT CHARACTER}vesque", "in the place of a letter that was lost"),
        ("L?vesque", "a question mark in the place of a letter"),
        ("RENɒ", "letters of two scripts in one word"),
        ("Rоy", "letters of two scripts in one word"),
        ("Roy\x07", "a character that cannot be shown (U+0007)"),
    ],
)
def test_spoilt_letters_are_refused(name: str, why: str) -> None:
    found = wrong(file(f"{name},,,5145550101" + "," * 9))
    assert [each[:2] for each in found] == [(2, "first_name")]
    assert why in found[0][2]


@pytest.mark.parametrize("name", ["Jean\xa0Roy", "\ufeffJean\u200b Roy", "Jean\u2009 Roy", "Jean\tRoy", " Jean  Roy "])
def test_invisible_characters_do_not_count(name: str) -> None:
    (row,) = files.read(file(f"{name},,,5145550101" + "," * 9))
    assert row.first_name == "Jean Roy"


def test_a_number_without_an_area_code_gets_the_usual_one_of_the_file() -> None:
    lines = [f"P{n},,,450555{n:04d}" + "," * 9 for n in range(100, 105)]
    with pytest.raises(BadFile) as caught:
        files.read(file(*lines, "Q,,,555-0199" + "," * 9))
    assert [each.nearest for each in caught.value.wrong] == ["450 555-0199"]


def test_an_unknown_column_that_holds_numbers_is_named() -> None:
    table = delimited.table(b"Nom,Tel,Au besoin,Note\nRoy,5145550101,514 555-0102,1\nDub\xc3\xa9,5145550103,,2\n")
    (note,) = files.layout(table).notes
    assert note.startswith("Column “Au besoin” holds telephone numbers and is not read")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("says", [False, True])
def test_line_ends_and_separators(end: bytes, separator: str, says: bool) -> None:
    lines = ["Nom,Tél,Adresse", "Roy,514-555-0101,12 rue X", "Côté,514-555-0102,14 rue X"]
    text = [f"sep={separator}"] * says + [line.replace(",", separator) for line in lines]
    rows_ = files.read(end.join(line.encode() for line in text))
    assert [(row.line, row.last_name, row.street) for row in rows_] == [
        (2 + says, "Roy", "rue X"),
        (3 + says, "Côté", "rue X"),
    ]


def test_a_separator_within_the_address_does_not_count() -> None:
    lines = "Liste; des citoyens,\nNom;Tél;Adresse\nRoy;514-555-0101;710, boul. X, app. 4, Terrebonne, QC\n"
    (row,) = files.read(lines.encode())
    assert (row.civic_number, row.unit, row.city) == ("710", "4", "Terrebonne")


def test_last_cells_left_out_and_too_many() -> None:
    lines = f"{HEADER}\nA,,,5145550101\nB,,,5145550102,,,,,,,,,,,,\nC,,,5145550103,,,,,,,,,,,x\n"
    assert [(line, why.split(":")[0]) for line, _, why in wrong(lines.encode())] == [
        (4, "has 15 values for 13 columns")
    ]


def test_several_columns_of_telephones() -> None:
    header = "Nom,Tél. maison,Poste,Cell,Tél. travail,Fax,Texto"
    data = f"{header}\nRoy,514-555-0101,12,514-555-0102,514-555-0103,514-555-0104,514-555-0105\n"
    (row,) = files.read(data.encode())
    assert row.voice == (PhoneLine("+15145550101", "12"), PhoneLine("+15145550102"), PhoneLine("+15145550103"))
    assert row.sms == (PhoneLine("+15145550102"), PhoneLine("+15145550105"))


def test_a_name_in_one_column_or_an_organisation() -> None:
    data = "Organisme,Nom,Prénom,Tél\nClub de l'âge d'or,,,514-555-0101\nX inc.,Roy,Zoé,514-555-0102\n"
    assert [row.name for row in files.read(data.encode())] == ["Club de l'âge d'or", "Zoé Roy"]
    data = 'Nom et prénom,Tél\nRoy Zoé,514-555-0101\n"Roy, Max",514-555-0102\n'
    assert [(row.first_name, row.last_name) for row in files.read(data.encode())] == [
        ("", "Roy Zoé"),
        ("Max", "Roy"),
    ]


def test_the_kind_of_street_in_a_column_of_its_own() -> None:
    (row,) = files.read("Nom,Tél,No civique,Générique,Rue\nRoy,514-555-0101,12,rue,des Érables\n".encode())
    assert (row.civic_number, row.street) == ("12", "rue des Érables")


def test_a_quotation_mark_that_is_not_closed_is_named_with_its_line() -> None:
    assert wrong('Nom;Tél\nRoy;514-555-0101\n"Côté;514-555-0102\n'.encode())[0][0] == 3


def test_without_any_header_and_nothing_that_looks_so() -> None:
    found = wrong(b"a,b,c\n1,2,3\n")
    assert [(line, column) for line, column, _ in found] == [(1, "voice")]
    assert "Begin with a header, such as Nom" in found[0][2]


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("Français", "fr"),
        ("F", "fr"),
        ("FR", "fr"),
        ("French", "fr"),
        ("", "fr"),
        ("Anglais", "en"),
        ("A", "en"),
        ("E", "en"),
    ],
)
def test_words_for_languages(cell: str, language: str) -> None:
    (row,) = files.read(f"Nom,Tél,Langue\nRoy,514-555-0101,{cell}\n".encode())
    assert row.language == language


@pytest.mark.parametrize(
    ("column", "cell", "nearest"),
    [
        ("Langue", "Francias", "fr"),
        ("Langue", "Anglias", "en"),
        ("Langue", "Espagnol", ""),
        ("Code postal", "J6W 1TO", "J6W 1T0"),
        ("Code postal", "JGW 1T0", ""),
        ("Courriel", "zoe@example..org", "zoe@example.org"),
    ],
)
def test_the_nearest_right_value(column: str, cell: str, nearest: str) -> None:
    with pytest.raises(BadFile) as caught:
        files.read(f"Nom,Tél,{column}\nRoy,514-555-0101,{cell}\n".encode())
    (found,) = caught.value.wrong
    assert (found.column, found.value, found.nearest) == (column, cell, nearest)


@pytest.mark.parametrize("cell", ["12-oct", "3-avr.", "2026-03-04"])
def test_a_date_that_a_spreadsheet_made_of_a_number_of_a_door(cell: str) -> None:
    found = wrong(f"Nom,Tél,No civique,Rue\nRoy,514-555-0101,{cell},rue X\n".encode())
    assert found[0][1] == "No civique"
    assert "is a date that the spreadsheet made" in found[0][2]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("911", "is the number of a service"),
        ("1-800-555-0199", "may not be called: it is toll-free"),
        ("900-555-0199", "may not be called: 900 is premium rate"),
        ("514-555-1212", "may not be called: 555-1212 is directory assistance"),
        ("(514) 976-0101", "may not be called: 976 is a premium exchange"),
        ("514-958-0101", "may not be called: 958 is kept for the tests of carriers"),
    ],
)
@pytest.mark.parametrize("column", ["Téléphone", "Cellulaire", "Texto"])
def test_numbers_that_must_not_ring_are_refused(number: str, why: str, column: str) -> None:
    found = wrong(f"Nom,{column}\nRoy,{number}\n".encode())
    assert [each[:2] for each in found] == [(2, column)]
    assert found[0][2].startswith(why)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_how_far_a_file_is_read(end: str) -> None:
    people = 2 * rows.CHUNK + 1
    lines = ["Nom;Tél", *(f"P{n};514-556-{n:04d}" for n in range(people))]
    table = delimited.table(end.join(lines).encode())
    reading = files.Pass(table, files.layout(table))
    assert list(reading.steps()) == [rows.CHUNK + 1, 2 * rows.CHUNK + 1, people + 1]
    assert (len(reading.residents().rows), table.length) == (people, people)
