"""How many codes may be asked for: a code makes a stranger's telephone ring, and costs money.

The figures are those that carriers and OWASP (toll fraud, SMS pumping) advise for one-time codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select, true

from db.engine.connection import Connection
from db.schema import code
from rules import phone


class Scope(StrEnum):
    """What a limit counts over."""

    NUMBER = "number"
    CALLER = "caller"
    EXCHANGE = "exchange"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `codes` in any `window`."""

    scope: Scope
    codes: int
    window: timedelta


LIMITS = (
    Limit(Scope.NUMBER, 3, timedelta(minutes=10)),
    Limit(Scope.NUMBER, 5, timedelta(days=1)),
    Limit(Scope.CALLER, 10, timedelta(hours=1)),
    Limit(Scope.EXCHANGE, 250, timedelta(hours=1)),  # a village has one exchange, and a day of enrolment
    Limit(Scope.ALL, 500, timedelta(hours=1)),  # a ceiling on what a flood of requests can cost
)
REFUSED_FOR = timedelta(days=1)
"""After whoever has the number said that they asked for no code."""

FLOOD = {Scope.EXCHANGE, Scope.ALL}


class TooManyCodes(Exception):
    """No code now; the next one may be asked for at `until`. `flood`: the limit is not one resident's own."""

    def __init__(self, until: datetime, scope: Scope) -> None:
        super().__init__(f"too many codes were asked for: the next one may be asked for at {until.isoformat()}")
        self.until = until
        self.scope = scope

    @property
    def flood(self) -> bool:
        return self.scope in FLOOD


async def check(c: Connection, number: str, caller: str, now: datetime) -> None:
    """Raises TooManyCodes. `caller`: the number that asks, "" when it is not known."""
    full = [
        (until, limit.scope)
        for limit in LIMITS
        if (caller or limit.scope is not Scope.CALLER)
        and (until := await _full_until(c, _within(limit.scope, number, caller), limit, now))
    ]
    if refused_until := await _refused_until(c, number, now):
        full.append((refused_until, Scope.NUMBER))
    if full:
        raise TooManyCodes(*max(full))


async def _refused_until(c: Connection, number: str, now: datetime) -> datetime | None:
    recent = code.c.number == number, code.c.refused_at > now - REFUSED_FOR
    last: datetime | None = (await c.execute(select(func.max(code.c.refused_at)).where(*recent))).scalar()
    return None if last is None else last + REFUSED_FOR


def _within(scope: Scope, number: str, caller: str) -> ColumnElement[bool]:
    exchange = phone.exchange(number)
    match scope:
        case Scope.NUMBER:
            return code.c.number == number
        case Scope.CALLER:
            return code.c.caller == caller
        case Scope.EXCHANGE:
            return and_(code.c.number >= exchange, code.c.number < exchange + ":")  # ":" follows "9"
        case Scope.ALL:
            return true()


async def _full_until(c: Connection, where: ColumnElement[bool], limit: Limit, now: datetime) -> datetime | None:
    recent = select(code.c.asked_at).where(where, code.c.asked_at > now - limit.window)
    oldest: datetime | None = (
        await c.execute(recent.order_by(code.c.asked_at.desc()).offset(limit.codes - 1).limit(1))
    ).scalar()
    return None if oldest is None else oldest + limit.window
