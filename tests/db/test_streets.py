"""The streets of a town, and the sectors that residents have by them."""

from __future__ import annotations

from typing import Any

from db.engine.store import Store
from db.residents import contacts, import_undo, streets
from rules.contact_rows import ALL_COLUMNS
from rules.street import Side, Street
from rules.stretches import StreetIndex, Stretch
from tests.db.test_contact_import import load, row
from tests.db.town import NOW, later

TOWN = [
    Stretch(street=Street("Rue Cyr", 1, 99, Side.ODD), sector="Nord", postal_code="J6W 1A1"),
    Stretch(street=Street("Rue Cyr", 2, 98, Side.EVEN), sector="Sud", postal_code="J6W 1A1"),
    Stretch(street=Street("Rang Sud"), sector="Sud"),
]
NO_SECTOR = frozenset(ALL_COLUMNS) - {"sector"}


async def known(store: Store, *stretches: Stretch) -> tuple[int, int]:
    async with store.writing() as c:
        return await streets.replace(c, stretches or TOWN)


async def sectors(store: Store) -> dict[str, str]:
    return {each.first_name: each.sector for each in await contacts.listing(store)}


def at(number: str, **more: Any) -> dict[str, Any]:
    return {"civic_number": number, "street": "rue Cyr", **more}


async def test_kept_as_they_are(store: Store) -> None:
    assert await known(store) == (3, 0)
    async with store.reading() as c:
        assert sorted(map(str, await streets.every(c))) == sorted(map(str, TOWN))
        assert [each.sector for each in await streets.of_name(c, "cyr")] == ["Nord", "Sud"]


async def test_the_same_again_changes_nothing(store: Store) -> None:
    await known(store)
    assert await known(store) == (0, 0)
    assert await known(store, *TOWN[:2], Stretch(street=Street("Rue Roy"), sector="Nord")) == (1, 1)


async def test_residents_of_a_file_without_sectors_have_those_of_their_streets(store: Store) -> None:
    await known(store)
    rows = [row("Zoé", **at("12")), row("Max", **at("11")), row("Léa", **at("120")), row("Ève")]
    assert await load(store, *rows) == (4, 0, 0)
    assert await sectors(store) == {"Zoé": "Sud", "Max": "Nord", "Léa": "", "Ève": ""}
    assert await load(store, *rows) == (0, 0, 4)


async def test_whoever_moves_has_the_sector_of_the_new_street(store: Store) -> None:
    await known(store)
    await load(store, row("Zoé", **at("12")), row("Max", **at("4", sector="Nord")))
    moved = row("Zoé", **at("13"), given=NO_SECTOR), row("Max", street="Rang Nord", given=NO_SECTOR)
    assert await load(store, *moved) == (0, 2, 0)
    assert await sectors(store) == {"Zoé": "Nord", "Max": ""}


async def test_another_spelling_is_no_move(store: Store) -> None:
    await load(store, row("Zoé", **at("12", sector="Île", postal_code="J6W 1A1")))
    assert await load(store, row("Zoé", street="RUE CYR", civic_number="12-A", given=NO_SECTOR)) == (0, 1, 0)
    assert await sectors(store) == {"Zoé": "Île"}


async def test_moving_can_be_undone(store: Store) -> None:
    await known(store)
    await load(store, row("Zoé", **at("12")))
    done = await contacts.import_rows(store, [row("Zoé", **at("13"), given=NO_SECTOR)], by="clerk", now=later(60))
    await import_undo.undo(store, done.id, by="clerk", now=later(120))
    (zoe,) = await contacts.listing(store)
    assert (zoe.civic_number, zoe.sector) == ("12", "Sud")


async def test_a_sector_that_somebody_gave_stays(store: Store) -> None:
    await known(store)
    await load(store, row("Zoé", **at("12", sector="Île")))
    async with store.writing() as c:
        assert await streets.give_sectors(c, StreetIndex(TOWN), NOW) == 0
        assert await streets.others(c, StreetIndex(TOWN)) == 1
    assert await sectors(store) == {"Zoé": "Île"}


async def test_sectors_are_given_to_those_who_have_none(store: Store) -> None:
    await load(store, row("Zoé", **at("12")), row("Max", **at("120")), row("Ève"))
    async with store.writing() as c:
        assert await streets.give_sectors(c, StreetIndex(TOWN), NOW) == 1
    assert await sectors(store) == {"Zoé": "Sud", "Max": "", "Ève": ""}
