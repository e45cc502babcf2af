"""A key that gives up alerts counts, even when the call is cut while it is being stored."""

from __future__ import annotations

import asyncio
import contextlib

from db.engine.store import Store
from db.queue import attempts
from db.residents import opt_outs
from dialer import record
from residents.town import Town
from rules.model import Channel
from rules.outcome import Reply
from rules.status import AttemptStatus
from tests.db import town


async def test_a_call_that_is_cut_while_an_opt_out_is_stored(store: Store) -> None:
    await town.running(store, await town.people(store, [town.number(1)]))
    (attempt,) = await attempts.claim(store, 1, now=town.NOW)
    await attempts.advance(store, attempt.id, AttemptStatus.PLACED, at=town.NOW)
    await attempts.advance(store, attempt.id, AttemptStatus.ANSWERED, at=town.NOW)
    noting = asyncio.create_task(record.reply(Town(store, frozenset(), "", lambda: town.NOW), attempt, Reply.OPTED_OUT))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    noting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await noting
    async with asyncio.timeout(10):
        while not await opt_outs.opted_out(store, attempt.address, Channel.VOICE):
            await asyncio.sleep(0.01)
    stored = await attempts.still_open(store, attempt.id)
    assert stored is not None
    assert stored.reply is Reply.OPTED_OUT
    assert await opt_outs.opted_out(store, attempt.address, Channel.VOICE)
