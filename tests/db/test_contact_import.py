from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from db.engine.store import Store
from db.residents import accounts, contacts
from db.residents.contacts import ImportReport
from rules.contact_rows import EVERYTHING, ContactRow, PhoneLine
from rules.model import Channel, Contact, Language
from tests.db.town import NOW, WORDS, dead, later, number

A, B, C = number(1), number(2), number(3)
NO_MAP = EVERYTHING - {"latitude", "longitude"}


def row(name: str = "Zoé", *voice: str, **more: Any) -> ContactRow:
    lines = tuple(PhoneLine(each) for each in voice or (A,))
    plain: dict[str, Any] = {"line": 2, "first_name": name, "last_name": "Roy", "language": Language.FR, "voice": lines}
    return ContactRow(**{**plain, **more})


async def load(store: Store, *rows: ContactRow) -> tuple[int, int, int]:
    report = await contacts.import_rows(store, rows, by="clerk", now=NOW)
    return report.created, report.changed, report.unchanged


async def everybody(store: Store) -> list[Contact]:
    return await contacts.listing(store)


async def active(store: Store, address: str = A) -> list[str]:
    contact = await contacts.find(store, address)
    assert contact is not None
    return [point.address for point in contact.points if point.active]


async def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    rows = [
        row("Zoé", A, B, sms=(PhoneLine(A),), email=("zoe@example.org",), sector="Nord", topics=("eau",)),
        row("Max", A, voice=(PhoneLine(A), PhoneLine(C, "12"))),
        row("Léa", C),
    ]
    assert await contacts.import_rows(store, rows, by="clerk", now=NOW) == ImportReport(3, 0, 0)
    before = await everybody(store)
    assert await contacts.import_rows(store, rows, by="clerk", now=later(60)) == ImportReport(0, 0, 3)
    assert await everybody(store) == before


async def test_what_is_in_a_row_is_in_the_file(store: Store) -> None:
    await load(
        store, row("Zoé", A, sms=(PhoneLine(B),), email=("zoe@example.org",), street="rue A", topics=("eau", "neige"))
    )
    (contact,) = await everybody(store)
    assert (contact.name, contact.active, contact.street, contact.topics) == (
        "Zoé Roy",
        True,
        "rue A",
        ("eau", "neige"),
    )
    assert [(point.channel, point.address, point.position) for point in contact.points] == [
        (Channel.VOICE, A, 0),
        (Channel.SMS, B, 0),
        (Channel.EMAIL, "zoe@example.org", 0),
    ]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"sector": "Sud"}, "sector"),
        ({"language": Language.EN}, "language"),
        ({"topics": ("eau",)}, "topics"),
        ({"voice": (PhoneLine(A), PhoneLine(B))}, "a number more"),
        ({"voice": (PhoneLine(A, "12"),)}, "an extension"),
        ({"last_name": "ROY"}, "the name in capitals"),
    ],
)
async def test_a_changed_row_changes_the_contact(store: Store, change: dict[str, Any], what: str) -> None:
    await load(store, row())
    assert await load(store, row(**change)) == (0, 1, 0), what
    assert await load(store, row(**change)) == (0, 0, 1), what
    assert len(await everybody(store)) == 1


async def test_a_number_gone_from_the_file_is_switched_off_and_on_again(store: Store) -> None:
    await load(store, row("Zoé", A, B))
    await load(store, row("Zoé", A))
    assert await active(store) == [A]
    await load(store, row("Zoé", B, A))
    assert await active(store) == [B, A]


async def test_moved_to_another_number_at_the_same_address(store: Store) -> None:
    home = {"civic_number": "12", "street": "rue des Érables", "city": "Terrebonne"}
    await load(store, row("Zoé", A, **home))
    assert await load(store, row("Zoé", B, **home)) == (0, 1, 0)
    assert await active(store, B) == [B]


async def test_people_of_one_household_stay_apart(store: Store) -> None:
    assert await load(store, row("Zoé", A), row("Max", A)) == (2, 0, 0)
    assert await load(store, row("Max", A), row("Zoé", A)) == (0, 0, 2)
    assert await load(store, row("Zoé", A), row("Zoé", A, B)) == (1, 0, 1), "two of the same name are two"


async def test_contacts_not_in_the_file_are_left_alone(store: Store) -> None:
    await load(store, row("Zoé", A))
    assert await load(store, row("Max", B)) == (1, 0, 0)
    assert len(await everybody(store)) == 2


async def test_a_resident_enrolled_by_telephone_gets_their_name(store: Store) -> None:
    enrolled = await accounts.enrol(store, A, language=Language.EN, wording=WORDS, via="telephone", now=NOW)
    assert await load(store, row("Zoé", A)) == (0, 1, 0)
    assert await load(store, row("Zoé", A)) == (0, 0, 1)
    contact = await contacts.get(store, enrolled.contact_id)
    assert contact is not None
    assert (contact.name, contact.active) == ("Zoé Roy", True)
    assert contact.language is Language.EN, "the resident's own choice"


