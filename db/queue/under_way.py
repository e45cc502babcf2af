"""What happens to open calls, each step stored before anyone acts on it. Steps of many calls share a transaction: that
is what lets hundreds of calls at once be followed on one file."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from db.alerts.follow_up import follow_up
from db.engine.connection import Connection
from db.engine.group_commit import GroupCommit
from db.engine.store import Store
from db.residents import dead_numbers
from db.schema import attempt
from rules import channels
from rules import dead_numbers as rule
from rules.outcome import DeliveryOutcome, Disposition, Outcome, Reply
from rules.status import ATTEMPT_MOVES, OPEN_ATTEMPTS, AttemptStatus

MOST_TOGETHER = 500
"""Steps stored in one transaction."""

Values = Mapping[str, Any]
_STEPS = ["status", "trunk", "placed_at", "answered_at", "ended_at", "disposition", "reply", "heard", "sip", "cause"]
_STEPS.append("announcement")


_RANG = (AttemptStatus.RINGING, AttemptStatus.ANSWERED)


@dataclass(frozen=True, slots=True)
class _Step:
    """`change`: from the attempt as it stands to what becomes of it; None when that may not be."""

    id: str
    change: Callable[[Values], Values | None]
    ends: bool = False


def advance(
    store: Store,
    id: str,  # noqa: A002
    to: AttemptStatus,
    *,
    at: datetime,
    trunk: str | None = None,
    within_s: float = 0.0,
) -> Future[bool]:
    """Move an open attempt on; False when the move is not allowed from where it is. PLACED and ANSWERED are stamped
    with `at`. Finishing is `finish`'s, claiming `claim`'s."""

    def change(now: Values) -> Values | None:
        if to not in ATTEMPT_MOVES[now["status"]]:
            return None
        stamps = {AttemptStatus.PLACED: {"placed_at": at}, AttemptStatus.ANSWERED: {"answered_at": at}}
        return {"status": to, **stamps.get(to, {}), **({} if trunk is None else {"trunk": trunk})}

    return _put(store, _Step(id, change), within_s)


def release(store: Store, id: str) -> Future[bool]:  # noqa: A002
    """Give a claimed attempt back: it was not placed. False when it is no longer CLAIMED."""

    def change(now: Values) -> Values | None:
        return {"status": AttemptStatus.WAITING, "trunk": ""} if now["status"] == AttemptStatus.CLAIMED else None

    return _put(store, _Step(id, change))


def reply(store: Store, id: str, reply: Reply, *, now: datetime) -> Future[bool]:  # noqa: A002
    """Keep what the person keyed in, at the moment of the key: whatever becomes of the call, it counts. False when
    the call is over."""

    def change(current: Values) -> Values | None:
        return {"reply": reply} if current["status"] in OPEN_ATTEMPTS else None

    return _put(store, _Step(id, change))


def identify(store: Store, id: str, disposition: Disposition, *, within_s: float = 0.0) -> Future[bool]:  # noqa: A002
    """Keep who answered, a person or a machine, while the call goes on: a restart need not guess again. What was played
    to a machine while it was taken for a person does not stand on it. False when the call is over."""

    def change(now: Values) -> Values | None:
        if now["status"] not in OPEN_ATTEMPTS:
            return None
        mistaken = now["disposition"] == Disposition.HUMAN and disposition is Disposition.MACHINE
        return {"disposition": disposition, **({"heard": 0.0} if mistaken else {})}

    return _put(store, _Step(id, change), within_s)


def heard(store: Store, id: str, share: float, *, within_s: float = 0.0) -> Future[bool]:  # noqa: A002
    """Keep the share of the message played, 0 to 1; the most of several plays counts. False when the call is over."""

    def change(now: Values) -> Values | None:
        return {"heard": max(share, now["heard"])} if now["status"] in OPEN_ATTEMPTS else None

    return _put(store, _Step(id, change), within_s)


def finish(
    store: Store,
    id: str,  # noqa: A002
    outcome: Outcome,
    *,
    now: datetime,
    within_s: float = 0.0,
    where: str = "",
) -> Future[DeliveryOutcome | None]:
    """Store what became of a call and what follows from it, in one transaction; returns the delivery's outcome, None
    while something may still reach the person (and for a call without a delivery). `where`: host:port of the trunk, as
    evidence about a number that does not exist.

    A key stored by `reply` and a share stored by `heard` stand when `outcome` holds less. Finishing twice changes
    nothing and returns None.
    """

    def change(current: Values) -> Values | None:
        if AttemptStatus.FINISHED not in ATTEMPT_MOVES[current["status"]]:
            return None
        return {
            "status": AttemptStatus.FINISHED,
            "ended_at": now,
            "disposition": outcome.disposition,
            "reply": current["reply"] if outcome.reply is Reply.NONE else outcome.reply,
            "heard": max(current["heard"], outcome.heard),
            "sip": outcome.sip,
            "cause": outcome.cause,
            "announcement": outcome.announcement,
            "evidence": rule.evidence_of(outcome),
            "where": where,
            "lives": rule.shows_life(outcome, rang=current["status"] in _RANG),
        }

    return _put(store, _Step(id, change, ends=True), within_s)


def _put(store: Store, step: _Step, within_s: float = 0.0) -> Future[Any]:
    return store.gathering("calls under way", lambda: _gather(store)).put(step, within_s=within_s)


def _gather(store: Store) -> GroupCommit[_Step, Any]:
    return GroupCommit(lambda steps: _store(store, steps), most=MOST_TOGETHER, patient=True)


async def _store(store: Store, steps: Sequence[_Step]) -> list[Any]:
    """Whether each was allowed; of those that end a call, the delivery's outcome."""
    async with store.writing() as c:
        before = await _rows(c, {step.id for step in steps})
        after = dict(before)
        done = [_take(step, after) for step in steps]
        await _write(c, before, after)
        ended = [after[id_] for id_ in after if after[id_]["ended_at"] != before[id_]["ended_at"]]
        outcomes: Mapping[int, DeliveryOutcome | None] = await _follow(c, ended) if ended else {}
    return [_outcome(after.get(step.id), outcomes) if step.ends else ok for ok, step in zip(done, steps, strict=True)]


