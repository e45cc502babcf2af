"""The queue of the dialer: which calls are due, and taking them.

Each alert has its own end of the queue, and only those that may ring now are looked at: what waits for an alert that is
paused, outside its hours or over costs a claim nothing, nor do the calls that are finished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)

from db.engine import rows
from db.engine.columns import is_in
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import usable
from db.schema import alert, attempt, attempt_waits, contact_point
from rules import hourly_limit, phone
from rules.code import VALID
from rules.model import Attempt, Language, Purpose
from rules.outcome import NEVER_RANG
from rules.priority import LANES
from rules.status import OPEN_ATTEMPTS, AlertStatus, AttemptStatus

LOOK_AHEAD = 4
"""Candidates looked at per attempt claimed: several may share a number, of which only one is taken at a time."""

CODE_CALL_WAITS = VALID
"""A call that reads a code, or asks whether a number wants no more alerts, is not placed later than that after it was
due: nobody waits for it any more."""


Mute = tuple[tuple[str, ...], ...]
"""Of each alert that is going, the languages whose audio is not there: almost always none."""

CODE_CALL_WAITS = VALID
"""A call that reads a code is not placed any more when it was due for so long: nobody waits for it."""

EVERY_PURPOSE = frozenset(Purpose)
URGENT = LANES[Purpose.EMERGENCY]


async def claim(
    store: Store,
    limit: int,
    *,
    now: datetime,
    purposes: Collection[Purpose] = EVERY_PURPOSE,
    calls_an_hour: int | None = None,
    held: Collection[str] = (),
) -> list[Attempt]:
    """Take up to `limit` calls that are due, most urgent first; they are CLAIMED and nobody else gets them.

    Never two of one number, in this batch or beside an open one. `purposes`: of alerts that may ring at this hour.
    `calls_an_hour`: to one number, over all alerts but emergencies; what would be more waits.
    `held`: exchanges (`+1418555`) that are passed over. It waits for other writers: ask `next_due` first.
    """
    if limit < 1:
        return []
    async with store.writing() as c:
        going = await _going(c, now, purposes)
        values = {"now": now, "codes_since": now - CODE_CALL_WAITS, "most": limit, "look_at": limit * LOOK_AHEAD}
        values |= {"held": list(held)} if held else {}
        taken = (await c.execute(_taking(going.mute, bool(held)), values | going.named)).all()
        if calls_an_hour is not None:
            postponed = await _postpone(c, [row for row in taken if row.lane > URGENT], calls_an_hour, now)
            taken = [row for row in taken if row.id not in postponed]
    return [rows.attempt(row[:-1]) for row in sorted(taken, key=lambda row: (row.lane, row.due_at, row.id))]


async def next_due(
    store: Store, *, now: datetime | None = None, purposes: Collection[Purpose] = EVERY_PURPOSE
) -> datetime | None:
    """When the earliest waiting call of an alert that may ring, or the earliest code, is due, whose number is not on a
    call: the end of that call is the moment to ask again."""
    async with store.reading() as c:
        going = await _going(c, now, purposes)
        earliest: datetime | None = (await c.execute(_earliest(going.mute), going.named)).scalar()
    return earliest


@dataclass(frozen=True, slots=True)
class _Going:
    """Alerts that may ring now, usually one or two; of each, the languages in which nobody is called yet."""

    ids: tuple[int, ...]
    mute: Mute

    @property
    def named(self) -> dict[str, int]:
        return {f"alert_{place}": alert_id for place, alert_id in enumerate(self.ids)}


async def _going(c: Connection, now: datetime | None, purposes: Collection[Purpose]) -> _Going:
    query = _running(frozenset(purposes), now is not None)
    found = (await c.execute(query, {"now": now} if now is not None else {})).all()
    speaking = [row for row in found if len(row.unspoken) < len(Language)]
    return _Going(tuple(row.id for row in speaking), tuple(tuple(sorted(row.unspoken)) for row in speaking))


@lru_cache
def _running(purposes: frozenset[Purpose], in_time: bool) -> Any:
    running = alert.c.status == AlertStatus.RUNNING, is_in(alert.c.purpose, *purposes)
    ends = [or_(alert.c.expires_at.is_(None), alert.c.expires_at > bindparam("now"))] if in_time else []
    return select(alert.c.id, alert.c.unspoken).where(*running, *ends).order_by(alert.c.id)


def _ends(mute: Mute) -> list[ColumnElement[bool]]:
    """The calls without an alert (codes), then those of each alert to people whose language has audio."""
    theirs = (attempt.c.alert_id == bindparam(f"alert_{n}") for n in range(len(mute)))
    spoken = (
        and_(of, attempt.c.language.not_in(without)) if without else of
        for of, without in zip(theirs, mute, strict=True)
    )
    return [attempt.c.alert_id.is_(None), *spoken]


def blocked() -> ColumnElement[bool]:
    """The number died, was switched off or given up by the resident since the call was planned. A code is read to
    whoever asked for it, opted out or not."""
    return and_(attempt.c.alert_id.is_not(None), ~usable.stands(with_dead=attempt.c.lane == URGENT))


def _on_a_call() -> ColumnElement[bool]:
    busy = attempt.alias("busy")
    return exists().where(busy.c.address == attempt.c.address, is_in(busy.c.status, *OPEN_ATTEMPTS))


def _head(end: ColumnElement[bool]) -> Select[Any]:
    """The first calls of one end of the queue that could be placed."""
    return (
        select(attempt.c.id, attempt.c.address, attempt.c.lane, attempt.c.due_at)
        .outerjoin(contact_point, contact_point.c.id == attempt.c.point_id)
        .where(
            attempt_waits,
            end,
            attempt.c.due_at <= bindparam("now"),
            or_(attempt.c.alert_id.is_not(None), attempt.c.due_at > bindparam("codes_since")),
            ~blocked(),
            ~_on_a_call(),
        )
        .order_by(attempt.c.due_at)
        .limit(bindparam("look_at", type_=Integer))
        .with_for_update(skip_locked=True, of=attempt)
    )


def claimable(mute: Mute, *, held: bool = False) -> Subquery:
    """Of each end of the queue."""
    free = (
        [func.substr(attempt.c.address, 1, phone.EXCHANGE_LENGTH).not_in(bindparam("held", expanding=True))]
        if held
        else []
    )
    return union_all(*(select(_head(end).where(*free).subquery()) for end in _ends(mute))).subquery()


def _first_of_each_number(candidates: Subquery) -> Select[Any]:
    urgency = candidates.c.lane, candidates.c.due_at, candidates.c.id
    turn = func.row_number().over(partition_by=candidates.c.address, order_by=urgency)
    ranked = select(candidates, turn.label("turn")).subquery()
    first = select(ranked.c.id).where(ranked.c.turn == 1)
    return first.order_by(ranked.c.lane, ranked.c.due_at, ranked.c.id).limit(bindparam("most", type_=Integer))


@lru_cache
def _taking(mute: Mute, held: bool) -> Any:
    return (
        update(attempt)
        .where(attempt.c.id.in_(_first_of_each_number(claimable(mute, held=held))), attempt_waits)
        .values(status=AttemptStatus.CLAIMED)
        .returning(*rows.ATTEMPT, attempt.c.lane)
    )


@lru_cache
def _earliest(mute: Mute) -> Any:
    due = attempt.c.due_at
    # One by one: each is a look at one end of the index.
    waits = attempt_waits, ~_on_a_call()
    each = (select(due).where(*waits, end).order_by(due).limit(1).subquery() for end in _ends(mute))
    found = union_all(*map(select, each)).subquery()
    return select(func.min(found.c.due_at))


_PLACED = select(attempt.c.address, attempt.c.placed_at).where(
    attempt.c.address.in_(bindparam("addresses", expanding=True)),
    attempt.c.placed_at > bindparam("since"),
    or_(attempt.c.disposition.is_(None), attempt.c.disposition.not_in(NEVER_RANG)),
)


async def _postpone(c: Connection, taken: Sequence[rows.Row], most: int, now: datetime) -> set[str]:
    """Give back those whose number was called too often recently, until it may be called again."""
    if not taken:
        return set()
    placed: defaultdict[str, list[datetime]] = defaultdict(list)
    values = {"addresses": [row.address for row in taken], "since": now - hourly_limit.HOUR}
    for row in await c.execute(_PLACED, values):
        placed[row.address].append(row.placed_at)
    free = {row.id: hourly_limit.free_at(placed[row.address], most, now) for row in taken}
    later = {attempt_id: moment for attempt_id, moment in free.items() if moment > now}
    await _give_back(c, later.items())
    return set(later)


async def _give_back(c: Connection, later: Iterable[tuple[str, datetime]]) -> None:
    back = update(attempt).where(attempt.c.id == bindparam("which"))
    values = [{"which": attempt_id, "status": AttemptStatus.WAITING, "due_at": moment} for attempt_id, moment in later]
    if values:
        await c.execute(back, values)
