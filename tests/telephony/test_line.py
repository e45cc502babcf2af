"""What happens on a call is waited for, each time for so long and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import uvloop

from telephony import events
from telephony.line import Line

NEWS = events.LinkDropped()


@pytest.mark.parametrize("limit_s", [0.02, 0.0003, 0.0, -1.0])
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_wait_ends_in_time(limit_s: float, loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def waits() -> float:
        began = asyncio.get_running_loop().time()
        assert await Line().next(limit_s) is None
        return asyncio.get_running_loop().time() - began

    with asyncio.Runner(loop_factory=loop) as runner:
        assert max(0.0, limit_s) - 0.002 <= runner.run(asyncio.wait_for(waits(), 1))


async def test_a_shorter_wait_after_a_long_one_and_a_longer_after_a_short_one() -> None:
    line, loop = Line(), asyncio.get_running_loop()
    loop.call_later(0.01, line.put, NEWS)
    assert await line.next(60) is NEWS
    assert await asyncio.wait_for(line.next(0.02), 1) is None
    loop.call_later(0.01, line.put, NEWS)
    assert await line.next(0.1) is NEWS
    began = loop.time()
    assert await asyncio.wait_for(line.next(0.3), 1) is None
    assert loop.time() - began >= 0.29, "the alarm of the wait before has not ended this one"


async def test_what_came_first_is_taken_first_and_a_cancelled_wait_loses_nothing() -> None:
    line = Line()
    waiting = asyncio.create_task(line.next(1))
    await asyncio.sleep(0)
    line.put(NEWS)
    line.put(other := events.LinkDropped())
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert [line.take(), await line.next(1), line.take()] == [NEWS, other, None]
