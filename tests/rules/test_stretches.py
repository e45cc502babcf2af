"""Which sector an address is in, however its street is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import seeding, street_names, stretches
from rules.seeding import Lived
from rules.street import Side, Street
from rules.stretches import Stretch

OLD, PINES = "Vieux Bourg", "Les Pins"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Boulevard des Seigneurs", "boul. des Seigneurs"),
        ("Boulevard des Seigneurs", "BOUL SEIGNEURS"),
        ("Rue Saint-Jean-Baptiste", "rue St-Jean-Baptiste"),
        ("Rue Sainte-Marie", "r. Ste Marie"),
        ("Chemin du Coteau", "ch. Coteau"),
        ("Rang Saint-François", "rg St-Francois"),
        ("Montée Masson", "mtée Masson"),
        ("2e Avenue", "2ème av."),
        ("1re Avenue", "1ère Avenue"),
        ("Rue de l'Église", "rue de l’église"),
        ("Rue Principale Est", "rue Principale E"),
        ("Main Street", "Main St."),
        ("Main Street West", "Main St W"),
        ("Côte de Terrebonne", "Cote Terrebonne"),
    ],
)
def test_one_street(one: str, other: str) -> None:
    assert street_names.read(one) == street_names.read(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rue des Pins", "Avenue des Pins"),
        ("Rue Principale Est", "Rue Principale Ouest"),
        ("1re Avenue", "2e Avenue"),
        ("1re Avenue", "1re Rue"),
        ("Rue Saint-Jean", "Rue Sainte-Jean"),
        ("Rang 3", "Rang 4"),
        ("Rue Saint-Louis", "Chemin Saint-Louis"),
    ],
)
def test_two_streets(one: str, other: str) -> None:
    assert not street_names.read(one).may_be(street_names.read(other))


def test_a_name_without_its_type_may_be_any() -> None:
    assert street_names.read("des Érables").may_be(street_names.read("Rue des Érables"))
    assert street_names.read("Saint-Louis").may_be(street_names.read("ch. St-Louis"))


SEIGNEURS = [
    Stretch(street=Street("Boulevard des Seigneurs", 1, 499), sector=OLD, postal_code="J6W 1A1"),
    Stretch(street=Street("Boulevard des Seigneurs", 500, None, Side.ODD), sector=PINES, postal_code="J6W 1A2"),
    Stretch(street=Street("Boulevard des Seigneurs", 500, None, Side.EVEN), sector=OLD, postal_code="J6W 1A3"),
    Stretch(street=Street("Rue des Pins"), sector=PINES),
    Stretch(street=Street("Avenue des Pins"), sector=OLD),
    Stretch(street=Street("Rue Principale"), sector=OLD, postal_code="J0N 1A0"),
    Stretch(street=Street("Rue Principale"), sector=PINES, postal_code="J0N 1B0"),
]


@pytest.mark.parametrize(
    ("street", "civic_number", "postal_code", "sector"),
    [
        ("boul. des Seigneurs", "12", "", OLD),
        ("boul. des Seigneurs", "12A", "", OLD),
        ("Seigneurs", "501", "", PINES),
        ("boul. des Seigneurs", "502", "", OLD),
        ("boul. des Seigneurs", "501", "J6W 9Z9", PINES),  # the code is not what people know best
        ("boul. des Seigneurs", "", "", ""),
        ("rue des Pins", "", "", PINES),
        ("des Pins", "4", "", ""),  # the street or the avenue
        ("Rue Principale", "4", "", ""),
        ("Rue Principale", "4", "J0N 1B0", PINES),
        ("Rue Principale", "4", "J0N 9B9", ""),
        ("chemin des Pins", "4", "", ""),
        ("", "", "", ""),
    ],
)
def test_sector(street: str, civic_number: str, postal_code: str, sector: str) -> None:
    found = stretches.sector_of(SEIGNEURS, street=street, civic_number=civic_number, postal_code=postal_code)
    assert found == sector


def test_streets_of_a_postal_code() -> None:
    rural = [
        *(Stretch(street=Street(name), sector=OLD, postal_code="J0N 1A0") for name in ("Rang Nord", "Rue Roy")),
        Stretch(street=Street("Rang Sud", 1, 99), sector=OLD, postal_code="J0N 1A0"),
        Stretch(street=Street("Rue Cyr"), sector=OLD, postal_code="J0N 1B0"),
    ]
    found = stretches.by_postal_code(rural, "J0N 1A0", "120")
    assert [each.street.name for each in found] == ["Rang Nord", "Rue Roy"]


ends = st.one_of(st.none(), st.integers(1, 12))
streets = st.builds(
    lambda first, last, side: Street("X", first, last if None in (first, last) or first <= last else first, side),
    ends,
    ends,
    st.sampled_from(Side),
)


@given(streets, streets)
def test_two_sectors_are_found_exactly_where_a_number_has_both(one: Street, other: Street) -> None:
    pair = Stretch(street=one, sector=OLD), Stretch(street=other, sector=PINES)
    both = [number for number in range(40) if one.has(str(number)) and other.has(str(number))]
    assert bool(list(stretches.overlaps(pair))) == bool(both)


def test_apart_by_postal_code() -> None:
    assert not list(stretches.overlaps(SEIGNEURS))


@given(st.dictionaries(st.integers(1, 60), st.sampled_from([OLD, PINES]), min_size=1))
def test_what_is_seeded_says_of_everybody_what_was_known(doors: dict[int, str]) -> None:
    lived = [Lived("Rue Cyr", str(number), "J6W 1A1", sector) for number, sector in doors.items()]
    found, doubtful = seeding.seeded(lived)
    assert bool(found) != bool(doubtful)
    for each in lived if found else ():
        address = {"street": each.street, "civic_number": each.civic_number, "postal_code": each.postal_code}
        assert stretches.sector_of(found, **address) == each.sector
    assert not list(stretches.overlaps(found))


def test_seeded() -> None:
    lived = [
        Lived("Rue Roy", "10", "J6W 1A1", OLD),
        Lived("Rue Roy", "12", "J6W 1A1", OLD),
        *(Lived("Rue Cyr", str(number), "J6W 1A1", OLD if number % 2 else PINES) for number in range(1, 9)),
        *(Lived("Rue Dion", number, "J6W 1A1", sector) for number, sector in (("1", OLD), ("3", PINES), ("5", OLD))),
    ]
    found, doubtful = seeding.seeded(lived)
    assert [(str(each.street), each.sector) for each in found] == [
        ("Rue Cyr:odd", OLD),
        ("Rue Cyr:even", PINES),
        ("Rue Roy", OLD),
    ]
    assert doubtful == ["Rue Dion"]
