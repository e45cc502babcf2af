"""Ends open calls when their alert is cancelled at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

import structlog

from alerts.model import Attempt
from alerts.outcome import Disposition, Outcome
from db import alerts, attempts
from db.store import Store
from ivr.scripts.deliver_alert import Spoken
from telephony.call import Call, Hangup, PlaybackFailed

GONE_S = 3.0  # for Asterisk to end a channel
WE_HUNG_UP = 32  # as Asterisk says it

T = TypeVar("T")
log = structlog.get_logger()


class Cuts:
    """The open calls of alerts, each with a bell that rings when it is to be ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bells: dict[str, tuple[int, asyncio.Event]] = {}

    @contextlib.contextmanager
    def bell(self, attempt: Attempt) -> Iterator[None]:
        """While the call is open."""
        if attempt.alert_id is not None:
            self._bells[attempt.id] = attempt.alert_id, asyncio.Event()
        try:
            yield
        finally:
            self._bells.pop(attempt.id, None)

    async def look(self) -> None:
        """Ring for the calls of alerts that are cancelled at once. Raises StoreError."""
        going = {alert_id for alert_id, bell in self._bells.values() if not bell.is_set()}
        if not going:
            return
        cancelled = await alerts.to_hang_up(self._store, going)
        for alert_id, bell in self._bells.values():
            if alert_id in cancelled:
                bell.set()

    async def unless(self, attempt: Attempt, work: Coroutine[Any, Any, T], cut: Callable[[], Awaitable[T]]) -> T:
        """The work to its end; when the bell rings, what `cut` does instead."""
        if attempt.id not in self._bells:
            return await work
        return await _unless(self._bells[attempt.id][1], work, cut)


async def _unless(bell: asyncio.Event, work: Coroutine[Any, Any, T], cut: Callable[[], Awaitable[T]]) -> T:
    working, ringing = asyncio.ensure_future(work), asyncio.ensure_future(bell.wait())
    try:
        await asyncio.wait({working, ringing}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
    finally:
        ringing.cancel()
        working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return await cut()


async def say_cancelled(call: Call, attempt: Attempt, spoken: Spoken | None, store: Store) -> Outcome:
    """Tell whoever is on the line, and hang up. Raises LinkLost."""
    log.info("call_cut", alert=attempt.alert_id)
    with contextlib.suppress(Hangup, PlaybackFailed):
        await call.stop_playing()
        if spoken:
            await call.play(spoken.voice.prompt("alert_cancelled"))
        await call.hang_up()
        await call.ended(GONE_S)
    who = await attempts.answered_by(store, attempt.id)
    return Outcome(
        who or Disposition.HUMAN, heard=call.heard(spoken.message) if spoken else 0.0, sip=200, cause=WE_HUNG_UP
    )
