from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerts import audience, phone
from alerts.audience import Draft, Target
from alerts.contact_rows import ContactRow, Line
from alerts.model import Channel, Language, Purpose
from alerts.outcome import Disposition, Outcome, Reply
from alerts.status import AlertStatus, AttemptStatus
from db import alerts, attempts, contact_import, contacts
from db.store import Store
from tests.db.town import NOW, later
from tocsin import final_report, reports
from tocsin.final_report import Report

ACKNOWLEDGED = Outcome(Disposition.HUMAN, Reply.ACKNOWLEDGED, heard=1.0, sip=200, cause=16)
NO_ANSWER = Outcome(Disposition.NO_ANSWER, sip=480, cause=19)
HOUSES = ["12", "2", "100", "7", "9"]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


def resident(place: int, civic_number: str) -> ContactRow:
    number = Line(f"+1514555010{place}")
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
        result = ACKNOWLEDGED if place < 2 else NO_ANSWER
        await attempts.finish(store, call.id, result, now=later(10 * (place + 1)))
    alert = await alerts.get(store, alert_id)
    assert alert
    return await final_report.of(store, alert)


async def test_the_figures(store: Store) -> None:
    found = final_report.as_data(await played(store))
    assert (found["people"], found["by_outcome"]) == (5, {"acknowledged": 2, "unreached": 3})
    assert found["by_sector"] == {"Nord": {"acknowledged": 2, "unreached": 3}}
    assert found["by_channel"] == {"voice": 2}
    assert found["seconds_to"] == {"50%": 10.0, "90%": 20.0, "99%": 20.0}
    assert found["calls"] == {"human": 2, "no_answer": 3}
    assert found["trunks"] == {"north": {"calls": 5, "line_s": 150.0}}
    assert found["sent_by"] == "Anne"


async def test_the_doors_to_knock_on_street_by_street(store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(final_report.doors(await played(store)))))
    assert [(row["street"], row["civic_number"]) for row in rows] == [
        ("Avenue Haute", "9"),
        ("Rue des Érables", "7"),
        ("Rue des Érables", "100"),
    ]
    assert (rows[0]["name"], rows[0]["numbers"], rows[0]["last"]) == ("R 4", "5145550104", "no_answer")


async def test_the_bundle_for_the_file(store: Store, tmp_path: Path) -> None:
    found = await played(store)
    final_report.bundle(found, tmp_path / "file.zip", tmp_path / "audio")
    with zipfile.ZipFile(tmp_path / "file.zip") as archive:
        held = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(held) == {"report.json", "not-reached.csv", "attempts.csv", "texts.json", "journal.json"}
    assert len(list(csv.DictReader(io.StringIO(held["attempts.csv"])))) == 5
    assert json.loads(held["texts.json"])["fr"] == {"text": "=Eau", "audio_sha256": None}
    assert json.loads(held["journal.json"])[0]["who"] == "Anne"


async def test_written_once_the_alert_is_over(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.wiring.now", lambda: later(60))
    (tmp_path / "reports").mkdir()
    alert = (await played(store)).alert
    await reports.write_due(store, tmp_path)
    (written,) = (tmp_path / "reports").iterdir()
    assert written == final_report.place(tmp_path, alert)
