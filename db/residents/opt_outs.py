"""Who wants no more alerts: an address and a channel, kept with the time and the way it was said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, select, update

from db.engine.connection import Connection
from db.engine.store import Store
from db.queue import attempts
from db.residents import leaving, reach, usable
from db.schema import consent, contact_point, opt_out_holds
from db.schema import opt_out as opt_out_table
from db.staff import journal
from db.texts import messages
from rules import channels, phone
from rules.model import Channel


async def opt_out(store: Store, address: str, channel: Channel, *, via: str, now: datetime) -> bool:
    """Record it, withdraw the waiting calls or texts of alerts to that address, and close the deliveries where
    nothing more may reach the person. `via`: `sms`, `telephone`, … False when it held already."""
    async with store.writing() as c:
        return await _opt_out(c, address, channel, via, now)


async def leave(store: Store, address: str, *, via: str, now: datetime) -> None:
    """No more calls nor texts there."""
    async with store.writing() as c:
        await leaving.confirmed(c, address, now)
        for channel in channels.OF_NUMBERS:
            await _opt_out(c, address, channel, via, now)


async def _opt_out(c: Connection, address: str, channel: Channel, via: str, now: datetime) -> bool:
    fresh = not await _holds(c, address, channel)
    if fresh:
        new = {"address": address, "channel": channel, "via": via, "at": now}
        await c.execute(insert(opt_out_table), new)
        await reach.forget(c, [address])
        detail, personal = {"channel": channel, "via": via}, {"number": phone.masked(address)}
        await journal.record(c, "resident", "opted out", "number", detail, now, personal=personal)
    await _withdraw_consent(c, address, now)
    if channels.TRAITS[channel].spoken:
        await attempts.withdraw_blocked(c, now, address=address)
    else:
        await messages.withdraw_opted_out(c, now, address=address)
    return fresh


async def _withdraw_consent(c: Connection, address: str, now: datetime) -> None:
    """Consent was for calls and texts: it ends with the last channel of the number."""
    left = exists().where(contact_point.c.address == address, contact_point.c.active, ~usable.opted_out())
    standing = consent.c.number == address, consent.c.withdrawn_at.is_(None), ~left
    await c.execute(update(consent).where(*standing).values(withdrawn_at=now))


async def opted_out(store: Store, address: str, channel: Channel) -> bool:
    async with store.reading() as c:
        return await _holds(c, address, channel)


async def opt_outs(store: Store) -> set[tuple[str, Channel]]:
    """All that hold, for `rules.audience.plan`."""
    query = select(opt_out_table.c.address, opt_out_table.c.channel).where(opt_out_holds)
    async with store.reading() as c:
        return {(row.address, Channel(row.channel)) for row in await c.execute(query)}


async def lift(c: Connection, address: str, channel: Channel, now: datetime) -> bool:
    """The resident asked to be reached there again. False when there was nothing to lift."""
    lifted = await c.execute(update(opt_out_table).where(*_same(address, channel)).values(lifted_at=now))
    if lifted.rowcount:
        await reach.forget(c, [address])
    return lifted.rowcount > 0


async def _holds(c: Connection, address: str, channel: Channel) -> bool:
    found = await c.execute(select(opt_out_table.c.id).where(*_same(address, channel)))
    return found.first() is not None


def _same(address: str, channel: Channel) -> tuple[ColumnElement[bool], ...]:
    return opt_out_table.c.address == address, opt_out_table.c.channel == channel, opt_out_holds
