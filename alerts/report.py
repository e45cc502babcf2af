"""The report of an alert: figures, the door-to-door list, and the bundle for the file."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from alerts import result
from db.alerts import alerts, outcomes
from db.engine.store import Store
from db.residents import doubts
from db.residents.doubts import DoubtedNumber
from db.staff import journal
from prompts.fingerprint import fingerprint
from rules import phone, summary
from rules.model import Alert, Language
from rules.summary import Person

ADDRESS = ("civic_number", "street", "unit", "city", "postal_code", "sector")
DOORS = ("name", *ADDRESS, "numbers", "last", "outcome", "reason")
TRIES = ("name", "channel", "address", "status", "disposition", "reply", "heard", "sip", "cause", "trunk", "due_at")
SAID = "announcement"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
E164 = re.compile(r"\+\d+")
MOMENTS = ("placed_at", "answered_at", "ended_at")


@dataclasses.dataclass(frozen=True)
class Report:
    alert: Alert
    people: Sequence[Person]
    journal: Sequence[dict[str, Any]]
    doubts: Sequence[DoubtedNumber] = ()  # numbers that its calls or texts found not to exist, as they are believed now

    @cached_property
    def summary(self) -> summary.Summary:
        return summary.summary(self.people, self.alert.starts_at or self.alert.created_at)

    @cached_property
    def doors(self) -> Sequence[dict[str, str]]:
        """Who was not reached, street by street."""
        return [_door(one) for one in summary.not_reached(self.people)]


async def of(store: Store, alert: Alert) -> Report:
    found = await doubts.find(store, doubts.of_alert(alert.id))
    acts = await journal.about(store, f"alert {alert.id}")
    return Report(alert, await outcomes.people(store, alert.id), acts, found)


def as_data(found: Report) -> dict[str, Any]:
    """`alert report --json`."""
    figures = dataclasses.asdict(found.summary)
    figures["seconds_to"] = {f"{share:.0%}": seconds for share, seconds in found.summary.seconds_to.items()}
    alert = found.alert
    return {
        "id": alert.id,
        "title": alert.title,
        "status": alert.status,
        "purpose": alert.purpose,
        "target": alert.target,
        "sent_by": alert.created_by,
        "created_at": alert.created_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "follows": alert.follows,
        **figures,
        "not_reached": found.doors,
        "doubted_numbers": [_doubt(each) for each in found.doubts],
    }


def _doubt(each: DoubtedNumber) -> dict[str, str]:
    return {"number": each.address, "channel": each.channel, "is": each.standing, "said_at": each.said_at.isoformat()}


def _door(one: Person) -> dict[str, str]:
    who = one.contact
    place = {name: getattr(who, name) if who else "" for name in ADDRESS}
    numbers = "; ".join(map(phone.national, one.numbers))
    result = {"numbers": numbers, "last": one.last, "outcome": str(one.delivery.outcome), "reason": one.delivery.reason}
    return {"name": one.delivery.name, **place, **result}


def doors(found: Report) -> str:
    """CSV of who was not reached, street by street."""
    return _csv(DOORS, found.doors)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    """A spreadsheet takes a cell that begins like this for a formula; of a number (E.164) it only drops the plus."""
    if not isinstance(value, str) or not value.startswith(FORMULA) or E164.fullmatch(value):
        return value
    return f"'{value}"


def bundle(found: Report, path: Path, audio: Path) -> None:
    """A ZIP for the file: the figures, the texts, hashes of the audio, who did what, each call and text. The file is
    there whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    with open(draft, "wb", opener=_for_owner_only) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.json", _json(as_data(found)))
        archive.writestr("not-reached.csv", "\ufeff" + doors(found))
        archive.writestr("attempts.csv", "\ufeff" + _csv((*TRIES, *MOMENTS, SAID), _tries(found)))
        archive.writestr("texts.json", _json(_texts(found.alert, audio)))
        archive.writestr("journal.json", _json(found.journal))
    draft.replace(path)


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _tries(found: Report) -> Iterable[dict[str, Any]]:
    for one in found.people:
        said = [call.announcement for call in one.delivery.attempts]
        for each, announcement in zip_longest(result.tries(one.delivery), said):
            yield {**each, "name": one.delivery.name, SAID: announcement}


def _texts(alert: Alert, audio: Path) -> dict[str, Any]:
    texts = alert.texts.items()
    return {language: {"text": text, "audio_sha256": _hash(audio, language, text)} for language, text in texts}


def _hash(audio: Path, language: Language, text: str) -> str | None:
    """Of the audio that was played; None where none was made."""
    path = audio / "alerts" / f"{language}-{fingerprint(language, text)}.wav"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _json(data: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(data), indent=2)


def place(home: Path, alert: Alert) -> Path:
    """Where the bundle of an alert that is over is kept."""
    return home / "reports" / f"alert-{alert.id}.zip"


async def rewrite(store: Store, home: Path, alert_ids: Iterable[int]) -> None:
    """The bundles of these alerts that lie in the home, after somebody in them was erased. Raises OSError."""
    for alert_id in alert_ids:
        alert = await alerts.get(store, alert_id)
        if alert and (path := place(home, alert)).exists():
            bundle(await of(store, alert), path, home / "audio")
