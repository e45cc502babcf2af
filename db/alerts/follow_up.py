"""After something happened to a delivery: its next call, or its outcome, and the end of its alert.

Everything is decided again from what is stored (`_decide`), so it does not matter in which order events arrive.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, insert, or_, select, update

from db.engine import rows
from db.engine.connection import Connection
from db.residents import usable
from db.schema import (
    alert,
    attempt,
    attempt_is_unfinished,
    contact_point,
    delivery,
    message,
    message_is_unfinished,
)
from rules import channels, retry
from rules import outcome as outcomes
from rules.model import CallPurpose, ContactPoint, Household, Numbers
from rules.outcome import DeliveryOutcome
from rules.priority import LANES
from rules.status import AlertStatus, AttemptStatus, MessageStatus
from rules.usable import Refusal, calls_dead, stands

CHUNK = 2000
"""Deliveries looked at together; SQLite takes 32,766 variables in a statement."""

_CLOSED_FOR_GOOD = (DeliveryOutcome.OPTED_OUT, DeliveryOutcome.LEFT_OUT)


@dataclass
class _Facts:
    """What is stored about one delivery."""

    row: rows.Row
    alert: rows.Row
    points: list[ContactPoint] = field(default_factory=list)  # planned, and may still be called or texted
    opted_out: bool = False  # one of the planned points was given up by the resident
    history: list[retry.Try] = field(default_factory=list)
    rung_back: set[str] = field(default_factory=set)  # numbers from which the alert was acknowledged by calling back
    call_pending: bool = False
    refused: set[int] = field(default_factory=set)  # points whose number may not be called any more
    texts: set[MessageStatus] = field(default_factory=set)


@dataclass(frozen=True)
class _Verdict:
    outcome: DeliveryOutcome | None
    next_call: retry.Next | None = None


async def follow_up(c: Connection, delivery_ids: Iterable[int], now: datetime) -> dict[int, DeliveryOutcome | None]:
    """Insert the next calls, set the outcomes, end the alerts that are over. Returns each delivery's outcome."""
    wanted = sorted(set(delivery_ids))
    found: dict[int, DeliveryOutcome | None] = {}
    for start in range(0, len(wanted), CHUNK):
        facts = await _facts(c, wanted[start : start + CHUNK])
        verdicts = [(fact, _decide(fact, now)) for fact in facts]
        await _insert_calls(c, [(fact, verdict.next_call) for fact, verdict in verdicts if verdict.next_call])
        await _set_outcomes(c, [(fact, v.outcome) for fact, v in verdicts if v.outcome != fact.row.outcome])
        for alert_id in {fact.row.alert_id for fact in facts}:
            await settle(c, alert_id, now)
        found.update({fact.row.id: verdict.outcome for fact, verdict in verdicts})
    return found


_SETTLE = (
    update(alert)
    .where(
        alert.c.id == bindparam("which"),
        alert.c.status == AlertStatus.RUNNING,
        ~exists().where(attempt.c.alert_id == bindparam("which"), attempt_is_unfinished),
        ~exists().where(message.c.alert_id == bindparam("which"), message_is_unfinished),
    )
    .values(status=AlertStatus.DONE, ended_at=bindparam("now"))
)


async def settle(c: Connection, alert_id: int, now: datetime) -> bool:
    """RUNNING and nothing waiting or open: DONE."""
    done = await c.execute(_SETTLE, {"which": alert_id, "now": now})
    return done.rowcount > 0


async def reopen(c: Connection, delivery_ids: Sequence[int], now: datetime) -> None:
    """A text of theirs that was sent waits again: what became of them is open, and their alert is not over."""
    theirs = select(delivery.c.alert_id).where(delivery.c.id.in_(delivery_ids))
    over = alert.c.id.in_(theirs), alert.c.status == AlertStatus.DONE
    await c.execute(update(alert).where(*over).values(status=AlertStatus.RUNNING, ended_at=None))
    told = or_(delivery.c.id.in_(delivery_ids), delivery.c.told_with.in_(delivery_ids))
    texted = delivery.c.outcome == DeliveryOutcome.TEXTED
    await c.execute(update(delivery).where(told, texted).values(outcome=None))
    await follow_up(c, delivery_ids, now)


def _decide(facts: _Facts, now: datetime) -> _Verdict:
    by_voice = {outcomes.of_call(tried.outcome) for tried in _of_those_who_stay(facts)} - {None}
    by_voice |= {DeliveryOutcome.ACKNOWLEDGED} if facts.rung_back else set()
    by_text = {outcomes.OF_TEXT[status] for status in facts.texts if status in outcomes.OF_TEXT}
    reached = by_voice | by_text
    if facts.row.outcome is None:
        if facts.call_pending:
            return _Verdict(None)
        if next_call := _next_call(facts, now):
            return _Verdict(None, next_call)
        if not by_voice and facts.texts & {MessageStatus.WAITING, MessageStatus.SENDING}:
            return _Verdict(None)
    if reached:
        return _Verdict(outcomes.best(reached))
    if len(facts.history) > len(_of_those_who_stay(facts)):
        return _Verdict(DeliveryOutcome.OPTED_OUT)
    if facts.row.outcome in _CLOSED_FOR_GOOD:
        return _Verdict(DeliveryOutcome(facts.row.outcome))
    return _Verdict(DeliveryOutcome.OPTED_OUT if facts.opted_out else DeliveryOutcome.UNREACHED)


