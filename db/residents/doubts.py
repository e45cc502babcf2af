"""The numbers that are suspected or dead: finding them, and bringing them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import dead_numbers
from db.schema import contact_point
from db.schema import number_evidence as evidence_table
from db.staff import journal
from rules import phone
from rules.dead_numbers import Standing
from rules.frozen import Record
from rules.model import Channel


class DoubtedNumber(Record, frozen=True):
    """A number that may not exist; when its network said so last."""

    address: str
    channel: Channel
    standing: Standing
    said_at: datetime


NAMED = 10
"""Numbers of a tally that are named; `find` gives all."""


class Tally(Record, frozen=True):
    """How many numbers are suspected and dead, and when a network last said so of one; `some`: the newest of them."""

    suspected: int = 0
    dead: int = 0
    newest: datetime | None = None
    some: tuple[str, ...] = ()


def of_number(address: str) -> ColumnElement[bool]:
    return evidence_table.c.address == address


def of_alert(alert_id: int) -> ColumnElement[bool]:
    """Those about which its calls or texts learned something."""
    return evidence_table.c.alert_id == alert_id


def since(moment: datetime) -> ColumnElement[bool]:
    """Those about which something was learned since then."""
    return evidence_table.c.at >= moment


async def find(store: Store, which: ColumnElement[bool]) -> list[DoubtedNumber]:
    """In the order of their numbers. `which`: `of_number`, `of_alert` or `since`."""
    async with store.reading() as c:
        return await _find(c, which)


async def revive(store: Store, which: ColumnElement[bool], *, by: str, now: datetime) -> list[DoubtedNumber]:
    """Believe of these numbers that they exist: the next alert calls and texts them as any other. Returns what they
    were, and leaves a line in the journal."""
    async with store.writing() as c:
        found = await _find(c, which)
        for channel in Channel:
            await dead_numbers.clear(c, [each.address for each in found if each.channel is channel], channel)
        if found:
            await journal.record(c, by, "revived", "numbers", _in_short(found), now, personal=_which(found))
    return found


def _in_short(found: Sequence[DoubtedNumber]) -> dict[str, object]:
    return {"numbers": len(found), "dead": sum(each.standing is Standing.DEAD for each in found)}


def _which(found: Sequence[DoubtedNumber]) -> dict[str, object]:
    return {"which": sorted({phone.masked(each.address) for each in found})[:50]}


async def _find(c: Connection, which: ColumnElement[bool]) -> list[DoubtedNumber]:
    said, chosen = evidence_table.c, evidence_table.alias("chosen")
    numbers = select(said.address, said.channel).distinct().where(which).subquery()
    same = and_(chosen.c.address == numbers.c.address, chosen.c.channel == numbers.c.channel)
    last = func.max(chosen.c.at, type_=said.at.type)
    query = select(numbers, last.label("said_at")).join(chosen, same).group_by(numbers.c.address, numbers.c.channel)
    rows = (await c.execute(query.order_by(numbers.c.address, numbers.c.channel))).all()
    believed = await dead_numbers.believed(c, [(row.address, Channel(row.channel)) for row in rows])
    return [
        DoubtedNumber(row.address, channel := Channel(row.channel), believed[row.address, channel], row.said_at)
        for row in rows
    ]


async def tally(store: Store) -> Tally:
    """Over the whole store; a number that several have counts once for each channel."""
    point = contact_point.c
    doubted = or_(point.dead_at.is_not(None), point.suspected_at.is_not(None))
    query = select(point.address, point.channel, point.dead_at.is_not(None).label("dead")).distinct().where(doubted)
    said = evidence_table.c
    last = func.max(said.at, type_=said.at.type).label("last")
    newest = select(said.address, last).group_by(said.address).order_by(last.desc(), said.address).limit(NAMED)
    async with store.reading() as c:
        dead = [row.dead for row in await c.execute(query)]
        some = (await c.execute(newest)).all()
    named = tuple(row.address for row in some)
    return Tally(dead.count(False), dead.count(True), some[0].last if some else None, named)
