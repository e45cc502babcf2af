"""What the carrier says of texts: taken, delivered, lost. Many at a time are stored in one transaction.

A provider names each part of a text by an id of its own, which it uses again after a time: the newest part that has it
is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, insert, select, update

from db.alerts.follow_up import follow_up
from db.engine import rows
from db.engine.columns import is_in
from db.engine.connection import Connection
from db.engine.group_commit import GroupCommit
from db.engine.store import Store
from db.residents import dead_numbers
from db.schema import message, message_part
from rules.model import Channel
from rules.status import MESSAGE_MOVES, MessageStatus

MOST_TOGETHER = 500
"""Texts, or receipts, stored in one transaction."""

EARLY_FOR = timedelta(minutes=10)
"""How long a receipt may be ahead of its response. Older ones belong to other texts: carriers start their numbering
again."""


SPELLED_FOR = timedelta(days=7)
"""How old a text may be whose id a receipt writes in another way."""

blanked = case((message.c.secret, ""), else_=message.c.body)
"""What is kept of a body once nobody may send it any more."""


@dataclass(frozen=True, slots=True)
class _Taken:
    id: str
    external_ids: tuple[str, ...]
    parts: int
    now: datetime


@dataclass(frozen=True, slots=True)
class _Receipt:
    external_id: str
    delivered: bool
    reason: str
    now: datetime
    spellings: tuple[str, ...] = ()


async def sent(
    store: Store,
    id: str,  # noqa: A002
    *,
    provider: str,
    external_ids: Sequence[str],
    parts: int,
    now: datetime,
) -> bool:
    """The carrier took the text, as these parts of its own numbering. A secret body is blanked. Receipts that came
    before are applied. False when the text was not being sent. Returns when it is committed."""
    gather = store.gathering(
        f"sent to {provider}",
        lambda: GroupCommit[_Taken, bool](lambda taken: _sent(store, provider, taken), most=MOST_TOGETHER),
    )
    return await gather.put(_Taken(id, tuple(external_ids), parts, now))


async def receipt(
    store: Store,
    external_id: str,
    delivered: bool,
    *,
    provider: str,
    reason: str,
    now: datetime,
    spellings: Sequence[str] = (),
) -> bool:
    """A final receipt for one part. True when it told something new about a text; False for a repeat, and for one
    that came before the carrier's response: that one is kept and applied when `sent` brings its id. `spellings`: how
    else the response may have written the id. Returns when it is committed."""
    gather = store.gathering(
        f"receipt of {provider}",
        lambda: GroupCommit[_Receipt, bool](lambda receipts: _received(store, provider, receipts), most=MOST_TOGETHER),
    )
    return await gather.put(_Receipt(external_id, delivered, reason, now, tuple(spellings)))


async def moved(c: Connection, ids: Iterable[str], to: MessageStatus, **values: Any) -> dict[str, int | None]:
    """Move those that may move; returns them, each with the delivery that it concerns."""
    sources = [status for status, moves in MESSAGE_MOVES.items() if to in moves]
    if to is not MessageStatus.WAITING:
        values["body"] = blanked
    found = await c.execute(
        update(message)
        .where(message.c.id.in_(list(ids)), is_in(message.c.status, *sources))
        .values(status=to, **values)
        .returning(message.c.id, message.c.delivery_id)
    )
    return {row.id: row.delivery_id for row in found}


def known(delivery_ids: Iterable[int | None]) -> list[int]:
    return [each for each in delivery_ids if each is not None]


async def _sent(store: Store, provider: str, taken: Sequence[_Taken]) -> list[bool]:
    now = taken[-1].now
    async with store.writing() as c:
        moves = await moved(c, [each.id for each in taken], MessageStatus.SENT, sent_at=now)
        fresh = {each.id: each for each in taken if each.id in moves}
        await _count_parts(c, fresh.values())
        await _add_parts(c, provider, fresh.values(), now)
        await _apply_receipts(c, fresh, now)
        await follow_up(c, known(moves.values()), now)
    return [each.id in moves for each in taken]


async def _count_parts(c: Connection, taken: Iterable[_Taken]) -> None:
    counts = [{"which": each.id, "of": each.parts} for each in taken]
    if counts:
        await c.execute(update(message).where(message.c.id == bindparam("which")).values(parts=bindparam("of")), counts)


async def _add_parts(c: Connection, provider: str, taken: Iterable[_Taken], now: datetime) -> None:
    owners = {part: (text.id, place) for text in taken for place, part in enumerate(text.external_ids, start=1)}
    waits = message_part.c.message_id.is_(None), message_part.c.at > now - EARLY_FOR
    early = select(message_part.c.id, message_part.c.external_id).where(_named(provider, owners), *waits)
    adopted = {row.external_id: row.id for row in await c.execute(early)}
    if adopted:
        adopt = update(message_part).where(message_part.c.id == bindparam("which"))
        values = [
            {"which": id_, "message_id": owners[each][0], "number": owners[each][1]} for each, id_ in adopted.items()
        ]
        await c.execute(adopt, values)
    fresh = [
        {"message_id": id_, "number": number, "provider": provider, "external_id": each, "at": now}
        for each, (id_, number) in owners.items()
        if each not in adopted
    ]
    if fresh:
        await c.execute(insert(message_part), fresh)


def _named(provider: str, external_ids: Iterable[str]) -> ColumnElement[bool]:
    """Parts of texts that go out."""
    named = message_part.c.provider == provider, message_part.c.external_id.in_(list(external_ids))
    return and_(*named, message_part.c.incoming.is_(False))


async def _received(store: Store, provider: str, receipts: Sequence[_Receipt]) -> list[bool]:
    now = receipts[-1].now
    async with store.writing() as c:
        receipts = await _as_stored(c, provider, receipts, now)
        first = {each.external_id: each for each in reversed(receipts)}
        parts = await _parts(c, provider, first)
        await _keep_early(c, provider, [each for each in first.values() if each.external_id not in parts])
        fresh = {id_: each for id_, each in first.items() if id_ in parts and parts[id_].delivered is None}
        await _note(c, [(parts[id_].id, each) for id_, each in fresh.items()])
        texts = {parts[id_].message_id for id_ in fresh} - {None}
        await follow_up(c, await _apply_receipts(c, texts, now), now)
    return [each is fresh.get(each.external_id) for each in receipts]


async def _as_stored(c: Connection, provider: str, receipts: Sequence[_Receipt], now: datetime) -> Sequence[_Receipt]:
    """With the ids as the responses wrote them, where those are found in another spelling."""
    sought = {spelling for each in receipts for spelling in each.spellings}
    if not sought:
        return receipts
    waits = message_part.c.message_id.is_not(None), message_part.c.delivered.is_(None)
    recent = _named(provider, sought), message_part.c.at > now - SPELLED_FOR
    query = select(message_part.c.external_id).where(*recent, *waits).order_by(message_part.c.id)
    found = set((await c.execute(query)).scalars())
    return [_respelled(each, found) for each in receipts]


def _respelled(receipt: _Receipt, found: set[str]) -> _Receipt:
    known = next((spelling for spelling in receipt.spellings if spelling in found), None)
    return receipt if known is None else replace(receipt, external_id=known)


async def _parts(c: Connection, provider: str, external_ids: Iterable[str]) -> dict[str, rows.Row]:
    """The newest part of each id."""
    query = select(message_part).where(_named(provider, external_ids)).order_by(message_part.c.id)
    return {row.external_id: row for row in await c.execute(query)}


async def _keep_early(c: Connection, provider: str, receipts: Sequence[_Receipt]) -> None:
    if receipts:
        values = [
            {
                "provider": provider,
                "external_id": each.external_id,
                "delivered": each.delivered,
                "reason": each.reason,
                "at": each.now,
            }
            for each in receipts
        ]
        await c.execute(insert(message_part), values)


async def _note(c: Connection, noted: Sequence[tuple[int, _Receipt]]) -> None:
    if noted:
        verdicts = [
            {"which": part, "delivered": each.delivered, "reason": each.reason, "at": each.now} for part, each in noted
        ]
        await c.execute(update(message_part).where(message_part.c.id == bindparam("which")), verdicts)


async def _apply_receipts(c: Connection, texts: Iterable[str], now: datetime) -> list[int]:
    """All parts on the telephone: delivered. One lost: failed. Returns the deliveries concerned."""
    query = select(message_part).where(message_part.c.message_id.in_(list(texts)))
    by_text: defaultdict[str, list[rows.Row]] = defaultdict(list)
    for row in await c.execute(query):
        by_text[row.message_id].append(row)
    whole = [id_ for id_, parts in by_text.items() if all(part.delivered for part in parts)]
    lost: defaultdict[str, list[str]] = defaultdict(list)
    for id_, parts in by_text.items():
        if broken := [part.reason for part in parts if part.delivered is False]:
            lost[broken[0]].append(id_)
    moves = [await moved(c, whole, MessageStatus.DELIVERED, ended_at=now)]
    await _lives(c, moves[0])
    moves += [await moved(c, ids, MessageStatus.FAILED, ended_at=now, reason=reason) for reason, ids in lost.items()]
    return known(chain.from_iterable(move.values() for move in moves))


async def _lives(c: Connection, texts: Iterable[str]) -> None:
    """A number that took a text exists."""
    query = select(message.c.channel, message.c.address).where(message.c.id.in_(list(texts)))
    alive: defaultdict[Channel, list[str]] = defaultdict(list)
    for row in await c.execute(query):
        alive[Channel(row.channel)].append(row.address)
    for channel, addresses in alive.items():
        await dead_numbers.clear(c, addresses, channel)
