from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import area, street
from rules.area import Area, BadArea
from rules.street import BadStreet, Side, Street
from rules.target import BadTarget, Target

A, B = "+15145550101", "+15145550102"
TRIANGLE = Area((((-73.64, 45.69), (-73.60, 45.69), (-73.60, 45.72)),))
DRAWN = "polygon:-73.64,45.69;-73.6,45.69;-73.6,45.72"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", Target(everyone=True)),
        ("ALL", Target(everyone=True)),
        ("sector:Nord", Target(sectors=("Nord",))),
        ("sector:Vieux Bourg", Target(sectors=("Vieux Bourg",))),
        ("sector:Vieux Bourg sector:Nord", Target(sectors=("Vieux Bourg", "Nord"))),
        ("number:514-555-0101", Target(numbers=(A,))),
        ("number:514 555 0101 sector:Nord", Target(sectors=("Nord",), numbers=(A,))),
        (["sector:Nord", "number:5145550102", "number:5145550102"], Target(sectors=("Nord",), numbers=(B,))),
        ("topic:Eau potable", Target(topics=("Eau potable",))),
        ("street:Rue des Érables", Target(streets=(Street("Rue des Érables"),))),
        ("street:Rue des Érables:10-98:even", Target(streets=(Street("Rue des Érables", 10, 98, Side.EVEN),))),
        ("street:Rue Haute:11 sector:Nord", Target(sectors=("Nord",), streets=(Street("Rue Haute", 11, 11),))),
        ("postal:j6w", Target(postal_codes=("J6W",))),
        ("postal:J6W1A1 postal:J6W 1A2", Target(postal_codes=("J6W 1A1", "J6W 1A2"))),
        (DRAWN, Target(areas=(TRIANGLE,))),
        ("group:Quai nord", Target(groups=("Quai nord",))),
        ("street:Chemin All", Target(streets=(Street("Chemin All"),))),
        ("street:Chemin ALL:10-98", Target(streets=(Street("Chemin ALL", 10, 98),))),
        ("sector: all", Target(sectors=("all",))),
        ("topic:All all sector:All", Target(sectors=("All",), topics=("All all",))),
        (["street:Chemin All", "all"], Target(everyone=True, streets=(Street("Chemin All"),))),
        ("sector:Nord EXCEPT topic:Eau", Target(sectors=("Nord",), excluded=Target(topics=("Eau",)))),
        ("all except sector:Nord topic:Eau", Target(True, excluded=Target(sectors=("Nord",), topics=("Eau",)))),
    ],
)
def test_a_target_is_read(text: str | list[str], expected: Target) -> None:
    assert Target.parse(text) == expected
    assert Target.parse(str(expected)) == expected


def test_exceptions_given_apart() -> None:
    assert Target.parse("all", ["sector:Nord"]) == Target.parse("all except sector:Nord")
    both = Target.parse("all except topic:Eau", ["sector:Nord"])
    assert both.excluded == Target(sectors=("Nord",), topics=("Eau",))
    with pytest.raises(BadTarget, match="the target is empty"):
        Target.parse("all", [""])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "tous",
            "sector:",
            "number:",
            "all all",
            "number:5145550101 all",
            "number:12",
            "all of them",
            "road:A",
            [],
            ["sector:Nord", " "],
            "all except",
            "except",
        ),
        *("street::10", "street:A:x", "street:A:98-10", "street:A:1-2:odd:even", "postal:H0H0", "postal:12345"),
        *("polygon:zone", "polygon:1,2;3,4", "polygon:-73,95;-72,95;-72,96", "polygon:0,0;1,1;1,0;0,1"),
    ],
)
def test_a_target_that_says_nothing_is_refused(text: str | list[str]) -> None:
    with pytest.raises(BadTarget, match=r"write|number|draw|points|needs|give"):
        Target.parse(text)


NAMES = st.text("aAlLÉç' -", min_size=1).map(str.split).map(" ".join).filter(bool)
STREETS = st.builds(
    Street,
    NAMES.filter(lambda name: name not in list(Side)),
    st.none() | st.integers(0, 50),
    st.none() | st.integers(50, 99),
    st.sampled_from(Side),
)
TARGETS = st.builds(
    Target,
    sectors=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    topics=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    streets=st.lists(STREETS, unique=True, max_size=2).map(tuple),
    postal_codes=st.just(("J6W", "J6W 1A1")),
    groups=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    areas=st.sampled_from([(), (TRIANGLE,)]),
)


@given(TARGETS, st.none() | TARGETS)
def test_what_is_stored_can_be_read_again(wanted: Target, excluded: Target | None) -> None:
    whole = replace(wanted, excluded=excluded)
    assert Target.parse(str(whole)) == whole


@pytest.mark.parametrize(
    ("part", "has", "has_not"),
    [
        ("A", ["12", "", "12A", "lot 3"], []),
        ("A:10-20", ["10", "20", "15B"], ["9", "21", "", "lot 12"]),
        ("A:10-20:even", ["10", "12A"], ["11", "22"]),
        ("A:odd", ["1", "999"], ["2", ""]),
        ("A:10-", ["10", "5000"], ["9"]),
        ("A:-10", ["1", "10"], ["11"]),
        ("A:12", ["12", "12A"], ["1", "120"]),
    ],
)
def test_part_of_a_street(part: str, has: list[str], has_not: list[str]) -> None:
    found = Street.parse(part)
    assert [number for number in has + has_not if found.has(number)] == has


@pytest.mark.parametrize("text", ["", ":1-2", "A:a-b", "A:-", "A:odd:even"])
def test_no_street(text: str) -> None:
    with pytest.raises(BadStreet):
        Street.parse(text)


@pytest.mark.parametrize(
    ("one", "other"), [("Rue des Érables", "rue des  erables"), ("Chemin de l’Île", "chemin de l'ile"), ("Ça", "CA")]
)
def test_streets_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert street.folded(one) == street.folded(other)


def test_within_and_without() -> None:
    assert TRIANGLE.holds([-73.61, -73.63, -73.60, 0.0], [45.70, 45.71, 45.70, 0.0]) == [True, False, True, False]


def test_a_hole_is_without() -> None:
    ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
    (found,) = area.read_geojson(json.dumps({"type": "Polygon", "coordinates": [ring, hole]}))
    assert found.holds([1.5, 3], [1.5, 3]) == [False, True]
    assert Area.parse(str(found)) == found


def test_every_polygon_of_a_file() -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    many = {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}
    point = {"type": "Point", "coordinates": [0, 0]}
    features = [{"type": "Feature", "geometry": each, "properties": {}} for each in (many, point)]
    assert len(area.read_geojson(json.dumps({"type": "FeatureCollection", "features": features}))) == 2


HUGE = f"1{'0' * 400}"


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", '{"type": "Point", "coordinates": [0, 0]}', '{"type": "Polygon"}'),
        *('{"type": "Polygon", "coordinates": []}', '{"type": "Polygon", "coordinates": [[]]}'),
        *('{"type": "MultiPolygon", "coordinates": [[]]}', '{"type": "Polygon", "coordinates": null}'),
        f'{{"type": "Polygon", "coordinates": [[[{HUGE}, 0], [1, 1], [0, 1]]]}}',
    ],
)
def test_no_area(text: str) -> None:
    with pytest.raises(BadArea):
        area.read_geojson(text)
