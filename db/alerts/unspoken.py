"""Which calls of an alert wait for their audio: by the language of those who are called, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import String, cast, or_, select, update

from db.alerts import follow_up, targets
from db.engine import rows
from db.engine.connection import Connection
from db.engine.store import Store
from db.schema import alert
from rules import channels
from rules.model import Alert, Channel, Language
from rules.status import AlertStatus

CURRENT_FOR = timedelta(hours=48)
"""Longer than callers hear an alert that is over."""

NOTHING = "{}"
_GOING = alert.c.status.in_([AlertStatus.QUEUED, AlertStatus.RUNNING])
_WAITING = select(alert).where(_GOING, cast(alert.c.unspoken, String) != NOTHING).order_by(alert.c.id.desc())
"""Made once: it is looked for several times a second, and making a statement costs more than carrying it out."""


def of_new(on: Collection[Channel]) -> dict[Language, str]:
    """What a new alert on these channels waits for: audio in each language, if anybody is to be called."""
    return dict.fromkeys(Language, "") if channels.spoken(on) else {}


async def waiting(store: Store) -> list[Alert]:
    """Alerts that are going, newest first, with calls that wait for audio."""
    async with store.reading() as c:
        return [rows.alert(row) for row in await c.execute(_WAITING)]


async def ready(store: Store, id: int, languages: Collection[Language], *, now: datetime) -> None:  # noqa: A002
    """The audio for these is there: their calls may go. An alert that was QUEUED is RUNNING from now on, or DONE when
    nothing is left to do."""
    async with store.writing() as c:
        unspoken = await _unspoken(c, id)
        await _store(c, id, {each: why for each, why in unspoken.items() if each not in languages})
        queued = alert.c.id == id, alert.c.status == AlertStatus.QUEUED
        await c.execute(update(alert).where(*queued).values(status=AlertStatus.RUNNING))
        await follow_up.settle(c, id, now)


async def waits(store: Store, id: int, languages: Collection[Language], why: str) -> None:  # noqa: A002
    """No voice can speak it to these at the moment; calls to them wait, even if there was audio before."""
    async with store.writing() as c:
        unspoken = await _unspoken(c, id)
        await _store(c, id, {**unspoken, **dict.fromkeys(languages, why)})


async def _unspoken(c: Connection, id: int) -> Mapping[Language, str]:  # noqa: A002
    return (await c.execute(select(alert.c.unspoken).where(alert.c.id == id))).scalar() or {}


async def _store(c: Connection, id: int, unspoken: Mapping[Language, str]) -> None:  # noqa: A002
    await c.execute(update(alert).where(alert.c.id == id).values(unspoken=dict(unspoken)))


async def is_public(store: Store, of: Alert) -> bool:
    """Whether callers may hear it: it is not for single numbers or people alone."""
    async with store.reading() as c:
        return await targets.is_public(c, of.target)


async def heard_still(store: Store, now: datetime) -> list[Alert]:
    """Alerts that are not over, and those over that callers may still hear."""
    going = alert.c.ended_at.is_(None)
    async with store.reading() as c:
        query = select(alert).where(or_(going, alert.c.ended_at > now - CURRENT_FOR))
        return [rows.alert(row) for row in await c.execute(query)]
