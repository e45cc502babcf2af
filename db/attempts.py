"""Calls out: the queue of the dialer, and what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.model import Attempt, Channel, Errand, Language
from alerts.outcome import Reply
from alerts.status import ATTEMPT_MOVES, OPEN_ATTEMPTS, AlertStatus, AttemptStatus
from db import code_limits, rows
from db.finish import finish
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

__all__ = [
    "advance",
    "claim",
    "finish",
    "heard",
    "next_due",
    "open_attempts",
    "queue_code",
    "release",
    "reply",
    "sweep",
]

LOOK_AHEAD = 4
"""Candidates looked at per attempt claimed: several may share a number, of which only one is taken at a time."""

CODE_CALL_WAITS_S = 600
"""A call that reads a code is given up when it could not be placed for this long: nobody waits for it any more."""


async def claim(store: Store, limit: int, *, now: datetime) -> list[Attempt]:
    """Take up to `limit` calls that are due, most urgent first; they are CLAIMED and nobody else gets them.

    Never two of one number, in this batch or beside an open one.
    """
    if limit < 1:
        return []
    async with store.writing() as c:
        taken = await c.execute(_claim(limit, now))
        urgent_first = sorted(taken.all(), key=lambda row: (row.lane, row.due_at, row.id))
    return [rows.attempt(row) for row in urgent_first]


def _claim(limit: int, now: datetime) -> Any:
    candidates = _claimable(now).limit(limit * LOOK_AHEAD).with_for_update(skip_locked=True, of=attempt).subquery()
    turn = func.row_number().over(
        partition_by=candidates.c.address, order_by=(candidates.c.lane, candidates.c.due_at, candidates.c.id)
    )
    ranked = select(candidates, turn.label("turn")).subquery()
    chosen = (
        select(ranked.c.id).where(ranked.c.turn == 1).order_by(ranked.c.lane, ranked.c.due_at, ranked.c.id).limit(limit)
    )
    return (
        update(attempt)
        .where(attempt.c.id.in_(chosen), attempt_waits)
        .values(status=AttemptStatus.CLAIMED)
        .returning(*attempt.c)
    )


def _claimable(now: datetime) -> Select[Any]:
    busy = attempt.alias("busy")
    return (
        select(attempt.c.id, attempt.c.address, attempt.c.lane, attempt.c.due_at)
        .outerjoin(alert, alert.c.id == attempt.c.alert_id)
        .outerjoin(contact_point, contact_point.c.id == attempt.c.point_id)
        .where(
            attempt_waits,
            attempt.c.lane.in_([CODE_LANE, *LANES.values()]),
            attempt.c.due_at <= now,
            _wanted(),
            ~_blocked(),
            ~exists().where(busy.c.address == attempt.c.address, is_in(busy.c.status, *OPEN_ATTEMPTS)),
        )
        .order_by(attempt.c.lane, attempt.c.due_at)
    )


def _wanted() -> Any:
    return or_(attempt.c.alert_id.is_(None), alert.c.status == AlertStatus.RUNNING)


def _blocked() -> Any:
    """The number died, was switched off or given up by the resident since the call was planned. A code is read to
    whoever asked for it, opted out or not."""
    given_up = exists().where(opt_out.c.address == attempt.c.address, opt_out.c.channel == Channel.VOICE, opt_out_holds)
    return and_(
        attempt.c.alert_id.is_not(None),
        or_(~contact_point.c.active, contact_point.c.dead_at.is_not(None), given_up),
    )


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


async def advance(store: Store, id: str, to: AttemptStatus, *, at: datetime, trunk: str | None = None) -> bool:  # noqa: A002
    """Move an open attempt on; False when the move is not allowed from where it is. PLACED and ANSWERED are stamped
    with `at`. Finishing is `finish`'s, claiming `claim`'s."""
    values: dict[str, Any] = {"status": to}
    if to is AttemptStatus.PLACED:
        values["placed_at"] = at
    if to is AttemptStatus.ANSWERED:
        values["answered_at"] = at
    if trunk is not None:
        values["trunk"] = trunk
    return await _change(store, id, [status for status, moves in ATTEMPT_MOVES.items() if to in moves], values)


async def release(store: Store, id: str) -> bool:  # noqa: A002
    """Give a claimed attempt back: it was not placed. False when it is no longer CLAIMED."""
    return await _change(store, id, [AttemptStatus.CLAIMED], {"status": AttemptStatus.WAITING, "trunk": ""})


async def reply(store: Store, id: str, reply: Reply, *, now: datetime) -> bool:  # noqa: A002
    """Keep what the person keyed in, at the moment of the key: whatever happens to the call, it counts."""
    return await _change(store, id, OPEN_ATTEMPTS, {"reply": reply})


async def heard(store: Store, id: str, share: float) -> bool:  # noqa: A002
    """Keep the share of the message played, 0 to 1; the most of several plays counts."""
    return await _change(store, id, OPEN_ATTEMPTS, {"heard": share}, attempt.c.heard < share)


async def _change(store: Store, id: str, sources: Any, values: dict[str, Any], *more: Any) -> bool:  # noqa: A002
    async with store.writing() as c:
        done = await c.execute(
            update(attempt).where(attempt.c.id == id, attempt.c.status.in_(sources), *more).values(values)
        )
    return done.rowcount > 0


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
    """Withdraw the waiting calls that can no longer be placed, and go on to the next number of each person or close
    the delivery. Returns how many. Run it every minute or so."""
    async with store.writing() as c:
        too_late = (
            update(attempt)
            .where(
                attempt_waits,
                attempt.c.errand == Errand.CODE,
                attempt.c.due_at < now - timedelta(seconds=CODE_CALL_WAITS_S),
            )
            .values(status=AttemptStatus.WITHDRAWN, ended_at=now)
        )
        given_up = (await c.execute(too_late)).rowcount
        return given_up + await withdraw_blocked(c, now)


async def withdraw_blocked(c: AsyncConnection, now: datetime, *, address: str | None = None) -> int:
    """The same within a transaction: for everybody, or for one number."""
    which = (
        select(attempt.c.id)
        .outerjoin(contact_point, contact_point.c.id == attempt.c.point_id)
        .where(attempt_waits, _blocked(), *([] if address is None else [attempt.c.address == address]))
    )
    withdrawn = await c.execute(
        update(attempt)
        .where(attempt.c.id.in_(which))
        .values(status=AttemptStatus.WITHDRAWN, ended_at=now)
        .returning(attempt.c.delivery_id)
    )
    deliveries = [row.delivery_id for row in withdrawn]
    await follow_up(c, deliveries, now)
    return len(deliveries)
