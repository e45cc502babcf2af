from __future__ import annotations

import pytest

from rules import contact_numbers
from rules.contact_numbers import BadLine, PhoneLine

A, B = "+15145550101", "+15145550102"


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("(514) 555-0101", [PhoneLine(A)]),
        ("+1 514 555 0101", [PhoneLine(A)]),
        ("1-514-555-0101", [PhoneLine(A)]),
        ("5145550101.0", [PhoneLine(A)]),
        ("5,145550101E+09", [PhoneLine(A)]),
        ("5.145550101E9", [PhoneLine(A)]),
        ("'5145550101", [PhoneLine(A)]),
        ("514\u2011555\u20130101", [PhoneLine(A)]),
        ("514 555-0101 poste 12", [PhoneLine(A, "12")]),
        ("514-555-0101, poste: 12", [PhoneLine(A, "12")]),
        ("514 555 0101 x12", [PhoneLine(A, "12")]),
        ("514.555.0101 p. 12", [PhoneLine(A, "12")]),
        ("514-555-0101 #12", [PhoneLine(A, "12")]),
        ("(514)555-0101 Ext:12", [PhoneLine(A, "12")]),
        ("514-555-0101 / 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101 ou 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101, 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101 - 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101\n514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101 (maison)", [PhoneLine(A)]),
        ("Rés.: 514-555-0101", [PhoneLine(A)]),
        ("514-555-0101 cell.", [PhoneLine(A)]),
        ("H: 514-555-0101 / C: 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101; fax 514-555-0102", [PhoneLine(A)]),
        ("514-555-0101, 514-555-0102 (fax)", [PhoneLine(A)]),
        ("514-555-0101; 514 555 0101", [PhoneLine(A)]),
        ("514/555-0101", [PhoneLine(A)]),
        ("514 - 555 - 0101", [PhoneLine(A)]),
        ("1 / (514) 555-0101", [PhoneLine(A)]),
        ("Rés.: 514-555-0101 Bur.: 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101 Cell 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("514-555-0101 (rés.) 514-555-0102 (cell.)", [PhoneLine(A), PhoneLine(B)]),
        ("Fax 514-555-0101 Tél 514-555-0102", [PhoneLine(B)]),
        ("514-555-0101 (fax) 514-555-0102 (cell)", [PhoneLine(B)]),
        ("514-555-0101 ::: 514-555-0102", [PhoneLine(A), PhoneLine(B)]),
        ("confidentiel", []),
        ("Non publié", []),
        ("?", []),
        ("s/o", []),
        ("N/A", []),
        ("aucun", []),
        ("-", []),
        ("", []),
        ("+33 1 42 68 53 00", [PhoneLine("+33142685300")]),
    ],
)
def test_numbers_as_people_write_them(cell: str, lines: list[PhoneLine]) -> None:
    assert list(contact_numbers.read(cell)) == lines


@pytest.mark.parametrize(
    ("cell", "why", "nearest"),
    [
        ("555-0101", "has no area code", ""),
        ("5,14555E+09", "has lost digits in a spreadsheet", ""),
        ("5.1455501E+09", "has lost digits in a spreadsheet", ""),
        ("idem", "points to another row", ""),
        ("0514-555-0101", "has too few or too many digits", "514-555-0101"),
        ("514-555-0101 fax 514-555-0102", "holds words as well as a number", "514-555-0101"),
        ("514-555-O1O1", "holds the letter O in the place of a digit", "514-555-0101"),
        ("514-555-0101 appeler après 17 h", "holds words as well as a number", "514-555-0101"),
        ("514-555-0101 (Marie)", "holds words as well as a number", "514-555-0101"),
        ("ne veut pas", "is not a telephone number", ""),
        ("514-555-01", "has too few or too many digits", ""),
        ("123-555-0101", "cannot exist", ""),
        ("514-555-0101/0102", "has too few or too many digits", ""),
    ],
)
def test_what_is_no_number_says_why(cell: str, why: str, nearest: str) -> None:
    with pytest.raises(BadLine) as caught:
        contact_numbers.read(cell)
    assert str(caught.value).startswith(why), caught.value
    assert caught.value.nearest == nearest
