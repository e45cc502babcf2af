from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import phone


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
        ("+15142110101", "N11"),
        ("+15145551212", "directory assistance"),
        ("+14185551212", "directory assistance"),
        ("+15149580101", "test numbers of carriers"),
        ("+18199599999", "test numbers of carriers"),
        ("+15149500101", "a carrier's own services"),
        ("+17005550101", "a carrier's own services"),
        ("+18885550101", "toll-free"),
        ("+18225550101", "toll-free"),
        ("+16225550101", "special services"),
        ("+15225550101", "machines"),
        ("+19115550101", "N11"),
        ("+33142685300", "abroad"),
        ("988", "short code"),
        ("911", "emergency"),
        ("", "nothing"),
    ],
)
def test_never_called(number: str, what: str) -> None:
    assert not phone.allowed(number), what


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("514 555-1212", "555-1212 is directory assistance"),
        ("(418) 555 1212", "555-1212 is directory assistance"),
        ("1-450-976-1234", "976 is a premium exchange"),
        ("514.958.0001", "kept for the tests of carriers"),
        ("819 959 0001", "kept for the tests of carriers"),
        ("514 950 1011", "950 leads to a carrier's own services"),
        ("800 555 0199", "toll-free"),
        ("+1 888 267 2001", "toll-free"),
        ("1 900 643 2000", "premium rate"),
        ("514 411 2000", "exchange is that of a service"),
        ("911", "“911” is the number of a service"),
        ("988", "“988” is the number of a service"),
        (" 311 ", "is the number of a service"),
    ],
)
def test_what_nobody_has_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(phone.BadNumber, match=re.escape(reason)):
        phone.to_ring(text)


@pytest.mark.parametrize("text", ["514 555 0100", "514 555 0199", "418 555-1213", "450 975 1234", "819 957 9999"])
def test_what_somebody_may_have_is_rung(text: str) -> None:
    assert phone.to_ring(text) == phone.parse(text)


AREA_CODES = st.sampled_from([*sorted(phone.CANADIAN_AREA_CODES)[:6], "212", "800", "900", "700", "600", "911", "500"])
EXCHANGES = st.sampled_from(["555", "556", "976", "958", "959", "950", "911", "411", "200", "999"])
NUMBERS = st.builds("+1{}{}{}".format, AREA_CODES, EXCHANGES, st.sampled_from(["1212", "0100", "1213", "0000", "9999"]))


@given(numbers=st.lists(NUMBERS, max_size=20), towns=st.sets(AREA_CODES, min_size=1))
def test_the_beginnings_that_are_forbidden_are_those_of_the_numbers_that_are(
    numbers: list[str], towns: set[str]
) -> None:
    begin = tuple(phone.forbidden({number[:8] for number in numbers}, towns))
    assert [number.startswith(begin) for number in numbers] == [not phone.allowed(number, towns) for number in numbers]


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
