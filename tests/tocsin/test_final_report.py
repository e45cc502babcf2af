from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from alerts import report, result
from alerts.report import Report
from db.alerts import alerts, ring_back
from db.engine.store import Store
from db.queue import attempts
from db.residents import contact_import, contacts
from db.texts import messages
from rules import audience, phone
from rules.audience import Draft, Target
from rules.contact_rows import ContactRow, PhoneLine
from rules.model import Channel, Language, Purpose
from rules.outcome import Announcement, Disposition, Outcome, Reply
from rules.status import AlertStatus, AttemptStatus
from service import clock
from service.reports import Reports
from supervision.parts import Parts, PartState
from tests.db.town import NOW, dead, draft, later, running
from tocsin.views import people

ACKNOWLEDGED = Outcome(Disposition.HUMAN, Reply.ACKNOWLEDGED, heard=1.0, sip=200, cause=16)
GONE = Outcome(Disposition.NETWORK, heard=1.0, sip=200, announcement=Announcement.INTERCEPT)
NO_ANSWER = Outcome(Disposition.NO_ANSWER, sip=480, cause=19)
HOUSES = ["12", "2", "100", "7", "9"]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


def resident(place: int, civic_number: str) -> ContactRow:
    number = PhoneLine(f"+1514555010{place}")
    street = "Rue des Érables" if place < 4 else "Avenue Haute"
    return ContactRow(
        place, "R", str(place), Language.FR, (number,), civic_number=civic_number, street=street, sector="Nord"
    )


async def played(store: Store) -> Report:
    """Five people: the first two are reached, after 10 and 20 s; the others not."""
    rows = [resident(place, house) for place, house in enumerate(HOUSES)]
    await contact_import.import_rows(store, rows, by="test", now=NOW)
    texts = {Language.FR: "=Eau", Language.EN: "Water"}
    draft = Draft("Eau", texts, Purpose.EMERGENCY, Target(everyone=True), (Channel.VOICE,), redials=0)
    planned, left_out = audience.plan(
        await contacts.matching(store, draft.target), draft, set(), phone.CANADIAN_AREA_CODES
    )
    alert_id = await alerts.create(store, draft, planned, left_out, by="Anne", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    for place, call in enumerate(sorted(await attempts.claim(store, 9, now=NOW), key=lambda each: each.address)):
        await attempts.advance(store, call.id, AttemptStatus.PLACED, at=NOW, trunk="north")
        result = ACKNOWLEDGED if place < 2 else GONE if place == 4 else NO_ANSWER
        await attempts.finish(store, call.id, result, now=later(10 * (place + 1)))
    alert = await alerts.get(store, alert_id)
    assert alert
    return await report.of(store, alert)


async def test_the_figures(store: Store) -> None:
    found = report.as_data(await played(store))
    assert (found["people"], found["by_outcome"]) == (5, {"acknowledged": 2, "unreached": 3})
    assert found["by_sector"] == {"Nord": {"acknowledged": 2, "unreached": 3}}
    assert found["by_channel"] == {"voice": 2}
    assert found["seconds_to"] == {"50%": 10.0, "90%": 20.0, "99%": 20.0}
    assert found["calls"] == {"human": 2, "no_answer": 2, "network": 1}
    assert found["trunks"] == {"north": {"calls": 5, "line_s": 150.0}}
    assert found["sent_by"] == "Anne"


async def test_the_doors_to_knock_on_street_by_street(store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(report.doors(await played(store)))))
    assert [(row["street"], row["civic_number"]) for row in rows] == [
        ("Avenue Haute", "9"),
        ("Rue des Érables", "7"),
        ("Rue des Érables", "100"),
    ]
    assert (rows[0]["name"], rows[0]["numbers"], rows[0]["last"]) == ("R 4", "5145550104", "network (intercept)")


