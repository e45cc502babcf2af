"""Numbers that a caller wants removed: nothing changes before a key or a word at the number itself confirms it, since a
caller's number can be forged."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import code_limits, usable
from db.schema import attempt, code, contact_point
from db.texts import messages
from rules import channels
from rules.code import LEAVING_STANDS, CodePurpose
from rules.model import Attempt, CallPurpose, Language
from rules.priority import CODE_LANE
from rules.status import AttemptStatus

MOST_CALLS = 3
"""That did not ring: the line of who asked was not free yet, or the network had no room."""


class AskedAlready(Exception):
    """The number was asked within a day."""


async def takes_texts(store: Store, number: str) -> bool:
    """Somebody in the store gets texts there."""
    theirs = contact_point.c.address == number, contact_point.c.channel == channels.TEXT
    query = select(contact_point.c.id).where(*theirs, usable.stands(with_dead=False)).limit(1)
    async with store.reading() as c:
        return (await c.execute(query)).first() is not None


async def ask_by_text(store: Store, number: str, body: str, *, language: Language, caller: str, now: datetime) -> None:
    """Text the question. Raises AskedAlready, db.code_limits.TooManyCodes."""
    async with store.writing() as c:
        await _ask(c, number, caller, now)
        await messages.put(c, number, body, channel=channels.TEXT, language=language, now=now)


async def ask_by_call(
    store: Store, number: str, *, language: Language, caller: str, now: datetime, due_at: datetime
) -> None:
    """Call with the question (ivr/scripts/confirm_leave.py). Raises AskedAlready, db.code_limits.TooManyCodes."""
    async with store.writing() as c:
        await _ask(c, number, caller, now)
        await _call(c, number, language, due_at)


async def _ask(c: Connection, number: str, caller: str, now: datetime) -> None:
    if (await c.execute(select(code.c.id).where(_asked(number, now)).limit(1))).first() is not None:
        raise AskedAlready
    await code_limits.check(c, number, caller, now)
    row = {"number": number, "caller": caller, "asked_at": now, "purpose": CodePurpose.LEAVE}
    await c.execute(insert(code), row)


async def _call(c: Connection, number: str, language: Language, due_at: datetime) -> None:
    row = {"id": uuid4().hex, "errand": CallPurpose.LEAVE, "lane": CODE_LANE, "status": AttemptStatus.WAITING}
    await c.execute(insert(attempt), {**row, "address": number, "language": language, "due_at": due_at})


def _asked(number: str, now: datetime) -> ColumnElement[bool]:
    of = code.c.number == number, code.c.purpose == CodePurpose.LEAVE
    return and_(*of, code.c.asked_at > now - LEAVING_STANDS)


async def stands(store: Store, number: str, *, now: datetime) -> bool:
    """Somebody asked, and the number has not answered."""
    async with store.reading() as c:
        return await _stands(c, number, now)


async def _stands(c: Connection, number: str, now: datetime) -> bool:
    query = select(code.c.id).where(_asked(number, now), code.c.ended_at.is_(None)).limit(1)
    return (await c.execute(query)).first() is not None


async def confirmed(c: Connection, number: str, now: datetime) -> bool:
    """The number has answered; False when nobody had asked."""
    ends = update(code).where(_asked(number, now), code.c.ended_at.is_(None)).values(ended_at=now)
    return (await c.execute(ends)).rowcount > 0


async def call_again(store: Store, before: Attempt, *, due_at: datetime, now: datetime) -> bool:
    """After a call that did not ring. False when the question no longer stands, or that was the last."""
    made = select(func.count()).where(
        attempt.c.address == before.address,
        attempt.c.errand == CallPurpose.LEAVE,
        attempt.c.due_at > now - LEAVING_STANDS,
    )
    async with store.writing() as c:
        if not await _stands(c, before.address, now) or (await c.execute(made)).scalar_one() >= MOST_CALLS:
            return False
        await _call(c, before.address, before.language, due_at)
    return True
