from __future__ import annotations

import pytest

from alerts import phone


@pytest.mark.parametrize(
    "text",
    [
        "5145550101",
        "514-555-0101",
        "(514) 555-0101",
        "514.555.0101",
        "1 514 555 0101",
        "+1 514 555 0101",
        " 5145550101 ",
    ],
)
def test_written_in_many_ways(text: str) -> None:
    assert phone.parse(text) == "+15145550101"


@pytest.mark.parametrize("area_code", sorted(phone.CANADIAN_AREA_CODES))
def test_the_quick_way_agrees_with_libphonenumber(area_code: str) -> None:
    for exchange in ("200", "211", "411", "555", "700", "911", "976", "999", "199"):
        for written in ("{}{}0199", "({}) {}-0199", "1-{}-{}-0199", "+1{}{}0199", "{}.{}.0199", "{} {} 019"):
            number = written.format(area_code, exchange)
            if quick := phone.usual(number):
                assert quick == phone._parsed(number)
            else:
                with pytest.raises(phone.BadNumber):
                    phone._parsed(number)


@pytest.mark.parametrize(
    "text", ["٥١٤٥٥٥٠١٠١", "2125550101", "8005550101", "51455501011", "(514 555-0101", "514 555-0101\n"]
)
def test_what_the_quick_way_leaves_alone(text: str) -> None:
    assert not phone.usual(text)


def test_a_number_abroad_keeps_its_country() -> None:
    assert phone.parse("+33 1 42 68 53 00") == "+33142685300"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a telephone number"),
        ("Jean", "is not a telephone number"),
        ("555-0101", "too few"),
        ("514 555 010", "too few"),
        ("514 555 01011", "too many"),
        ("114 555 0101", "cannot exist"),
        ("514 555 0101 x12", "extension"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(phone.BadNumber, match=why):
        phone.parse(text)


@pytest.mark.parametrize(
    "area_code", ["263", "273", "354", "367", "418", "438", "450", "468", "514", "579", "581", "819", "873"]
)
def test_every_area_code_of_quebec_is_allowed(area_code: str) -> None:
    assert phone.allowed(phone.parse(f"{area_code} 555 0101"))


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("+12125550101", "United States"),
        ("+18095550101", "Dominican Republic"),
        ("+16715550101", "Guam"),
        ("+19005550101", "premium"),
        ("+15149760101", "premium exchange"),
        ("+18005550101", "toll-free"),
        ("+16005550101", "non-geographic"),
        ("+15005550101", "personal numbers"),
        ("+15149110101", "N11"),
        ("+33142685300", "abroad"),
        ("988", "short code"),
        ("911", "emergency"),
        ("", "nothing"),
    ],
)
def test_never_called(number: str, what: str) -> None:
    assert not phone.allowed(number), what


def test_the_list_of_area_codes_is_the_town_s() -> None:
    assert phone.allowed("+15145550101", {"514"})
    assert not phone.allowed("+14505550101", {"514"})


def test_masked_keeps_the_ends_only() -> None:
    assert phone.masked("+15145550101") == "+1514•••0101"
    assert phone.masked("12345") == "•••••"


def test_spoken_in_groups() -> None:
    assert phone.spoken("+15145550101") == ("514", "555", "0101")
    assert phone.national("+15145550101") == "5145550101"
    assert "".join(phone.spoken("+33142685300")) == "33142685300"
