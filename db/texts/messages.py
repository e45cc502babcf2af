"""Texts, out and in: the queue of the gateway, receipts, and what came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, bindparam, insert, or_, select, update

from db.alerts.follow_up import follow_up
from db.engine import rows
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import dead_numbers, usable
from db.schema import (
    alert,
    delivery,
    message,
    message_is_sending,
    message_is_unfinished,
    message_waits,
)
from db.texts.arrivals import received
from db.texts.sending import blanked, known, moved, receipt, sent
from rules.code import VALID
from rules.model import Channel, Language, Message
from rules.priority import CODE_LANE, LANES
from rules.status import AlertStatus, MessageStatus

__all__ = [
    "claim",
    "end_expired",
    "failed",
    "lost_track",
    "postpone",
    "queue",
    "receipt",
    "received",
    "sent",
    "unknown",
    "withdraw_opted_out",
]


STOPPED = "the program stopped meanwhile"
DIRECT_WAITS = VALID
"""How long a direct answer to a resident may wait: as long as a code is valid. Later nobody expects it."""


async def queue(
    store: Store,
    address: str,
    body: str,
    *,
    channel: Channel,
    language: Language,
    now: datetime,
    delivery_id: int | None = None,
    secret: bool = False,
    waits: timedelta = DIRECT_WAITS,
) -> str:
    """A text to send at once; returns its id. Without a delivery it is a direct answer to the resident (a code, an
    answer to a keyword): it goes first, goes even to who opted out, and is not sent once it waited for `waits`. A text
    of an alert is not sent once its alert has expired."""
    async with store.writing() as c:
        return await put(
            c,
            address,
            body,
            channel=channel,
            language=language,
            now=now,
            delivery_id=delivery_id,
            secret=secret,
            waits=waits,
        )


async def put(
    c: Connection,
    address: str,
    body: str,
    *,
    channel: Channel,
    language: Language,
    now: datetime,
    delivery_id: int | None = None,
    secret: bool = False,
    waits: timedelta = DIRECT_WAITS,
) -> str:
    """The same within a transaction."""
    of = await _alert_of(c, delivery_id, channel)
    row = {
        "id": uuid4().hex,
        "channel": channel,
        "status": MessageStatus.WAITING,
        "lane": LANES[of.purpose] if of else CODE_LANE,
        "address": address,
        "body": body,
        "language": language,
        "created_at": now,
        "due_at": now,
        "alert_id": of.id if of else None,
        "delivery_id": delivery_id,
        "secret": secret,
        "expires_at": None if of else now + waits,
    }
    await c.execute(insert(message), row)
    return str(row["id"])


async def _alert_of(c: Connection, delivery_id: int | None, channel: Channel) -> rows.Row:
    if delivery_id is None:
        return None
    query = select(alert.c.id, alert.c.purpose, alert.c.channels).join(delivery, delivery.c.alert_id == alert.c.id)
    of = (await c.execute(query.where(delivery.c.id == delivery_id))).one()
    if channel not in of.channels:
        raise ValueError(
            f"alert {of.id} goes out by {', '.join(of.channels)}: nothing would follow up its messages by {channel}"
        )
    return of


def _opted_out() -> ColumnElement[bool]:
    return usable.opted_out(message.c.address, message.c.channel)


def _sendable() -> Select[Any]:
    over = and_(alert.c.expires_at.is_not(None), alert.c.expires_at <= bindparam("now"))
    stopped = or_(alert.c.status.in_([AlertStatus.PAUSED, AlertStatus.CANCELLED]), over)
    return (
        select(message.c.id)
        .outerjoin(alert, alert.c.id == message.c.alert_id)
        .where(
            message_waits,
            message.c.channel == bindparam("on"),
            message.c.lane.in_([CODE_LANE, *LANES.values()]),
            message.c.due_at <= bindparam("now"),
            or_(message.c.expires_at.is_(None), message.c.expires_at > bindparam("now")),
            or_(message.c.delivery_id.is_(None), and_(~_opted_out(), ~stopped)),
        )
        .order_by(message.c.lane, message.c.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=message)
    )


_SENDABLE = _sendable()
_CLAIM = (
    update(message)
    .where(message.c.id.in_(_SENDABLE), message_waits)
    .values(status=MessageStatus.SENDING, tries=message.c.tries + 1, provider=bindparam("by"))
    .returning(*message.c)
)


async def claim(store: Store, limit: int, *, channel: Channel, provider: str, now: datetime) -> list[Message]:
    """Take up to `limit` texts of this channel for `provider` to send, most urgent first; they are marked SENDING and
    never handed out again, unless `postpone` gives them back."""
    due = {"on": channel, "now": now}
    if limit < 1 or not await _is_due(store, due):
        return []
    async with store.writing() as c:
        taken = (await c.execute(_CLAIM, {**due, "most": limit, "by": provider})).all()
    return [rows.message(row) for row in sorted(taken, key=lambda row: (row.lane, row.due_at, row.id))]


async def _is_due(store: Store, due: Mapping[str, Any]) -> bool:
    """A look that waits for no other writer."""
    async with store.reading() as c:
        return (await c.execute(_SENDABLE, {**due, "most": 1})).first() is not None


async def postpone(store: Store, id: str, *, until: datetime) -> bool:  # noqa: A002
    """The carrier did not take the text and says so: it waits again, until then."""
    not_taken = message.c.id == id, message_is_unfinished
    again = update(message).where(*not_taken).values(status=MessageStatus.WAITING, due_at=until)
    async with store.writing() as c:
        return (await c.execute(again)).rowcount > 0


async def failed(
    store: Store,
    id: str,  # noqa: A002
    reason: str,
    *,
    now: datetime,
    dead_number: bool = False,
    where: str = "",
) -> bool:
    """The text will never arrive. `dead_number`: the carrier says that the number does not exist, which is evidence;
    `where`: host:port of the carrier."""
    async with store.writing() as c:
        moved = await _move(c, id, MessageStatus.FAILED, ended_at=now, reason=reason)
        if moved is None:
            return False
        if dead_number:
            await _suspect(c, id, where, now)
        await follow_up(c, moved, now)
    return True


async def unknown(store: Store, id: str, reason: str, *, now: datetime) -> bool:  # noqa: A002
    """Nobody knows whether the carrier took the text: it is not sent again by itself."""
    async with store.writing() as c:
        moved = await _move(c, id, MessageStatus.UNKNOWN, ended_at=now, reason=reason)
        if moved is None:
            return False
        await follow_up(c, moved, now)
    return True


async def _suspect(c: Connection, id: str, where: str, now: datetime) -> None:  # noqa: A002
    query = select(message.c.address, message.c.channel, message.c.alert_id).where(message.c.id == id)
    found = (await c.execute(query)).one()
    on = Channel(found.channel)
    await dead_numbers.record(c, found.address, on, where=where, now=now, alert_id=found.alert_id)


async def lost_track(
    store: Store, now: datetime, *, channel: Channel, but: Sequence[str] = (), reason: str = STOPPED
) -> int:
    """What is marked SENDING on this channel, `but` those that are still being sent, is UNKNOWN, and not sent again by
    itself: the program died meanwhile, or something failed in it. Returns how many."""
    lost_ones = and_(message_is_sending, message.c.channel == channel, message.c.id.not_in(but))
    if not await _are_any(store, lost_ones):
        return 0
    lost = (
        update(message)
        .where(lost_ones)
        .values(status=MessageStatus.UNKNOWN, ended_at=now, body=blanked, reason=reason)
        .returning(message.c.delivery_id)
    )
    async with store.writing() as c:
        deliveries = [row.delivery_id for row in await c.execute(lost)]
        await follow_up(c, known(deliveries), now)
    return len(deliveries)


async def _are_any(store: Store, such: ColumnElement[bool]) -> bool:
    """A look that waits for no other writer."""
    async with store.reading() as c:
        return (await c.execute(select(message.c.id).where(such).limit(1))).first() is not None


async def withdraw_opted_out(c: Connection, now: datetime, *, address: str | None = None) -> int:
    """Withdraw the waiting texts of alerts to who opted out: everybody, or one number."""
    one = [] if address is None else [message.c.address == address]
    withdrawn = await c.execute(
        update(message)
        .where(message_waits, message.c.delivery_id.is_not(None), _opted_out(), *one)
        .values(status=MessageStatus.WITHDRAWN, ended_at=now, reason="opted out")
        .returning(message.c.delivery_id)
    )
    deliveries = [row.delivery_id for row in withdrawn]
    await follow_up(c, known(deliveries), now)
    return len(deliveries)


async def end_expired(c: Connection, now: datetime) -> int:
    """Withdraw the direct answers that waited too long; a code does not stay in the store in clear."""
    expired = message_waits, message.c.lane == CODE_LANE, message.c.expires_at <= now
    ended = {"status": MessageStatus.WITHDRAWN, "reason": "expired", "ended_at": now, "body": blanked}
    return (await c.execute(update(message).where(*expired).values(ended))).rowcount


async def _move(c: Connection, id: str, to: MessageStatus, **values: Any) -> list[int] | None:  # noqa: A002
    """None when the move is not allowed; else the delivery that it concerns, if any."""
    moves = await moved(c, [id], to, **values)
    return known(moves.values()) if moves else None
