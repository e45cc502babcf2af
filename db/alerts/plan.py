"""The people of a new alert into the store: tens of thousands of rows within a second.

Deliveries are inserted from here; first calls and texts by the database itself, out of the contact points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FunctionElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from db.alerts.targets import listed
from db.engine import bulk
from db.engine.connection import Connection
from db.residents import usable
from db.schema import attempt, contact, contact_point, delivery, message
from rules import channels, wording
from rules.audience import Draft, LeftOut, Planned
from rules.model import CallPurpose, Contact, Language
from rules.outcome import DeliveryOutcome
from rules.priority import LANES
from rules.status import AttemptStatus, MessageStatus
from rules.usable import calls_dead

CHUNK = 1000
"""Rows inserted by one statement: what is built for it is freed before the next."""

COPIED = 50_000
"""Calls and texts made by one statement, which looks at all deliveries of the alert."""

AFTER_OTHERS = timedelta(milliseconds=1)
"""Numbers that may not exist are due so much after the others, dead ones twice: the queue is in order of due time."""

PLANNED = ("alert_id", "contact_id", "name", "language", "points")


async def store(
    c: Connection,
    alert_id: int,
    draft: Draft,
    planned: Sequence[Planned],
    left_out: Sequence[LeftOut],
    *,
    organization: str,
    now: datetime,
) -> None:
    """A delivery for each person; a call to the first number to call, and a message to each address that is written
    to, of those planned."""
    for start in range(0, len(planned), CHUNK):
        await _store_planned(c, alert_id, planned[start : start + CHUNK])
    for start in range(0, len(left_out), CHUNK):
        await c.execute(insert(delivery), [_left_out_row(alert_id, to) for to in left_out[start : start + CHUNK]])
    await _store_households(c, alert_id, planned)
    common, these = _common(alert_id, draft, now), contact_point.c.id.in_(listed("points", Integer))
    first = [called[0].id for to in planned if (called := to.on(*channels.spoken()))]
    await _copy(c, _first_calls(these), common, first)
    written = [point.id for to in planned for point in to.on(*channels.written())]
    await _copy(c, _texts(these), common | _bodies(draft, organization), written)


async def copy_people(
    c: Connection, alert_id: int, draft: Draft, whom: ColumnElement[bool], *, organization: str, now: datetime
) -> int:
    """The same for these contacts, with all their numbers `in_use`, by the database alone; returns how many. The alert
    has nobody yet."""
    name = func.trim(contact.c.first_name + " " + contact.c.last_name)
    points = _ids(
        _in_order(select(contact_point.c.id).where(contact_point.c.contact_id == contact.c.id, in_use(draft)))
    )
    people = select(literal(alert_id), contact.c.id, name, contact.c.language, points).where(whom)
    copied = insert(delivery).from_select(PLANNED, people.order_by(contact.c.id))
    found = await c.execute(copied.execution_options(preserve_rowcount=True))
    if found.rowcount:
        common = _common(alert_id, draft, now)
        await c.execute(_first_calls(contact_point.c.id == delivery.c.points[0].as_integer()), common)
        await c.execute(_texts(in_use(draft)), common | _bodies(draft, organization))
    return found.rowcount


def in_use(draft: Draft) -> ColumnElement[bool]:
    """A contact point on the alert's channels that is switched on, and not dead unless such are called, too."""
    on_channels = contact_point.c.channel.in_(channels.in_order(draft.channels))
    return and_(on_channels, usable.in_use(with_dead=calls_dead(draft.purpose)))


def _common(alert_id: int, draft: Draft, now: datetime) -> dict[str, Any]:
    due = draft.starts_at or now
    later = {"due_if_suspected": due + AFTER_OTHERS, "due_if_dead": due + 2 * AFTER_OTHERS}
    return {"alert_id": alert_id, "now": now, "due": due, "lane": LANES[draft.purpose], **later}


def _bodies(draft: Draft, organization: str) -> dict[str, str]:
    return {str(each): wording.sms_text(draft, each, organization) for each in Language}


async def _store_households(c: Connection, alert_id: int, planned: Sequence[Planned]) -> None:
    """Those who are told through somebody else have a delivery that follows that person's."""
    heads = {one.contact.id: one for one in planned if one.told_with}
    if not heads:
        return
    query = select(delivery.c.id, delivery.c.contact_id).where(delivery.c.alert_id == alert_id)
    theirs = query.where(delivery.c.contact_id.in_(listed(heads, Integer)))
    ids = {row.contact_id: row.id for row in await c.execute(theirs)}
    told = [
        {**_person(alert_id, other), "told_with": ids[head], "reason": f"told with {one.contact.name}"}
        for head, one in heads.items()
        for other in one.told_with
    ]
    for start in range(0, len(told), CHUNK):
        await c.execute(insert(delivery), told[start : start + CHUNK])