async def test_the_bundle_for_the_file(store: Store, tmp_path: Path) -> None:
    found = await played(store)
    report.bundle(found, tmp_path / "file.zip", tmp_path / "audio")
    with zipfile.ZipFile(tmp_path / "file.zip") as archive:
        held = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(held) == {"report.json", "not-reached.csv", "attempts.csv", "texts.json", "journal.json"}
    tries = list(csv.DictReader(io.StringIO(held["attempts.csv"])))
    assert [each["announcement"] for each in tries] == ["", "", "", "", "intercept"]
    assert json.loads(held["texts.json"])["fr"] == {"text": "=Eau", "audio_sha256": None}
    assert json.loads(held["journal.json"])[0]["who"] == "Anne"


async def test_written_once_the_alert_is_over(store: Store, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    alert = (await played(store)).alert
    await Reports(store, tmp_path).write_due(again=True, now=later(60))
    (written,) = (tmp_path / "reports").iterdir()
    assert written == report.place(tmp_path, alert)


async def sent(store: Store, rows: list[ContactRow], **changes: object) -> int:
    await contact_import.import_rows(store, rows, by="test", now=NOW)
    wanted = draft(redials=0, **changes)
    people = await contacts.matching(store, wanted.target)
    planned, left_out = audience.plan(people, wanted, set(), phone.CANADIAN_AREA_CODES)
    alert_id = await alerts.create(store, wanted, planned, left_out, by="Anne", now=NOW)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, NOW)
    return alert_id


async def report_of(store: Store, alert_id: int) -> Report:
    alert = await alerts.get(store, alert_id)
    assert alert
    return await report.of(store, alert)


SHARED, DEAD_LINE = "+15145550100", "+15145550199"


@pytest.mark.parametrize(
    ("result", "doors"), [(ACKNOWLEDGED, []), (NO_ANSWER, ["Ann", "Bob", "Cleo"])], ids=["reached", "not reached"]
)
async def test_who_shares_a_number_is_told_there_or_has_a_door_of_their_own(
    store: Store, result: Outcome, doors: list[str]
) -> None:
    rows = [
        resident(0, "1")._replace(first_name="Ann"),
        resident(0, "2")._replace(first_name="Bob"),
        resident(0, "3")._replace(first_name="Cleo", voice=(PhoneLine(DEAD_LINE), PhoneLine(SHARED))),
    ]
    await contact_import.import_rows(store, rows, by="test", now=NOW)
    await dead(store, DEAD_LINE)
    alert_id = await sent(store, rows, channels=(Channel.VOICE,), purpose=Purpose.PUBLIC_SERVICE)
    (call,) = await attempts.claim(store, 9, now=NOW)
    await attempts.finish(store, call.id, result, now=later(10))
    found = report.as_data(await report_of(store, alert_id))
    assert [door["name"].split()[0] for door in found["not_reached"]] == doors


async def test_a_text_that_failed_told_nobody(store: Store) -> None:
    row = resident(0, "1")
    alert_id = await sent(store, [row._replace(sms=row.voice)])
    (text,) = await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=NOW)
    await messages.sent(store, text.id, provider="smpp", external_ids=["1"], parts=1, now=later(1))
    (call,) = await attempts.claim(store, 9, now=NOW)
    await attempts.finish(store, call.id, ACKNOWLEDGED, now=later(60))
    assert (await report_of(store, alert_id)).summary.seconds_to[0.5] == 1
    await messages.receipt(store, "1", False, provider="smpp", reason="absent", now=later(30))
    assert (await report_of(store, alert_id)).summary.seconds_to[0.5] == 60


