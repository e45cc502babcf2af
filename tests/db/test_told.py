"""Who was told: the rule and its twin in SQL say the same."""

from __future__ import annotations

import itertools
from uuid import uuid4

from sqlalchemy import insert, select

from db.alerts import told
from db.engine.store import Store
from db.schema import attempt
from rules.outcome import HEARD_ENOUGH, LEFT_WHOLE, Disposition, Outcome, Reply, tells
from tests.db.town import NOW, number

SHARES = (0.0, HEARD_ENOUGH - 0.01, HEARD_ENOUGH, LEFT_WHOLE - 0.001, LEFT_WHOLE, 1.0)


async def test_of_every_call_that_there_can_be(store: Store) -> None:
    calls = {
        uuid4().hex: (disposition, reply, heard)
        for disposition, reply, heard in itertools.product([*Disposition, None], Reply, SHARES)
    }
    rows = [
        {
            "id": id_,
            "errand": "alert",
            "lane": 0,
            "status": "finished",
            "address": number(n),
            "language": "fr",
            "due_at": NOW,
            "disposition": disposition,
            "reply": reply,
            "heard": heard,
        }
        for n, (id_, (disposition, reply, heard)) in enumerate(calls.items())
    ]
    async with store.writing() as c:
        await c.execute(insert(attempt), rows)
        in_sql = set((await c.execute(select(attempt.c.id).where(told.by_call()))).scalars())
    by_rule = {
        id_
        for id_, (disposition, reply, heard) in calls.items()
        if tells(Outcome(disposition or Disposition.HUMAN, reply, heard))
    }
    assert in_sql == by_rule
    assert len(by_rule) > 10
