"""Calls out: the queue of the dialer, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import (
    insert,
    select,
    union,
    update,
)

from db.alerts import endings
from db.alerts.follow_up import follow_up
from db.engine import rows
from db.engine.connection import Connection
from db.engine.store import Store
from db.queue.claims import CODE_CALL_WAITS, blocked, claim, next_due
from db.queue.under_way import advance, finish, heard, identify, release, reply
from db.residents import code_limits, pending, usable
from db.schema import (
    attempt,
    attempt_is_open,
    attempt_is_unfinished,
    attempt_waits,
    code,
    contact_point,
    opt_out,
    opt_out_holds,
)
from db.texts import messages
from rules.code import CodePurpose
from rules.model import Attempt, CallPurpose, Language
from rules.outcome import Disposition
from rules.priority import CODE_LANE
from rules.status import AttemptStatus

__all__ = [
    "advance",
    "answered_by",
    "claim",
    "finish",
    "hasten",
    "heard",
    "identify",
    "next_due",
    "open_attempts",
    "queue_code",
    "queue_code_again",
    "refuse",
    "release",
    "reply",
    "still_open",
    "sweep",
]


async def hasten(store: Store, attempt_: Attempt, *, now: datetime) -> bool:
    """The next call to the same person at the same number is due at once: it failed through no fault of theirs, and
    another way to them is free. False when none waits."""
    same = attempt.c.delivery_id == attempt_.delivery_id, attempt.c.address == attempt_.address
    later = attempt_waits, attempt.c.due_at > now
    async with store.writing() as c:
        return (await c.execute(update(attempt).where(*same, *later).values(due_at=now))).rowcount > 0


async def open_attempts(store: Store) -> list[Attempt]:
    """Those that may have a telephone ringing: to compare with Asterisk's channels after a restart."""
    async with store.reading() as c:
        return [rows.attempt(row) for row in await c.execute(select(*rows.ATTEMPT).where(attempt_is_open))]


async def still_open(store: Store, id: str) -> Attempt | None:  # noqa: A002
    """This attempt as it stands; None once it is over, and before it is claimed."""
    async with store.reading() as c:
        row = (await c.execute(select(*rows.ATTEMPT).where(attempt.c.id == id, attempt_is_open))).first()
    return rows.attempt(row) if row else None


async def answered_by(store: Store, id: str) -> Disposition | None:  # noqa: A002
    """A person or a machine, once that is known."""
    async with store.reading() as c:
        found: str | None = (await c.execute(select(attempt.c.disposition).where(attempt.c.id == id))).scalar()
    return Disposition(found) if found else None


async def queue_code(
    store: Store,
    number: str,
    *,
    language: Language,
    now: datetime,
    due_at: datetime,
    caller: str = "",
    consent_id: int | None = None,
) -> str:
    """Call `number` to read it a log-in code; returns the attempt's id. One such call per number: the one that is
    waiting or open already stands. The code itself is made when the call is answered (`accounts.issue_code`).
    `caller`: who asks, for the limits; `consent_id`: what the code confirms, None: it is to log in. Raises
    accounts.TooManyCodes."""
    row = {
        "id": uuid4().hex,
        "errand": CallPurpose.CODE,
        "lane": CODE_LANE,
        "status": AttemptStatus.WAITING,
        "address": number,
        "language": language,
        "due_at": due_at,
    }
    same = attempt.c.address == number, attempt.c.errand == CallPurpose.CODE, attempt_is_unfinished
    async with store.writing() as c:
        standing: str | None = (await c.execute(select(attempt.c.id).where(*same))).scalar()
        if standing:
            return standing
        await code_limits.check(c, number, caller, now)
        asked = {"number": number, "caller": caller, "asked_at": now, "consent_id": consent_id}
        await c.execute(insert(code), {**asked, "purpose": CodePurpose.ENROL if consent_id else CodePurpose.LOG_IN})
        await c.execute(insert(attempt), row)
    return str(row["id"])


async def queue_code_again(store: Store, before: Attempt, *, now: datetime, due_at: datetime) -> str:
    """For what the code was asked that the call before could not read. Raises accounts.TooManyCodes."""
    asked = code.c.number == before.address, code.c.issued_at.is_(None), code.c.purpose != CodePurpose.LEAVE
    query = select(code.c.consent_id).where(*asked).order_by(code.c.id.desc()).limit(1)
    async with store.reading() as c:
        consent_id: int | None = (await c.execute(query)).scalar()
    to, language = before.address, before.language
    return await queue_code(store, to, language=language, now=now, due_at=due_at, consent_id=consent_id)


async def refuse(store: Store, ids: Sequence[str], *, reason: str, now: datetime) -> int:
    """Give back and withdraw, in one, calls that were claimed and may not be placed; each person's next number is
    called instead. Returns how many."""
    which = attempt.c.id.in_(ids), attempt.c.status == AttemptStatus.CLAIMED
    refused = update(attempt).where(*which).values(status=AttemptStatus.WITHDRAWN, ended_at=now, reason=reason)
    async with store.writing() as c:
        deliveries = [row.delivery_id for row in await c.execute(refused.returning(attempt.c.delivery_id))]
        await follow_up(c, [each for each in deliveries if each is not None], now)
    return len(deliveries)


async def sweep(store: Store, now: datetime) -> int:
    """Withdraw the waiting calls and texts that can no longer go out, and go on to the next number of each person or
    close the delivery. Returns how many. Run it every few seconds."""
    too_late = attempt.c.lane == CODE_LANE, attempt.c.due_at < now - CODE_CALL_WAITS
    await endings.sweep(store, now)
    async with store.writing() as c:
        codes = await c.execute(
            update(attempt).where(attempt_waits, *too_late).values(status=AttemptStatus.WITHDRAWN, ended_at=now)
        )
        await pending.purge(c, now)
        texts = await messages.end_expired(c, now) + await messages.withdraw_opted_out(c, now)
        return codes.rowcount + texts + await withdraw_blocked(c, now)


async def withdraw_blocked(c: Connection, now: datetime, *, address: str | None = None) -> int:
    """The same for calls within a transaction: to everybody, or to one number."""
    # The few numbers that are gone are looked for among the waiting calls, not the other way round.
    off = ~usable.in_use(with_dead=False)
    gone = union(select(contact_point.c.address).where(off), select(opt_out.c.address).where(opt_out_holds))
    among = attempt.c.address.in_(gone) if address is None else attempt.c.address == address
    which = (
        select(attempt.c.id)
        .outerjoin(contact_point, contact_point.c.id == attempt.c.point_id)
        .where(attempt_waits, among, blocked())
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
