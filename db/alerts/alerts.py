"""Alerts and their deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from db.alerts import endings, follow_up, plan, targets, unspoken
from db.engine import rows
from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import alert, attempt, attempt_is_open, delivery, message
from db.staff import journal
from rules import channels
from rules.audience import Draft, LeftOut, Planned
from rules.model import Alert, Attempt, Delivery, Language, Message
from rules.outcome import DeliveryOutcome
from rules.status import ALERT_MOVES, AlertStatus

CURRENT_FOR = timedelta(hours=24)
"""Callers hear an alert that is over for this long."""


async def create(
    store: Store,
    draft: Draft,
    planned: Sequence[Planned],
    left_out: Sequence[LeftOut],
    *,
    by: str,
    now: datetime,
    organization: str = "",
) -> int:
    """Store an alert, QUEUED, with a delivery, the first call and the texts of each person, in one transaction;
    returns its id. `organization` opens the texts."""
    async with store.writing() as c:
        alert_id = await insert_alert(c, draft, by, now)
        await plan.store(c, alert_id, draft, planned, left_out, organization=organization, now=now)
        detail = {"title": draft.title, "planned": len(planned), "left_out": len(left_out)}
        await journal.record(c, by, "created", f"alert {alert_id}", detail, now)
    return alert_id


async def family(store: Store, id: int) -> list[int]:  # noqa: A002
    """An alert, those that it followed and those that followed it."""
    async with store.reading() as c:
        return sorted(await _family(c, id))


async def all_clear(store: Store, id: int, *, now: datetime) -> None:  # noqa: A002
    """For an alert and its family: callers hear them no more."""
    async with store.writing() as c:
        await c.execute(update(alert).where(alert.c.id.in_(await _family(c, id))).values(all_clear_at=now))


async def _family(c: Connection, id: int) -> Set[int]:  # noqa: A002
    family, found = {id}, set[int]()
    while family - found:
        found |= family
        near = or_(alert.c.id.in_(family), alert.c.follows.in_(family))
        for row in await c.execute(select(alert.c.id, alert.c.follows).where(near)):
            family |= {row.id, *([row.follows] if row.follows is not None else [])}
    return family


async def insert_alert(c: Connection, draft: Draft, by: str, now: datetime) -> int:
    """The alert alone."""
    row = {
        "title": draft.title,
        "texts": dict(draft.texts),
        "purpose": draft.purpose,
        "target": str(draft.target),
        "public": await targets.is_public(c, str(draft.target)),
        "channels": list(draft.channels),
        # Without calls there is no audio to make first.
        "status": AlertStatus.QUEUED if channels.spoken(draft.channels) else AlertStatus.RUNNING,
        "redials": draft.redials,
        "redial_delay_s": draft.redial_delay_s,
        "redial_table": {cause: dict(own) for cause, own in draft.redial_table.items()},
        "starts_at": draft.starts_at,
        "expires_at": draft.expires_at,
        "numbers": draft.numbers,
        "household": draft.household,
        "follows": draft.follows,
        "unspoken": unspoken.of_new(draft.channels),
        "created_at": now,
        "created_by": by,
    }
    return int((await c.execute(insert(alert).values(row).returning(alert.c.id))).scalar_one())


async def get(store: Store, id: int) -> Alert | None:  # noqa: A002
    async with store.reading() as c:
        row = (await c.execute(select(alert).where(alert.c.id == id))).first()
    return rows.alert(row) if row else None


async def listing(store: Store, *, limit: int = 50, offset: int = 0) -> list[Alert]:
    """Newest first."""
    query = select(alert).order_by(alert.c.id.desc()).limit(limit).offset(offset)
    async with store.reading() as c:
        return [rows.alert(row) for row in await c.execute(query)]


async def without_end(store: Store) -> list[Alert]:
    """Those that are not over, and would wait for ever."""
    going = alert.c.status.in_([AlertStatus.QUEUED, AlertStatus.RUNNING, AlertStatus.PAUSED])
    async with store.reading() as c:
        return [rows.alert(row) for row in await c.execute(select(alert).where(going, alert.c.expires_at.is_(None)))]


async def give_end(store: Store, id: int, ends_at: datetime) -> bool:  # noqa: A002
    """False when it has one."""
    async with store.writing() as c:
        none = alert.c.id == id, alert.c.expires_at.is_(None)
        return (await c.execute(update(alert).where(*none).values(expires_at=ends_at))).rowcount > 0


async def ended_since(store: Store, moment: datetime) -> list[Alert]:
    async with store.reading() as c:
        return [rows.alert(row) for row in await c.execute(select(alert).where(alert.c.ended_at > moment))]


async def changed_at(store: Store, id: int) -> datetime | None:  # noqa: A002
    """When the last of its calls ended, or word of the last of its texts came."""
    async with store.reading() as c:
        found = [(await c.execute(_last(table.c.ended_at, table, id))).scalar() for table in (attempt, message)]
    return max((moment for moment in found if moment), default=None)


def _last(moment: Column[Any], table: Table, id: int) -> Select[Any]:  # noqa: A002
    theirs = select(moment).join(delivery, delivery.c.id == table.c.delivery_id).where(delivery.c.alert_id == id)
    return theirs.where(moment.is_not(None)).order_by(moment.desc()).limit(1)


def is_current(now: datetime) -> ColumnElement[bool]:
    """Callers may hear it: it has begun, is running or over for less than a day, and no all clear was given."""
    over = and_(alert.c.status == AlertStatus.DONE, alert.c.ended_at > now - CURRENT_FOR)
    begun = or_(alert.c.starts_at.is_(None), alert.c.starts_at <= now)
    return and_(or_(alert.c.status == AlertStatus.RUNNING, over), begun, alert.c.all_clear_at.is_(None))


async def current(store: Store, now: datetime, *, most: int = 50) -> list[Alert]:
    """The public ones that are current, newest first."""
    query = select(alert).where(is_current(now), alert.c.public).order_by(alert.c.id.desc()).limit(most)
    async with store.reading() as c:
        return [rows.alert(row) for row in await c.execute(query)]


_NOT_BY_WORD = {AlertStatus.PAUSED, AlertStatus.DONE}
"""An alert that is paused goes on when somebody says so; one that is over, when a text of it is to be sent again."""


async def move(store: Store, id: int, to: AlertStatus, now: datetime) -> bool:  # noqa: A002
    """Move an alert on; False when ALERT_MOVES does not allow it, or when it is to run and somebody has paused it.
    CANCELLED withdraws what waits and closes the deliveries that have no call open; RUNNING waits for no audio any more
    (of one language alone: `speech.ready`), and with nothing to do is DONE at once."""
    async with store.writing() as c:
        moved = await _move(c, id, to, now, but=_NOT_BY_WORD if to is AlertStatus.RUNNING else frozenset())
        if moved and to is AlertStatus.RUNNING:
            await c.execute(update(alert).where(alert.c.id == id).values(unspoken={}))
    if moved and to is AlertStatus.CANCELLED:
        await endings.clear(store, id, now, reason="cancelled")
    return moved


async def _move(
    c: Connection,
    id: int,  # noqa: A002
    to: AlertStatus,
    now: datetime,
    *,
    but: Set[AlertStatus] = frozenset(),
) -> bool:
    sources = {status for status, moves in ALERT_MOVES.items() if to in moves} - but
    ended = {"ended_at": now} if to in (AlertStatus.DONE, AlertStatus.CANCELLED) else {}
    allowed = alert.c.id == id, alert.c.status.in_(sources)
    moved = (await c.execute(update(alert).where(*allowed).values(status=to, **ended))).rowcount > 0
    if moved and to is AlertStatus.RUNNING:
        await follow_up.settle(c, id, now)
    return moved


async def steer(store: Store, id: int, to: AlertStatus, *, by: str, now: datetime) -> bool:  # noqa: A002
    """Pause, resume (RUNNING) or cancel, as somebody asked, and in the journal. False when ALERT_MOVES does not allow
    it, or when it is to go on and was not paused. What was paused before its audio was made is QUEUED again."""
    async with store.writing() as c:
        if to is not AlertStatus.RUNNING:
            moved = await _move(c, id, to, now)
        else:
            goes_on = AlertStatus.RUNNING if await _speaks(c, id) else AlertStatus.QUEUED
            moved = await _move(c, id, goes_on, now, but={AlertStatus.QUEUED, AlertStatus.DONE})
        if moved:
            await journal.record(c, by, to, f"alert {id}", {}, now)
    if moved and to is AlertStatus.CANCELLED:
        await endings.clear(store, id, now, reason="cancelled")
    return moved


async def _speaks(c: Connection, id: int) -> bool:  # noqa: A002
    """It has audio in some language, or needs none."""
    unspoken = (await c.execute(select(alert.c.unspoken).where(alert.c.id == id))).scalar()
    return len(unspoken or ()) < len(Language)


async def hang_up(store: Store, id: int, *, by: str, now: datetime) -> bool:  # noqa: A002
    """Cancel, and have the open calls ended, too; those of an alert that was cancelled before, as well."""
    async with store.writing() as c:
        moved = await _move(c, id, AlertStatus.CANCELLED, now)
        cancelled = alert.c.id == id, alert.c.status == AlertStatus.CANCELLED, alert.c.hang_up_at.is_(None)
        asked = (await c.execute(update(alert).where(*cancelled).values(hang_up_at=now))).rowcount > 0
        if asked:
            await journal.record(c, by, "hung up", f"alert {id}", {}, now)
    if moved:
        await endings.clear(store, id, now, reason="cancelled")
    return asked


async def to_hang_up(store: Store, ids: Collection[int]) -> set[int]:
    """Which of these alerts are to have their open calls ended."""
    async with store.reading() as c:
        return set((await c.execute(_TO_HANG_UP, {"ids": list(ids)})).scalars())


_TO_HANG_UP = select(alert.c.id).where(
    alert.c.id.in_(bindparam("ids", expanding=True)), alert.c.hang_up_at.is_not(None)
)


async def settle(store: Store, id: int, now: datetime) -> bool:  # noqa: A002
    """RUNNING with no call or text waiting or open: DONE, and True."""
    async with store.writing() as c:
        return await follow_up.settle(c, id, now)


async def counts(store: Store, id: int) -> dict[str, int]:  # noqa: A002
    """People by outcome, every outcome named; those without one are `ringing` while a call is open, else
    `waiting`."""
    ringing = exists().where(attempt.c.delivery_id == delivery.c.id, attempt_is_open)
    undecided = case((ringing, "ringing"), else_="waiting")
    kind = func.coalesce(delivery.c.outcome, undecided)
    query = select(kind, func.count()).where(delivery.c.alert_id == id).group_by(kind)
    found = dict.fromkeys([*DeliveryOutcome, "waiting", "ringing"], 0)
    async with store.reading() as c:
        found.update({row[0]: row[1] for row in await c.execute(query)})
    return {str(each): number for each, number in found.items()}


async def deliveries(store: Store, id: int) -> list[Delivery]:  # noqa: A002
    """Everybody of an alert with their calls and texts, in the order of the plan."""
    async with store.reading() as c:
        people = (await c.execute(select(delivery).where(delivery.c.alert_id == id).order_by(delivery.c.id))).all()
        calls = await _by_delivery(c, id, attempt, rows.ATTEMPT, rows.attempt)
        texts = await _by_delivery(c, id, message, message.c, rows.message)
    return [rows.delivery(row, calls[row.id], texts[row.id]) for row in people]


async def _by_delivery(
    c: Connection,
    id: int,  # noqa: A002
    table: Any,
    columns: Iterable[Any],
    record: Any,
) -> defaultdict[int, list[Any]]:
    when = table.c.due_at
    query = select(*columns).join(delivery, delivery.c.id == table.c.delivery_id).where(delivery.c.alert_id == id)
    found: defaultdict[int, list[Attempt | Message]] = defaultdict(list)
    for row in (await c.execute(query.order_by(when, table.c.id))).all():
        found[row.delivery_id].append(record(row))
    return found
