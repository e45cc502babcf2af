from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import schema
from db.engine.store import Store
from db.residents import accounts, contact_import, contacts, import_log, import_undo, opt_outs
from db.residents.import_undo import BY_RESIDENT, CannotUndo, Undone
from rules.contact_rows import ContactRow, PhoneLine
from rules.model import Channel, Contact, Language
from tests.db.town import NOW, WORDS, later, number

A, B, C = number(1), number(2), number(3)
AFTERWARDS = later(60)


def row(name: str, *voice: str, **more: Any) -> ContactRow:
    lines = tuple(PhoneLine(each) for each in voice)
    return ContactRow(2, name, "Roy", more.pop("language", Language.FR), lines, **more)


async def load(store: Store, *rows: ContactRow, at: datetime = NOW) -> int:
    return (await contact_import.import_rows(store, rows, by="clerk", now=at, file="a.csv")).id


async def undo(store: Store, import_id: int, *, at: datetime = AFTERWARDS) -> Undone:
    return await import_undo.undo(store, import_id, by="clerk", now=at)


async def people(store: Store) -> list[Contact]:
    return sorted(await contacts.listing(store), key=lambda each: each.id)


async def test_what_an_import_created_goes(store: Store) -> None:
    first = await load(store, row("Zoé", A, sms=(PhoneLine(A),)), row("Max", B))
    done = await undo(store, first)
    assert (done.removed, done.restored, done.left) == (2, 0, [])
    assert await people(store) == []
    assert (await contact_import.import_rows(store, [row("Zoé", A)], by="clerk", now=later(90))).created == 1


async def test_what_an_import_changed_comes_back(store: Store) -> None:
    await load(store, row("Zoé", A, B, sector="Nord", topics=("eau",), email=("z@example.org",)), row("Max", C))
    before = await people(store)
    wrong = [row("Zoé", B, C, sector="Sud", language=Language.EN, latitude=45.7, longitude=-73.6), row("Max", C)]
    second = await load(store, *wrong, at=later(10))
    assert await people(store) != before
    done = await undo(store, second)
    assert (done.removed, done.restored, done.left) == (0, 1, [])
    assert await people(store) == before


async def test_who_has_enrolled_since_stays(store: Store) -> None:
    first = await load(store, row("Zoé", A), row("Max", B), row("Léa", C))
    await accounts.enrol(store, A, language=Language.FR, wording=WORDS, via="telephone", now=later(10))
    _, max_, lea = await people(store)
    await contacts.set_language(store, max_.id, Language.EN, now=later(10))
    await contacts.add_point(store, lea.id, Channel.SMS, C, now=later(10))
    done = await undo(store, first)
    assert done.removed == 0
    assert [(each.name, each.why) for each in done.left] == [
        ("Zoé Roy", BY_RESIDENT),
        ("Max Roy", BY_RESIDENT),
        ("Léa Roy", BY_RESIDENT),
    ]
    assert len(await people(store)) == 3


async def test_what_residents_changed_since_stays(store: Store) -> None:
    await load(store, row("Zoé", A, B))
    second = await load(store, row("Zoé", A, C, language=Language.EN, sector="Nord"), at=later(10))
    (zoe,) = await people(store)
    await contacts.set_language(store, zoe.id, Language.EN, now=later(20))
    (new,) = [point for point in zoe.points if point.address == C]
    await contacts.deactivate_point(store, new.id, now=later(20))
    done = await undo(store, second)
    assert sorted(each.why for each in done.left) == [f"language: {BY_RESIDENT}", f"voice: {BY_RESIDENT}"]
    (zoe,) = await people(store)
    assert (zoe.language, zoe.sector) == (Language.EN, "")
    assert [(point.address, point.active) for point in zoe.points] == [(A, True), (B, True), (C, False)]


async def test_consents_and_opt_outs_stay(store: Store) -> None:
    first = await load(store, row("Zoé", A))
    await opt_outs.opt_out(store, A, Channel.VOICE, via="telephone", now=later(10))
    assert (await undo(store, first)).removed == 1
    assert await opt_outs.opted_out(store, A, Channel.VOICE)


async def test_a_pending_enrolment_is_pending_again_unless_it_was_finished(store: Store) -> None:
    for address, name in ((A, "Zoé"), (B, "Max")):
        begun = await accounts.enrol(store, address, language=Language.FR, wording=WORDS, via="telephone", now=NOW)
        second = await load(store, row(name, address), at=later(10))
        if address == B:
            code = await accounts.issue_code(store, B, caller=B, now=later(20), consent_id=begun.consent_id)
            await accounts.redeem(store, B, code, now=later(30))
        await undo(store, second)
    zoe, max_ = await people(store)
    assert (zoe.active, zoe.first_name) == (False, "")
    assert (max_.active, max_.first_name) == (True, "")


