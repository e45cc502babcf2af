"""Numbers that were suspected or found dead, and are called again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from db.engine.store import Store
from db.residents import doubts
from db.residents.doubts import DoubtedNumber
from records.numbers import Doubted, ReviveRequest
from records.problem import WrongField
from records.rejected import Rejected
from rules import phone, schedule


async def preview(store: Store, asked: ReviveRequest, *, timezone: str, now: datetime) -> list[DoubtedNumber]:
    """Which numbers those are. Raises Rejected."""
    return await doubts.find(store, _which(asked, now.astimezone(ZoneInfo(timezone))))


async def revive(store: Store, asked: ReviveRequest, *, timezone: str, by: str, now: datetime) -> list[DoubtedNumber]:
    """What they were. What networks said of them before no longer counts. Raises Rejected."""
    return await doubts.revive(store, _which(asked, now.astimezone(ZoneInfo(timezone))), by=by, now=now)


def told(doubt: DoubtedNumber) -> Doubted:
    """As the API tells it."""
    return Doubted(number=doubt.address, channel=doubt.channel, was=doubt.standing, said_at=doubt.said_at.isoformat())


def _which(asked: ReviveRequest, now: datetime) -> ColumnElement[bool]:
    """`now`: by the town's clocks."""
    if sum(map(bool, (asked.number, asked.alert, asked.since))) != 1:
        raise _rejected("give one of NUMBER, --alert ID and --since MOMENT")
    try:
        if asked.number:
            return doubts.of_number(phone.parse(asked.number))
        if asked.alert:
            return doubts.of_alert(asked.alert)
        moment = schedule.read(asked.since, now)
    except (phone.BadNumber, schedule.BadMoment) as error:
        raise _rejected(str(error)) from None
    return doubts.since(moment if moment <= now else moment - timedelta(days=1))


def _rejected(why: str) -> Rejected:
    return Rejected([WrongField(field="", detail=why)])
