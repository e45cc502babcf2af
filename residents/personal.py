"""What is kept of one person: shown to them whole, and erased when they ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from db.engine.store import Store
from db.residents import erasure, personal
from db.residents.personal import FoundPerson, Rows
from db.staff import journal
from records.residents import Erased, PersonalFile
from rules import phone
from rules.operator_error import NotNow, NotThere

LINKS = ("delivery_id", "contact_id")


async def who(store: Store, number: str, contact_id: int | None = None) -> int:
    """The contact of a number (E.164); `contact_id` says which where several have it. Raises NotThere, NotNow."""
    holders = await personal.holders(store, number)
    if not holders:
        raise NotThere(f"No resident has the number {phone.national(number)}.")
    if contact_id is not None and contact_id not in holders:
        raise NotThere(f"Resident {contact_id} does not have the number {phone.national(number)}.")
    if contact_id is None and len(holders) > 1:
        ids = ", ".join(map(str, holders))
        raise NotNow(f"Several residents have the number {phone.national(number)}: say which by --id, of {ids}.")
    return contact_id if contact_id is not None else holders[0]


async def export(store: Store, contact_id: int, *, by: str, now: datetime) -> PersonalFile:
    """All of it, in a form that other programs read. That it was given is in the journal. Raises NotThere."""
    found = await _found(store, contact_id)
    await journal.record(store, by, "exported", f"contact {contact_id}", {}, now)
    points = msgspec.to_builtins(found.contact.points)
    who = msgspec.to_builtins(found.contact)
    return PersonalFile(
        contact={name: value for name, value in who.items() if name != "points"},
        numbers=tuple(points),
        consents=_plain(found.consents),
        opt_outs=_plain(found.opt_outs),
        codes=_plain(found.codes),
        alerts=_alerts(found),
        texts=_plain(text for text in found.texts if text["delivery_id"] is None),
        calls=_plain(found.calls),
        imports=_plain(found.imports),
        journal=_plain(found.journal),
    )


async def erase(store: Store, contact_id: int, *, by: str, now: datetime) -> Erased:
    """Nothing that names them stays, but an opt-out that holds. The journal keeps that it was done, and for whom by the
    number of the file alone. Raises NotThere; NotNow while an alert is under way to them."""
    found = await _found(store, contact_id)
    if await personal.under_way(store, contact_id):
        raise NotNow("An alert is under way to this resident: erase the file when it is over, or cancel the alert.")
    async with store.writing() as c:
        done = await erasure.erase(c, found)
        detail = {"numbers": done.numbers, "alerts": len(done.alerts)}
        await journal.record(c, by, "erased", f"contact {contact_id}", detail, now)
    await store.write_back()
    return Erased(contact=contact_id, numbers=done.numbers, alerts=done.alerts, groups=done.groups, kept=done.kept)


async def _found(store: Store, contact_id: int) -> FoundPerson:
    found = await personal.find(store, contact_id)
    if found is None:
        raise NotThere(f"There is no resident {contact_id}.")
    return found


def _alerts(found: FoundPerson) -> Rows:
    calls, texts = _by_delivery(found.attempts), _by_delivery(found.texts)
    return tuple({**_row(each), "calls": calls[each["id"]], "texts": texts[each["id"]]} for each in found.deliveries)


def _by_delivery(rows: Rows) -> defaultdict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["delivery_id"]].append(_row(row))
    return found


def _plain(rows: Iterable[Mapping[str, Any]]) -> Rows:
    return tuple(map(_row, rows))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it, without what ties rows together. A text that held a code does not show it."""
    told: dict[str, Any] = msgspec.to_builtins({name: value for name, value in row.items() if name not in LINKS})
    return {**told, "body": ""} if told.get("secret") else told
