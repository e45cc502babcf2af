"""The heartbeat, and a clock that is put back under way."""

from __future__ import annotations

from datetime import timedelta

from db.engine import heartbeat
from db.engine.store import Store
from db.queue import attempts
from tests.db.town import ACKNOWLEDGED, NO_ANSWER, NOW, later, number, people, running

HOUR = timedelta(hours=1)


async def test_alive_for_a_while_after_a_beat(store: Store) -> None:
    assert not await heartbeat.alive(store, NOW)
    assert await heartbeat.beat(store, NOW) == timedelta()
    assert await heartbeat.alive(store, later(10))
    assert not await heartbeat.alive(store, later(20))
    assert not await heartbeat.alive(store, NOW - HOUR), "nobody has beaten since the clock was put back"


async def test_redials_wait_no_longer_when_the_clock_is_put_back(store: Store) -> None:
    await running(store, await people(store, [number(1)], [number(2)]), redial_delay_s=300.0)
    await heartbeat.beat(store, NOW)
    (call, _) = await attempts.claim(store, 2, now=NOW)
    await attempts.finish(store, call.id, NO_ANSWER, now=NOW)
    assert await heartbeat.beat(store, NOW - HOUR) == HOUR
    assert await attempts.claim(store, 1, now=NOW - HOUR + timedelta(seconds=299)) == []
    (again,) = await attempts.claim(store, 1, now=NOW - HOUR + timedelta(seconds=300))
    assert again.address == call.address


async def test_first_calls_go_out_at_once_though_the_clock_was_put_back(store: Store) -> None:
    await running(store, await people(store, [number(1)]))
    await heartbeat.beat(store, NOW)
    assert await attempts.claim(store, 1, now=NOW - HOUR) == []
    await heartbeat.beat(store, NOW - HOUR)
    (call,) = await attempts.claim(store, 1, now=NOW - HOUR)
    assert await attempts.finish(store, call.id, ACKNOWLEDGED, now=NOW - HOUR) == "acknowledged"


async def test_a_clock_that_is_corrected_by_little_moves_nothing(store: Store) -> None:
    await running(store, await people(store, [number(1)]))
    await heartbeat.beat(store, NOW)
    assert await heartbeat.beat(store, later(-2)) == timedelta()
    assert await attempts.next_due(store) == NOW
