"""The end of calls: outcome, next try and the alert's end are stored in one transaction, many calls at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.model import Channel
from alerts.outcome import DeliveryOutcome, Disposition, Outcome, Reply
from alerts.status import ATTEMPT_MOVES, AttemptStatus
from db import rows
from db.follow_up import follow_up
from db.gather import Gather
from db.schema import attempt, contact_point, delivery
from db.store import Store

MOST_TOGETHER = 500
"""Calls finished in one transaction."""

_FINISHABLE = [status for status, moves in ATTEMPT_MOVES.items() if AttemptStatus.FINISHED in moves]


@dataclass(frozen=True, slots=True)
class _Ended:
    id: str
    outcome: Outcome
    now: datetime


async def finish(store: Store, id: str, outcome: Outcome, *, now: datetime) -> DeliveryOutcome | None:  # noqa: A002
    """Store what became of a call, and what follows from it; returns the delivery's outcome, None while something
    may still reach the person (and for a call without a delivery).

    A key stored by `reply` and a share stored by `heard` stand when `outcome` holds less. Finishing twice changes
    nothing. Returns when it is committed.
    """
    gather = store.gathering("finish", lambda: _gather(store))
    return await gather.put(_Ended(id, outcome, now))


def _gather(store: Store) -> Gather[_Ended, DeliveryOutcome | None]:
    return Gather(lambda ended: _finish(store, ended), most=MOST_TOGETHER)


async def _finish(store: Store, ended: Sequence[_Ended]) -> list[DeliveryOutcome | None]:
    async with store.writing() as c:
        found = await _rows(c, [each.id for each in ended])
        fresh = {each.id: each for each in reversed(ended) if _may_finish(found.get(each.id))}
        await _store(c, [_values(each, found[each.id]) for each in fresh.values()])
        await _flag_dead(c, [found[each.id].address for each in fresh.values() if _is_dead(each)], ended[-1].now)
        deliveries = {row.delivery_id for row in found.values() if row.delivery_id is not None}
        followed = {found[each.id].delivery_id for each in fresh.values()} & deliveries
        outcomes = await follow_up(c, followed, ended[-1].now)
        outcomes |= await _outcomes(c, deliveries - followed)
    return [outcomes.get(found[each.id].delivery_id) if each.id in found else None for each in ended]


async def _rows(c: AsyncConnection, ids: Sequence[str]) -> dict[str, rows.Row]:
    wanted = select(
        attempt.c.id, attempt.c.status, attempt.c.reply, attempt.c.heard, attempt.c.address, attempt.c.delivery_id
    ).where(attempt.c.id.in_(ids))
    return {row.id: row for row in await c.execute(wanted.with_for_update())}


def _may_finish(row: rows.Row) -> bool:
    return row is not None and row.status in _FINISHABLE


def _is_dead(ended: _Ended) -> bool:
    return ended.outcome.disposition is Disposition.DEAD_NUMBER


def _values(ended: _Ended, row: rows.Row) -> dict[str, Any]:
    outcome = ended.outcome
    return {
        "which": ended.id,
        "status": AttemptStatus.FINISHED,
        "ended_at": ended.now,
        "disposition": outcome.disposition,
        "reply": row.reply if outcome.reply is Reply.NONE else outcome.reply,
        "heard": max(row.heard, outcome.heard),
        "sip": outcome.sip,
        "cause": outcome.cause,
    }


async def _store(c: AsyncConnection, values: Sequence[dict[str, Any]]) -> None:
    if values:
        await c.execute(update(attempt).where(attempt.c.id == bindparam("which")), values)


async def _flag_dead(c: AsyncConnection, addresses: Sequence[str], now: datetime) -> None:
    if addresses:
        same = contact_point.c.address.in_(addresses), contact_point.c.channel == Channel.VOICE
        await c.execute(update(contact_point).where(*same, contact_point.c.dead_at.is_(None)).values(dead_at=now))


async def _outcomes(c: AsyncConnection, ids: set[int]) -> dict[int, DeliveryOutcome | None]:
    if not ids:
        return {}
    found = await c.execute(select(delivery.c.id, delivery.c.outcome).where(delivery.c.id.in_(ids)))
    return {row.id: DeliveryOutcome(row.outcome) if row.outcome else None for row in found}