async def test_what_residents_decided_stays(store: Store) -> None:
    await load(store, row("Zoé", A, B))
    (contact,) = await everybody(store)
    await contacts.set_language(store, contact.id, Language.EN, now=NOW)
    await contacts.deactivate_point(store, contact.points[1].id, now=NOW)
    await contacts.add_point(store, contact.id, Channel.SMS, C, now=NOW)
    before = await everybody(store)
    assert await load(store, row("Zoé", A, B)) == (0, 0, 1)
    assert await everybody(store) == before


async def test_an_import_lifts_no_opt_out_and_raises_no_dead_number(store: Store) -> None:
    await load(store, row("Zoé", A))
    await contacts.opt_out(store, A, Channel.VOICE, via="telephone", now=NOW)
    (contact,) = await everybody(store)
    await dead(store, contact.points[0].address)
    assert await load(store, row("Zoé", A, sector="Sud")) == (0, 1, 0)
    assert await contacts.opted_out(store, A, Channel.VOICE)
    assert (await everybody(store))[0].points[0].dead


async def test_whole_or_not_at_all(store: Store) -> None:
    """A row that the store refuses undoes the rows before it."""
    bad = row("Max", B, sector=None)
    with pytest.raises(Exception, match="NOT NULL"):
        await load(store, row("Zoé", A), bad)
    assert await everybody(store) == []


async def test_a_big_file(store: Store) -> None:
    rows = [row(f"P{n}", number(n), sms=(PhoneLine(number(n)),)) for n in range(3000)]
    assert await load(store, *rows) == (3000, 0, 0)
    assert await load(store, *rows) == (0, 0, 3000)
    for n in (0, 1499, 2999):
        contact = await contacts.find(store, number(n))
        assert contact is not None
        assert contact.first_name == f"P{n}"


async def test_the_journal_says_who_imported(store: Store) -> None:
    await load(store, row())
    async with store.reading() as c:
        told = (await c.exec_driver_sql("SELECT who, what, subject, detail FROM journal")).one()
    assert tuple(told) == ("clerk", "imported", "contacts", '{"created": 1, "changed": 0, "unchanged": 0}')


async def test_a_file_that_has_no_map_leaves_the_places_alone(store: Store) -> None:
    await load(store, row("Zoé", A, latitude=45.7, longitude=-73.6))
    assert await load(store, row("Zoé", A, given=NO_MAP)) == (0, 0, 1)
    assert await load(store, row("Zoé", A, sector="Nord", given=NO_MAP)) == (0, 1, 0)
    (contact,) = await everybody(store)
    assert (contact.sector, contact.latitude, contact.longitude) == ("Nord", 45.7, -73.6)
    assert await load(store, row("Zoé", A, sector="Nord")) == (0, 1, 0)
    (contact,) = await everybody(store)
    assert (contact.latitude, contact.longitude) == (None, None)


async def test_who_moved_is_no_longer_where_the_old_map_had_them(store: Store) -> None:
    await load(store, row("Zoé", A, latitude=45.7, longitude=-73.6))
    await load(store, row("Zoé", A, street="Rue Neuve", given=NO_MAP))
    (contact,) = await everybody(store)
    assert (contact.street, contact.latitude, contact.longitude) == ("Rue Neuve", None, None)


class Meanwhile(list[ContactRow]):
    """Rows that are looked at while somebody else writes, the first time."""

    def __init__(self, rows: Sequence[ContactRow], place: str, *statements: str) -> None:
        super().__init__(rows)
        self._place, self._left = place, [*statements]

    def __iter__(self) -> Iterator[ContactRow]:
        with contextlib.closing(sqlite3.connect(self._place)) as other:
            while self._left:
                other.execute(self._left.pop())
            other.commit()
        return super().__iter__()


@pytest.mark.parametrize(
    ("meanwhile", "stays"),
    [
        ("UPDATE contact SET language = 'en', language_by = 'resident'", ("en", [A, B])),
        ("UPDATE contact_point SET active = 0, decided_by = 'resident'", ("fr", [B])),
        ("DELETE FROM contact_point", ("fr", [A, B])),
        ("UPDATE contact_point SET verified = 1", ("fr", [A, B])),
    ],
)
async def test_what_residents_do_while_a_file_is_compared(
    store: Store, meanwhile: str, stays: tuple[str, list[str]]
) -> None:
    await load(store, row("Zoé", A, street="rue A"))
    rows = Meanwhile([row("Zoé", A, B, sector="Nord", street="rue A")], store.place, meanwhile)
    assert await contacts.import_rows(store, rows, by="clerk", now=later(60)) == ImportReport(0, 1, 0)
    (contact,) = await everybody(store)
    in_use = sorted(point.address for point in contact.points if point.active)
    assert (contact.language, contact.sector, in_use) == (stays[0], "Nord", stays[1])