async def test_receipts_that_come_after_the_end_are_in_the_bundle(store: Store, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    row = resident(0, "1")
    alert_id = await sent(store, [row._replace(sms=row.voice)], channels=(Channel.SMS,))
    (text,) = await messages.claim(store, 9, channel=Channel.SMS, provider="smpp", now=NOW)
    await messages.sent(store, text.id, provider="smpp", external_ids=["1"], parts=1, now=later(1))

    writer = Reports(store, tmp_path)

    async def bundled(seconds: float, *, again: bool) -> dict[str, int]:
        await writer.write_due(again=again, now=later(seconds))
        alert = await alerts.get(store, alert_id)
        assert alert
        with zipfile.ZipFile(report.place(tmp_path, alert)) as archive:
            outcomes: dict[str, int] = json.loads(archive.read("report.json"))["by_outcome"]
            return outcomes

    assert await bundled(2, again=False) == {"texted": 1}
    await messages.receipt(store, "1", True, provider="smpp", reason="", now=later(3600))
    assert await bundled(3601, again=False) == {"texted": 1}
    assert await bundled(3602, again=True) == {"delivered": 1}
    written = report.place(tmp_path, (await report_of(store, alert_id)).alert).stat().st_mtime_ns
    await bundled(3700, again=True)
    assert report.place(tmp_path, (await report_of(store, alert_id)).alert).stat().st_mtime_ns == written


async def test_every_alert_of_the_week_has_its_bundle(store: Store, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for _ in range(52):
        await running(store, [])
    await Reports(store, tmp_path).write_due(again=True, now=later(60))
    assert len(list((tmp_path / "reports").iterdir())) == 52


async def test_a_report_that_cannot_be_written_is_passed_over_and_tried_later_and_later(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    paths = [report.place(tmp_path, (await report_of(store, await running(store, []))).alert) for _ in range(3)]
    in_the_way = paths[1].with_name(f".{paths[1].name}.new")
    in_the_way.mkdir()
    writer = Reports(store, tmp_path)
    delays = []
    for seconds in range(0, 200, 5):
        await writer.write_due(again=False, now=later(seconds))
        (passed_over,) = writer.passed_over.values()
        delays.append(passed_over.delay.total_seconds())
    assert [path.exists() for path in paths] == [True, False, True]
    assert sorted(set(delays)) == [5, 10, 20, 40, 80, 160]
    in_the_way.rmdir()
    await writer.write_due(again=False, now=later(3600))
    assert paths[1].exists()


async def test_the_part_says_which_report_is_missing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    alert = (await report_of(store, await running(store, []))).alert
    report.place(tmp_path, alert).with_name(f".{report.place(tmp_path, alert).name}.new").mkdir()
    writer = Reports(store, tmp_path, lambda: NOW)
    async with asyncio.timeout(5), Parts(clock.now, print).running("reports", writer.run) as part:
        while part.state is not PartState.TROUBLED:
            await asyncio.sleep(0.02)
    assert part.error.startswith(f"not written: alert {alert.id}: ")
    assert part.restarts == 0


@pytest.mark.parametrize(
    ("value", "written"),
    [("+15145550101", "+15145550101"), ("+1+1", "'+1+1"), ("=1+1", "'=1+1"), ("@A1", "'@A1"), ("-1", "'-1")],
)
def test_a_number_is_written_as_it_is_and_a_formula_is_not(value: str, written: str) -> None:
    (row,) = csv.DictReader(io.StringIO(report._csv(["address"], [{"address": value}])))
    assert row["address"] == written


async def test_who_called_back_is_told_apart(store: Store) -> None:
    found = await played(store)
    third = "+15145550102"
    assert await ring_back.acknowledge(store, third, found.alert.id, now=later(60)) == 1
    again = await report_of(store, found.alert.id)
    figures = report.as_data(again)
    assert (figures["by_outcome"]["acknowledged"], figures["called_back"]) == (3, 1)
    (one,) = [each for each in again.people if each.delivery.name == "R 2"]
    assert [each["called_back"] for each in result.tries(one.delivery)] == [False, True]
    assert one.last == "called back"
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(people.table(result.of(again.alert, {}, [one.delivery]).deliveries))
    assert "acknowledged by calling back from 5145550102" in console.export_text()
