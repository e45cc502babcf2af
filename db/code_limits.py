"""How many codes may be asked for: a code makes a stranger's telephone ring, and costs money.

The figures are those that carriers and OWASP (toll fraud, SMS pumping) advise for one-time codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.schema import code


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `codes` in any `window`."""

    codes: int
    window: timedelta


PER_NUMBER = (Limit(3, timedelta(minutes=10)), Limit(5, timedelta(days=1)))
PER_CALLER = (Limit(10, timedelta(hours=1)),)
OVERALL = (Limit(500, timedelta(hours=1)),)
"""A ceiling on what a flood of requests can cost."""


class TooManyCodes(Exception):
    """No code now; the next one may be asked for at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many codes were asked for: the next one may be asked for at {until.isoformat()}")
        self.until = until


async def check(c: AsyncConnection, number: str, caller: str, now: datetime) -> None:
    """Raises TooManyCodes. `caller`: the number that asks, "" when it is not known."""
    limits = [(code.c.number == number, limit) for limit in PER_NUMBER]
    limits += [(code.c.caller == caller, limit) for limit in PER_CALLER if caller]
    limits += [(code.c.id > 0, limit) for limit in OVERALL]
    full = [until for where, limit in limits if (until := await _full_until(c, where, limit, now))]
    if full:
        raise TooManyCodes(max(full))


async def _full_until(c: AsyncConnection, where: Any, limit: Limit, now: datetime) -> datetime | None:
    recent = select(code.c.asked_at).where(where, code.c.asked_at > now - limit.window)
    oldest: datetime | None = (
        await c.execute(recent.order_by(code.c.asked_at.desc()).offset(limit.codes - 1).limit(1))
    ).scalar()
    return None if oldest is None else oldest + limit.window
