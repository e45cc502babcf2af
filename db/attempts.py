"""Calls out: the queue of the dialer, and what became of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.model import Attempt, Channel, Errand, Language
from alerts.status import OPEN_ATTEMPTS, AlertStatus, AttemptStatus
from db import code_limits, messages, rows
from db.follow_up import follow_up
from db.schema import (
    CODE_LANE,
    LANES,
    alert,
    attempt,
    attempt_is_open,
    attempt_is_unfinished,
    attempt_waits,
    code,
    contact_point,
    is_in,
    opt_out,
    opt_out_holds,
)
from db.store import Store
from db.under_way import advance, finish, heard, identify, release, reply

__all__ = [
    "advance",
    "claim",
    "finish",
    "hasten",
    "heard",
    "identify",
    "next_due",
    "open_attempts",
    "queue_code",
    "release",
    "reply",
    "sweep",
]

LOOK_AHEAD = 4
"""Candidates looked at per attempt claimed: several may share a number, of which only one is taken at a time."""

EXCHANGE = len("+1418555")

CODE_CALL_WAITS_S = 600
"""A call that reads a code is given up when it could not be placed for this long: nobody waits for it any more."""


def _wanted() -> ColumnElement[bool]:
    return or_(attempt.c.alert_id.is_(None), alert.c.status == AlertStatus.RUNNING)


def _blocked() -> ColumnElement[bool]:
    """The number died, was switched off or given up by the resident since the call was planned. A code is read to
    whoever asked for it, opted out or not."""
    given_up = exists().where(opt_out.c.address == attempt.c.address, opt_out.c.channel == Channel.VOICE, opt_out_holds)
    gone = or_(~contact_point.c.active, contact_point.c.dead_at.is_not(None), given_up)
    return and_(attempt.c.alert_id.is_not(None), gone)


def _claimable() -> Select[Any]:
    busy = attempt.alias("busy")
    return (
        select(attempt.c.id, attempt.c.address, attempt.c.lane, attempt.c.due_at)
        .outerjoin(alert, alert.c.id == attempt.c.alert_id)
        .outerjoin(contact_point, contact_point.c.id == attempt.c.point_id)
        .where(
            attempt_waits,
            # Named one by one, SQLite seeks within each lane and passes over the redials that are not due yet.
            attempt.c.lane.in_([CODE_LANE, *LANES.values()]),
            attempt.c.due_at <= bindparam("now"),
            _wanted(),
            ~_blocked(),
            ~exists().where(busy.c.address == attempt.c.address, is_in(busy.c.status, *OPEN_ATTEMPTS)),
        )
        .order_by(attempt.c.lane, attempt.c.due_at)
        .limit(bindparam("look_at", type_=Integer))
        .with_for_update(skip_locked=True, of=attempt)
    )


def _first_of_each_number(candidates: Subquery) -> Select[Any]:
    urgency = candidates.c.lane, candidates.c.due_at, candidates.c.id
    turn = func.row_number().over(partition_by=candidates.c.address, order_by=urgency)
    ranked = select(candidates, turn.label("turn")).subquery()
    first = select(ranked.c.id).where(ranked.c.turn == 1)
    return first.order_by(ranked.c.lane, ranked.c.due_at, ranked.c.id).limit(bindparam("most", type_=Integer))


def _claim_of(candidates: Select[Any]) -> Any:
    return (
        update(attempt)
        .where(attempt.c.id.in_(_first_of_each_number(candidates.subquery())), attempt_waits)
        .values(status=AttemptStatus.CLAIMED)
        .returning(*attempt.c)
    )


_EXCHANGE = func.substr(attempt.c.address, 1, EXCHANGE)
_CLAIM = _claim_of(_claimable())
_CLAIM_BUT_HELD = _claim_of(_claimable().where(_EXCHANGE.not_in(bindparam("held", expanding=True))))


async def claim(store: Store, limit: int, *, now: datetime, held: Collection[str] = ()) -> list[Attempt]:
    """Take up to `limit` calls that are due, most urgent first; they are CLAIMED and nobody else gets them. `held`:
    exchanges (`+1418555`) that are passed over.

    Never two of one number, in this batch or beside an open one.
    """
    if limit < 1:
        return []
    async with store.writing() as c:
        statement, values = (_CLAIM_BUT_HELD, {"held": list(held)}) if held else (_CLAIM, {})
        taken = (await c.execute(statement, {"now": now, "most": limit, "look_at": limit * LOOK_AHEAD, **values})).all()
    return [rows.attempt(row) for row in sorted(taken, key=lambda row: (row.lane, row.due_at, row.id))]


async def hasten(store: Store, attempt_: Attempt, *, now: datetime) -> bool:
    """The next call to the same person at the same number is due at once: it failed through no fault of theirs, and
    another way to them is free. False when none waits."""
    same = attempt.c.delivery_id == attempt_.delivery_id, attempt.c.address == attempt_.address
    later = attempt_waits, attempt.c.due_at > now
    async with store.writing() as c:
        return (await c.execute(update(attempt).where(*same, *later).values(due_at=now))).rowcount > 0


async def next_due(store: Store) -> datetime | None:
    """When the earliest waiting call of a running alert, or the earliest code, is due. It may lie in the past: its
    number is in a call."""
    query = (
        select(func.min(attempt.c.due_at))
        .outerjoin(alert, alert.c.id == attempt.c.alert_id)
        .where(attempt_waits, _wanted())
    )
    async with store.reading() as c:
        earliest: datetime | None = (await c.execute(query)).scalar()
    return earliest


async def open_attempts(store: Store) -> list[Attempt]:
    """Those that may have a telephone ringing: to compare with Asterisk's channels after a restart."""
    async with store.reading() as c:
        return [rows.attempt(row) for row in await c.execute(select(attempt).where(attempt_is_open))]


