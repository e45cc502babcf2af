from __future__ import annotations

from db.engine import heartbeat
from db.engine.store import Store
from db.queue import calls
from tests.db.town import NOW, later, number


async def test_a_call_that_came_in(store: Store) -> None:
    await calls.begin(store, "abc", number(1), number(2), NOW)
    await calls.end(store, "abc", "enrol hangup", later(60))
    async with store.reading() as c:
        kept = (await c.exec_driver_sql("SELECT caller, called, path FROM call_log")).all()
    assert [tuple(row) for row in kept] == [(number(1), number(2), "enrol hangup")]


async def test_a_call_taken_up_again_after_a_restart(store: Store) -> None:
    for _ in range(2):
        await calls.begin(store, "abc", number(1), number(2), NOW)
    async with store.reading() as c:
        assert len((await c.exec_driver_sql("SELECT * FROM call_log")).all()) == 1


async def test_the_service_lives_while_it_beats(store: Store) -> None:
    assert not await heartbeat.alive(store, NOW)
    await heartbeat.beat(store, NOW)
    await heartbeat.beat(store, later(10))
    assert await heartbeat.alive(store, later(24))
    assert not await heartbeat.alive(store, later(25))