def _outcome(row: Values | None, outcomes: Mapping[int, DeliveryOutcome | None]) -> DeliveryOutcome | None:
    return None if row is None or row["delivery_id"] is None else outcomes.get(row["delivery_id"])


_FIND = (
    select(*(attempt.c[name] for name in ("id", "address", "alert_id", "delivery_id", *_STEPS)))
    .where(attempt.c.id.in_(bindparam("ids", expanding=True)))
    .with_for_update()
)
_WRITE = update(attempt).where(attempt.c.id == bindparam("which"), attempt.c.status == bindparam("was"))


async def _rows(c: Connection, ids: Iterable[str]) -> dict[str, Values]:
    found = await c.execute(_FIND, {"ids": list(ids)})
    names = tuple(found.keys())
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.all()}


def _take(step: _Step, after: dict[str, Values]) -> bool:
    current = after.get(step.id)
    new = None if current is None else step.change(current)
    if current is None or new is None:
        return False
    after[step.id] = {**current, **new}
    return True


async def _write(c: Connection, before: Mapping[str, Values], after: Mapping[str, Values]) -> None:
    changed = [
        {"which": id_, "was": before[id_]["status"], **{name: after[id_][name] for name in _STEPS}}
        for id_ in after
        if after[id_] is not before[id_]
    ]
    if changed:
        await c.execute(_WRITE, changed)


async def _follow(c: Connection, ended: Sequence[Values]) -> dict[int, DeliveryOutcome | None]:
    await dead_numbers.clear(c, [row["address"] for row in ended if row["lives"]], channels.CALL)
    for row in ended:
        if row["evidence"] is not None:
            about = {name: row[name] for name in ("where", "alert_id", "evidence")}
            await dead_numbers.record(c, row["address"], channels.CALL, now=row["ended_at"], **about)
    return await follow_up(c, {row["delivery_id"] for row in ended} - {None}, max(row["ended_at"] for row in ended))
