"""Who was told, in SQL: the twin of `rules.outcome.tells` and `rules.outcome.OF_TEXT`, which a test compares."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_

from db.schema import attempt, delivery, message
from rules.outcome import HEARD_ENOUGH, LEFT_WHOLE, OF_TEXT, Disposition, Reply


def so_far() -> ColumnElement[bool]:
    """A delivery whose person was told by a call, even one that is open, or by a text."""
    whose = func.coalesce(delivery.c.told_with, delivery.c.id)
    return or_(
        exists().where(attempt.c.delivery_id == whose, by_call()),
        exists().where(message.c.delivery_id == whose, message.c.status.in_(list(OF_TEXT))),
    )


def by_call() -> ColumnElement[bool]:
    """An open call counts as one to a person."""
    person = or_(attempt.c.disposition.is_(None), attempt.c.disposition == Disposition.HUMAN)
    heard = or_(
        attempt.c.reply == Reply.ACKNOWLEDGED,
        and_(person, attempt.c.heard >= HEARD_ENOUGH),
        and_(attempt.c.disposition == Disposition.MACHINE, attempt.c.heard >= LEFT_WHOLE),
    )
    return and_(heard, attempt.c.reply != Reply.OPTED_OUT)
