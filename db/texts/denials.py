"""Receipts that say that a number does not exist: kept at once, and believed only where the carrier is not at fault.

Until then the text stays SENT, with a part that is known to be lost: a program that dies meanwhile finds it by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from db.alerts.follow_up import follow_up, reopen
from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import dead_numbers
from db.schema import message, message_part
from db.texts import sending
from rules.frozen import Record
from rules.model import Channel
from rules.status import MessageStatus

LOOK_BACK = 200_000
"""Parts among which those of a program that died are looked for."""


class Denial(Record, frozen=True):
    """A text whose number does not exist, as a receipt says; `reason`: the carrier's word."""

    message_id: str
    channel: Channel
    address: str
    reason: str


_text = message.c
_part = message_part.c
_DENIALS = select(_text.id, _text.channel, _text.address, _part.reason, _part.id.label("part")).join_from(
    message, message_part, _part.message_id == _text.id
)


async def note(
    store: Store, external_id: str, *, provider: str, reason: str, now: datetime, spellings: Sequence[str] = ()
) -> Denial | None:
    """Keep it with the part; None when no text that was sent expects this receipt."""
    same = _part.provider == provider, _part.external_id.in_([external_id, *spellings])
    query = (
        _DENIALS.where(*same, _text.status == MessageStatus.SENT, _part.delivered.is_(None))
        .order_by(_part.id.desc())
        .limit(1)
    )
    async with store.writing() as c:
        found = (await c.execute(query)).first()
        if found is None or await _is_lost(c, found.id):
            return None
        lost = update(message_part).where(_part.id == found.part)
        await c.execute(lost.values(delivered=False, reason=reason, at=now))
    return Denial(found.id, Channel(found.channel), found.address, reason)


async def _is_lost(c: Connection, message_id: str) -> bool:
    """Another part of it is known to be."""
    lost = _part.message_id == message_id, _part.delivered.is_(False)
    return (await c.execute(select(_part.id).where(*lost).limit(1))).first() is not None


async def undecided(store: Store, provider: str) -> Sequence[Denial]:
    """Those of this provider that a program which died left without a decision."""
    recent = _part.id > select(func.max(_part.id)).scalar_subquery() - LOOK_BACK
    query = _DENIALS.where(
        recent, _part.provider == provider, _part.delivered.is_(False), _text.status == MessageStatus.SENT
    )
    async with store.reading() as c:
        found = (await c.execute(query.order_by(_part.id))).all()
    return [Denial(row.id, Channel(row.channel), row.address, row.reason) for row in found]


async def believe(store: Store, denial: Denial, *, where: str, now: datetime) -> bool:
    """It was the number: the text has failed, which is evidence against the number. `where`: host:port of the
    carrier."""
    async with store.writing() as c:
        if not await _fail(c, denial, now):
            return False
        alert_id = (await c.execute(select(_text.alert_id).where(_text.id == denial.message_id))).scalar()
        await dead_numbers.record(c, denial.address, denial.channel, where=where, now=now, alert_id=alert_id)
    return True


async def send_again(store: Store, denial: Denial, *, now: datetime) -> bool:
    """It was the carrier: the text waits to be sent again. A code is blanked by now and fails, without evidence."""
    waits = _text.id == denial.message_id, _text.status == MessageStatus.SENT, _text.secret.is_(False)
    again = update(message).where(*waits).values(status=MessageStatus.WAITING, due_at=now, sent_at=None, parts=0)
    async with store.writing() as c:
        found = (await c.execute(again.returning(_text.delivery_id))).all()
        if found:
            await c.execute(delete(message_part).where(_part.message_id == denial.message_id))
            await reopen(c, sending.known(row.delivery_id for row in found), now)
        else:
            await _fail(c, denial, now)
    return bool(found)


async def _fail(c: Connection, denial: Denial, now: datetime) -> bool:
    moved = await sending.moved(c, [denial.message_id], MessageStatus.FAILED, ended_at=now, reason=denial.reason)
    await follow_up(c, sending.known(moved.values()), now)
    return bool(moved)