async def queue_code(
    store: Store, number: str, *, language: Language, now: datetime, due_at: datetime, caller: str = ""
) -> str:
    """Call `number` to read it a log-in code; returns the attempt's id. One such call per number: the one that is
    waiting or open already stands. The code itself is made when the call is answered (`accounts.issue_code`).
    `caller`: who asks, for the limits. Raises accounts.TooManyCodes."""
    row = {
        "id": uuid4().hex,
        "errand": Errand.CODE,
        "lane": CODE_LANE,
        "status": AttemptStatus.WAITING,
        "address": number,
        "language": language,
        "due_at": due_at,
    }
    same = attempt.c.address == number, attempt.c.errand == Errand.CODE, attempt_is_unfinished
    async with store.writing() as c:
        standing: str | None = (await c.execute(select(attempt.c.id).where(*same))).scalar()
        if standing:
            return standing
        await code_limits.check(c, number, caller, now)
        await c.execute(insert(code), {"number": number, "caller": caller, "asked_at": now})
        await c.execute(insert(attempt), row)
    return str(row["id"])


async def sweep(store: Store, now: datetime) -> int:
    """Withdraw the waiting calls and texts that can no longer go out, and go on to the next number of each person or
    close the delivery. Returns how many. Run it every few seconds."""
    too_late = attempt.c.lane == CODE_LANE, attempt.c.due_at < now - timedelta(seconds=CODE_CALL_WAITS_S)
    async with store.writing() as c:
        codes = await c.execute(
            update(attempt).where(attempt_waits, *too_late).values(status=AttemptStatus.WITHDRAWN, ended_at=now)
        )
        return codes.rowcount + await withdraw_blocked(c, now) + await messages.withdraw_opted_out(c, now)


async def withdraw_blocked(c: AsyncConnection, now: datetime, *, address: str | None = None) -> int:
    """The same for calls within a transaction: to everybody, or to one number."""
    # The few numbers that are gone are looked for among the waiting calls, not the other way round.
    unusable = or_(~contact_point.c.active, contact_point.c.dead_at.is_not(None))
    gone = union(select(contact_point.c.address).where(unusable), select(opt_out.c.address).where(opt_out_holds))
    among = attempt.c.address.in_(gone) if address is None else attempt.c.address == address
    which = (
        select(attempt.c.id)
        .outerjoin(contact_point, contact_point.c.id == attempt.c.point_id)
        .where(attempt_waits, among, _blocked())
    )
    withdrawn = await c.execute(
        update(attempt)
        .where(attempt.c.id.in_(which), attempt_waits)
        .values(status=AttemptStatus.WITHDRAWN, ended_at=now)
        .returning(attempt.c.delivery_id)
    )
    deliveries = [row.delivery_id for row in withdrawn]
    await follow_up(c, deliveries, now)
    return len(deliveries)