async def test_a_later_import_is_undone_first(store: Store) -> None:
    first = await load(store, row("Zoé", A), row("Max", B))
    second = await load(store, row("Zoé", A, sector="Nord"), at=later(10))
    done = await undo(store, first)
    assert done.removed == 1
    assert [each.why for each in done.left] == [import_undo.BY_IMPORT.format(second)]
    third = await load(store, row("Zoé", A, sector="Sud"), at=later(70))
    await undo(store, third, at=later(80))
    await undo(store, second, at=later(90))
    (zoe,) = await people(store)
    assert zoe.sector == ""


async def test_what_waited_for_a_later_import_can_be_undone_after_it(store: Store) -> None:
    first = await load(store, row("Zoé", A), row("Max", B))
    second = await load(store, row("Zoé", A, sector="Nord"), at=later(10))
    assert (await undo(store, first)).removed == 1
    await undo(store, second, at=later(70))
    done = await undo(store, first, at=later(80))
    assert (done.removed, done.left) == (1, [])
    assert await people(store) == []
    with pytest.raises(import_undo.CannotUndo, match="undone already"):
        await undo(store, first, at=later(90))


async def test_reports_of_alerts_keep_their_people(store: Store) -> None:
    """Whoever is in the report of an alert is switched off, and back with the next import."""
    first = await load(store, row("Zoé", A), row("Max", B))
    zoe, _ = await people(store)
    async with store.writing() as c:
        await c.execute(
            schema.alert.insert().values(
                id=1, title="Eau", texts={}, purpose="emergency", target="all", channels=["voice"], status="ended",
                redials=0, redial_delay_s=0, created_at=NOW, created_by="clerk",
            )
        )  # fmt: skip
        told = {"alert_id": 1, "contact_id": zoe.id, "name": "Zoé Roy", "language": "fr"}
        await c.execute(schema.delivery.insert().values(told))
    done = await undo(store, first)
    assert (done.removed, done.switched_off) == (1, 1)
    (zoe,) = await people(store)
    assert not zoe.active
    assert [point.active for point in zoe.points] == [False]
    assert await contact_import.import_rows(store, [row("Zoé", A)], by="clerk", now=later(90)) == contacts.ImportReport(
        0, 1, 0
    )
    (zoe,) = await people(store)
    assert zoe.active
    assert [point.active for point in zoe.points] == [True]


@pytest.mark.parametrize("days", [0, 31])
async def test_what_cannot_be_undone(days: int, store: Store) -> None:
    first = await load(store, row("Zoé", A))
    with pytest.raises(CannotUndo, match="there is no import 7: `tocsin contacts imports` lists them"):
        await undo(store, 7)
    if days:
        with pytest.raises(CannotUndo, match="is older than 30 days"):
            await undo(store, first, at=NOW + timedelta(days=days))
        return
    await undo(store, first)
    with pytest.raises(CannotUndo, match="is undone already"):
        await undo(store, first)


async def test_an_id_that_came_back_is_somebody_else(store: Store) -> None:
    """SQLite gives the number of the last row that went to the next one."""
    first = await load(store, row("Zoé", A))
    async with store.writing() as c:
        await c.execute(schema.contact_point.delete())
        await c.execute(schema.contact.delete())
    await load(store, row("Max", B), at=later(10))
    assert (await undo(store, first)).removed == 0
    assert [each.first_name for each in await people(store)] == ["Max"]


async def test_what_was_changed_is_kept_for_30_days(store: Store) -> None:
    await load(store, row("Zoé", A))
    await load(store, row("Zoé", A, sector="Nord"), at=later(10))
    assert await import_log.purge(store, NOW + timedelta(days=30)) == 0
    assert await import_log.purge(store, NOW + timedelta(days=30, seconds=11)) == 1
    async with store.reading() as c:
        assert (await c.execute(select(schema.contact_import_change.c.id))).all() == []
    newest, oldest = await import_log.listing(store)
    assert (newest.who, newest.file, newest.created, newest.changed) == ("clerk", "a.csv", 0, 1)
    assert (oldest.created, oldest.unchanged, oldest.at) == (1, 0, NOW)


async def test_a_big_import_is_undone(store: Store) -> None:
    many = [row(f"P{n}", number(n)) for n in range(3000)]
    first = await load(store, *many)
    second = await load(store, *(each._replace(sector="Nord") for each in many), at=later(10))
    assert (await undo(store, second)).restored == 3000
    assert (await undo(store, first)).removed == 3000
