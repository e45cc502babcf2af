"""Taking one person out of the store.

What others share with them (a telephone of the household, the counts of an alert) stays; what stays names nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, Table, delete, null, or_, select, update

from db.engine.connection import Connection
from db.residents.personal import FoundPerson, among, theirs_of
from db.schema import (
    alert,
    attempt,
    call_log,
    code,
    consent,
    contact,
    contact_import_change,
    contact_point,
    delivery,
    journal,
    message,
    number_evidence,
    opt_out,
    opt_out_holds,
    target_group,
)
from rules import phone
from rules.frozen import Record
from rules.target import BadTarget, Target

_BLANK: tuple[tuple[Table, Mapping[str, Any]], ...] = (
    (attempt, {"address": "", "extension": "", "point_id": None}),
    (message, {"address": "", "body": ""}),
)


class ErasedPerson(Record, frozen=True):
    """`alerts`: those that were for them; `groups`: saved targets that named one of the numbers; `kept`: opt-outs."""

    numbers: int
    alerts: tuple[int, ...]
    groups: tuple[str, ...]
    kept: int


async def erase(c: Connection, found: FoundPerson) -> ErasedPerson:
    """Within a transaction; the journal is the caller's."""
    who, own = found.contact, found.own
    mine = select(delivery.c.id).where(delivery.c.contact_id == who.id)
    alerts = tuple(sorted({row["alert_id"] for row in found.deliveries}))
    for table, blank in _BLANK:
        await c.execute(update(table).where(theirs_of(table, mine, own)).values(blank))
    await c.execute(update(delivery).where(delivery.c.contact_id == who.id).values(name="", contact_id=None, points=[]))
    await c.execute(update(call_log).where(among(call_log.c.caller, own)).values(caller=""))
    for table, theirs in _rows(who.id, own):
        await c.execute(delete(table).where(theirs))
    groups = await _out_of_groups(c, own)
    await _out_of_targets(c, own)
    await _out_of_the_journal(c, who.id, own)
    return ErasedPerson(len(own), alerts, groups, sum(row["lifted_at"] is None for row in found.opt_outs))


def _rows(contact_id: int, own: Collection[str]) -> Iterable[tuple[Table, ColumnElement[bool]]]:
    """What goes whole, in the order in which rows hang on each other. An opt-out that holds stays."""
    consents = select(consent.c.id).where(consent.c.contact_id == contact_id)
    yield code, or_(among(code.c.number, own), code.c.consent_id.in_(consents))
    yield consent, consent.c.contact_id == contact_id
    yield opt_out, among(opt_out.c.address, own) & ~opt_out_holds
    yield number_evidence, among(number_evidence.c.address, own)
    yield contact_import_change, contact_import_change.c.contact_id == contact_id
    yield contact_point, contact_point.c.contact_id == contact_id
    yield contact, contact.c.id == contact_id


async def _out_of_groups(c: Connection, own: frozenset[str]) -> tuple[str, ...]:
    """A group of nobody else goes with them."""
    changed = []
    for row in (await c.execute(select(target_group))).all():
        target = Target.parse(row.target)
        if not own & {*target.numbers, *(target.excluded.numbers if target.excluded else ())}:
            continue
        changed.append(row.name)
        this = target_group.c.name == row.name
        if (left := _without(target, own)) is None:
            await c.execute(delete(target_group).where(this))
        else:
            await c.execute(update(target_group).where(this).values(target=str(left)))
    return tuple(changed)


def _without(target: Target, own: Collection[str]) -> Target | None:
    """None for nobody."""
    words = [word for word in str(target).split(" ") if word.removeprefix("number:") not in own]
    text = " ".join(words).removesuffix(" except").removesuffix("except")
    try:
        return Target.parse(text)
    except BadTarget:
        return None


async def _out_of_targets(c: Connection, own: Collection[str]) -> None:
    """An alert to single numbers keeps that it was; they are masked."""
    for number in own:
        for row in (await c.execute(select(alert.c.id, alert.c.target).where(alert.c.target.contains(number)))).all():
            target = row.target.replace(number, phone.masked(number))
            await c.execute(update(alert).where(alert.c.id == row.id).values(target=target))


async def _out_of_the_journal(c: Connection, contact_id: int, own: Collection[str]) -> None:
    """The lines stay, and say what was done, no more to whom."""
    theirs = [journal.c.subject == f"contact {contact_id}"]
    for number in own:
        theirs += [journal.c.personal.cast(String).contains(each) for each in (number, phone.masked(number))]
    await c.execute(update(journal).where(or_(*theirs)).values(personal=null()))