def _next_call(facts: _Facts, now: datetime) -> retry.Next | None:
    if facts.alert.status == AlertStatus.CANCELLED:
        return None
    # Who calls back is known by their number alone: they acknowledge for that number, and the others go on.
    gone = facts.rung_back, facts.refused
    called = [each for each in facts.points if channels.TRAITS[each.channel].spoken and not _is_gone(each, *gone)]
    found = retry.next_try(
        called,
        _of_those_who_stay(facts),
        table=retry.RedialTable(facts.alert.redials, facts.alert.redial_delay_s, facts.alert.redial_table),
        numbers=Numbers(facts.alert.numbers),
        now=now,
    )
    over = found and facts.alert.expires_at and found.moment >= facts.alert.expires_at
    return None if over else found


def _is_gone(point: ContactPoint, rung_back: Set[str], refused: Set[int]) -> bool:
    return point.address in rung_back or point.id in refused


def _of_those_who_stay(facts: _Facts) -> list[retry.Try]:
    """Whoever gives up alerts does so for their own number: the rest of a household are still to be told."""
    if facts.alert.household != Household.ONCE:
        return facts.history
    return [each for each in facts.history if outcomes.of_call(each.outcome) is not DeliveryOutcome.OPTED_OUT]


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_DELIVERIES = select(
    *(delivery.c[name] for name in ("id", "alert_id", "language", "outcome", "points")),
).where(delivery.c.id.in_(_IDS))
_ALERTS = select(alert).where(alert.c.id.in_(_IDS))
_POINTS = select(*rows.POINT, usable.opted_out()).where(contact_point.c.id.in_(_IDS))
_STORED = (
    *("delivery_id", "errand", "address", "status", "point_id", "ended_at", "trunk"),
    *("disposition", "reply", "heard", "sip", "cause", "announcement", "reason"),
)
_CALLS = (
    select(*(attempt.c[name] for name in _STORED)).where(attempt.c.delivery_id.in_(_IDS)).order_by(attempt.c.ended_at)
)
_TEXTS = select(message.c.delivery_id, message.c.status).where(message.c.delivery_id.in_(_IDS))


_NEXT_CALLS = insert(attempt)
_OUTCOMES = update(delivery).where(delivery.c.id == bindparam("which"))
_OUTCOMES_OF_OTHERS = update(delivery).where(delivery.c.told_with == bindparam("which"))


async def _facts(c: Connection, ids: Sequence[int]) -> list[_Facts]:
    deliveries = (await c.execute(_DELIVERIES, {"ids": ids})).all()
    alerts = {row.id: row for row in await c.execute(_ALERTS, {"ids": list({row.alert_id for row in deliveries})})}
    facts = {row.id: _Facts(row, alerts[row.alert_id]) for row in deliveries}
    await _add_points(c, facts.values())
    await _add_calls(c, facts)
    if any(channels.written(row.channels) for row in alerts.values()):
        await _add_texts(c, facts)
    return list(facts.values())


async def _add_points(c: Connection, facts: Iterable[_Facts]) -> None:
    ids = set(chain.from_iterable(fact.row.points for fact in facts))
    there = (await c.execute(_POINTS, {"ids": list(ids)})).all()
    found = {row[0]: (rows.point(row[:-1]), row[-1]) for row in there}
    for fact in facts:
        planned = [found[point_id] for point_id in fact.row.points if point_id in found]
        fact.opted_out = any(opted_out for _, opted_out in planned)
        with_dead = calls_dead(fact.alert.purpose)
        fact.points = [point for point, gone in planned if stands(point, with_dead=with_dead, opted_out=gone)]


async def _add_calls(c: Connection, facts: dict[int, _Facts]) -> None:
    for row in (await c.execute(_CALLS, {"ids": list(facts)})).all():
        if row.errand == CallPurpose.RING_BACK:
            facts[row.delivery_id].rung_back.add(row.address)
        elif row.status == AttemptStatus.FINISHED:
            facts[row.delivery_id].history.append(retry.Try(row.point_id, rows.outcome(row), row.ended_at, row.trunk))
        elif row.status != AttemptStatus.WITHDRAWN:
            facts[row.delivery_id].call_pending = True
        elif row.reason == Refusal.NOT_ALLOWED:
            facts[row.delivery_id].refused.add(row.point_id)


async def _add_texts(c: Connection, facts: dict[int, _Facts]) -> None:
    for row in await c.execute(_TEXTS, {"ids": list(facts)}):
        facts[row.delivery_id].texts.add(MessageStatus(row.status))


async def _insert_calls(c: Connection, calls: Sequence[tuple[_Facts, retry.Next]]) -> None:
    if calls:
        await c.execute(_NEXT_CALLS, [_call_row(fact, call) for fact, call in calls])


def _call_row(fact: _Facts, call: retry.Next) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "errand": CallPurpose.ALERT,
        "lane": LANES[fact.alert.purpose],
        "status": AttemptStatus.WAITING,
        "address": call.point.address,
        "extension": call.point.extension,
        "language": fact.row.language,
        "due_at": call.moment,
        "alert_id": fact.alert.id,
        "delivery_id": fact.row.id,
        "point_id": call.point.id,
    }


async def _set_outcomes(c: Connection, changed: Sequence[tuple[_Facts, DeliveryOutcome | None]]) -> None:
    if changed:
        values = [{"which": fact.row.id, "outcome": outcome} for fact, outcome in changed]
        await c.execute(_OUTCOMES, values)
        if any(fact.alert.household == Household.ONCE for fact, _ in changed):
            await c.execute(_OUTCOMES_OF_OTHERS, _to_others(values))


def _to_others(values: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of a household that nobody told, whoever did not give up alerts is unreached."""
    gone = DeliveryOutcome.OPTED_OUT
    return [{**each, "outcome": DeliveryOutcome.UNREACHED} if each["outcome"] == gone else each for each in values]
