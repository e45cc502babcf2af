"""Which contact points may be used, in SQL: the twin of `rules.usable`, which a test compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, false, or_, select, true

from db.schema import contact, contact_point, opt_out, opt_out_holds
from rules import channels
from rules.usable import Refusal

Condition = Callable[[FromClause], ColumnElement[bool]]
"""On the contacts."""

_point = contact_point.c


def refusal(*, with_dead: bool, beginnings: Sequence[str], among: Condition) -> ColumnElement[str | None]:
    """Of a contact point that is switched on. `beginnings`: of numbers that are not allowed; a number is the first
    holder's `among` some people."""
    reasons = {
        Refusal.DEAD: ~alive(with_dead=with_dead),
        Refusal.OPTED_OUT: opted_out(),
        Refusal.NOT_ALLOWED: not_allowed(beginnings),
        Refusal.SHARED: _shared(among),
    }
    return case(*((reasons[each], str(each)) for each in Refusal))


def stands(*, with_dead: bool | ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(in_use(with_dead=with_dead), ~opted_out())


def in_use(*, with_dead: bool | ColumnElement[bool]) -> ColumnElement[bool]:
    """Switched on, and alive where that is asked for."""
    return and_(_point.active, alive(with_dead=with_dead))


def alive(*, with_dead: bool | ColumnElement[bool]) -> ColumnElement[bool]:
    if isinstance(with_dead, bool):
        return true() if with_dead else _point.dead_at.is_(None)
    return or_(_point.dead_at.is_(None), with_dead)


def opted_out(address: Any = _point.address, channel: Any = _point.channel) -> ColumnElement[bool]:
    return exists().where(opt_out.c.address == address, opt_out.c.channel == channel, opt_out_holds)


def not_allowed(beginnings: Sequence[str]) -> ColumnElement[bool]:
    """Its number begins with one of these (`reach.forbidden`)."""
    begins = (and_(_point.address >= each, _point.address < f"{each}~") for each in beginnings)
    return and_(_point.channel.in_(channels.OF_NUMBERS), or_(*begins)) if beginnings else false()


def _shared(among: Condition) -> ColumnElement[bool]:
    """Somebody who enrolled earlier has the same line. What is dead, given up or not allowed is so for all who have it,
    and said before."""
    other, holder = contact_point.alias("other"), contact.alias("holder")
    same = [other.c[name] == _point[name] for name in ("address", "channel", "extension")]
    usable = other.c.active, other.c.contact_id < _point.contact_id
    joined = select(1).select_from(other.join(holder, holder.c.id == other.c.contact_id))
    return joined.where(*same, *usable, holder.c.active, among(holder)).correlate(contact_point).exists()