async def _copy(c: Connection, statement: Any, common: Mapping[str, Any], point_ids: Sequence[int]) -> None:
    for start in range(0, len(point_ids), COPIED):
        await c.execute(statement, {**common, "points": point_ids[start : start + COPIED]})


async def _store_planned(c: Connection, alert_id: int, planned: Sequence[Planned]) -> None:
    people = [
        (
            *(alert_id, to.contact.id, to.contact.name, to.contact.language.value),
            str([point.id for point in to.points]),  # JSON, as it happens
        )
        for to in planned
    ]
    await bulk.insert_rows(c, delivery, PLANNED, people)


def _left_out_row(alert_id: int, to: LeftOut) -> dict[str, Any]:
    return {**_person(alert_id, to.contact), "outcome": DeliveryOutcome.LEFT_OUT, "reason": to.reason}


def _person(alert_id: int, who: Contact) -> dict[str, Any]:
    return {"alert_id": alert_id, "contact_id": who.id, "name": who.name, "language": who.language}


class _new_id(FunctionElement[str]):  # noqa: N801 - named like the function in SQL that it stands for
    """32 random hexadecimal digits, as `uuid4().hex` gives here."""

    type = String(32)
    inherit_cache = True


@compiles(_new_id)
def _on_postgresql(element: _new_id, compiler: SQLCompiler, **_: Any) -> str:
    return "replace(gen_random_uuid()::text, '-', '')"


@compiles(_new_id, "sqlite")
def _on_sqlite(element: _new_id, compiler: SQLCompiler, **_: Any) -> str:
    return "lower(hex(randomblob(16)))"


def _in_order(points: Select[Any]) -> ScalarSelect[Any]:
    """Of one contact: channel by channel; of each, those that may not exist last."""
    of = contact_point.c
    place, dead, suspected = case(channels.PLACES, value=of.channel), of.dead_at, of.suspected_at
    turn = place, dead.is_not(None), suspected.is_not(None), of.position, of.id
    return points.order_by(*turn).correlate(contact).scalar_subquery()


class _ids(FunctionElement[Any]):  # noqa: N801
    """A list, as JSON, of what a subquery finds, in its order."""

    inherit_cache = True


@compiles(_ids)
def _ids_on_postgresql(element: _ids, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT json_agg(id) FROM {compiler.process(element.clauses, **options)} AS points)"


@compiles(_ids, "sqlite")
def _ids_on_sqlite(element: _ids, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT json_group_array(id) FROM {compiler.process(element.clauses, **options)})"


def _rows_of_points(which: ColumnElement[bool], values: Mapping[str, Any]) -> Any:
    common = {
        "id": _new_id(),
        "lane": bindparam("lane"),
        "address": contact_point.c.address,
        "language": delivery.c.language,
        "due_at": _due(),
        "alert_id": delivery.c.alert_id,
        # Of a household that is told once, the calls and texts are those of one delivery.
        "delivery_id": func.coalesce(delivery.c.told_with, delivery.c.id),
    }
    return (
        select(*(value.label(name) for name, value in {**common, **values}.items()))
        .join(delivery, delivery.c.contact_id == contact_point.c.contact_id)
        .where(delivery.c.alert_id == bindparam("alert_id"), which)
    )


def _due() -> ColumnElement[Any]:
    due, if_suspected, if_dead = (
        bindparam(name, type_=attempt.c.due_at.type) for name in ("due", "due_if_suspected", "due_if_dead")
    )
    dead, suspected = contact_point.c.dead_at.is_not(None), contact_point.c.suspected_at.is_not(None)
    return case((dead, if_dead), (suspected, if_suspected), else_=due)


def _first_calls(which: ColumnElement[bool]) -> Any:
    """Due at once: no number has been called yet (`rules.retry`)."""
    source = _rows_of_points(
        and_(which, contact_point.c.channel.in_(channels.spoken())),
        {
            "errand": literal(CallPurpose.ALERT),
            "status": literal(AttemptStatus.WAITING),
            "extension": contact_point.c.extension,
            "point_id": contact_point.c.id,
        },
    )
    return insert(attempt).from_select(source.selected_columns.keys(), source)


def _texts(which: ColumnElement[bool]) -> Any:
    bodies = {language: bindparam(language, type_=message.c.body.type) for language in Language}
    source = _rows_of_points(
        and_(which, contact_point.c.channel.in_(channels.written())),
        {
            "channel": contact_point.c.channel,
            "status": literal(MessageStatus.WAITING),
            "body": case(bodies, value=delivery.c.language),
            "created_at": bindparam("now", type_=message.c.created_at.type),
        },
    )
    return insert(message).from_select(source.selected_columns.keys(), source)
