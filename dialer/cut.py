"""Ends open calls when their alert is cancelled at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import structlog

from alerts.model import Attempt
from alerts.outcome import Disposition, Outcome
from db import alerts, attempts
from db.store import Store
from ivr.scripts.deliver_alert import Spoken
from telephony.call import Call, Hangup, PlaybackFailed

GONE_S = 3.0  # for Asterisk to end a channel
NOW = 0.0  # has passed on any clock of a loop
WE_HUNG_UP = 32  # as Asterisk says it

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(slots=True)
class _Bell:
    """Rings when a call is to be ended; `work` is what it interrupts."""

    alert_id: int
    rung: bool = False
    work: asyncio.Timeout | None = None

    def ring(self) -> None:
        self.rung = True
        if self.work is not None:
            self.work.reschedule(NOW)


class Cuts:
    """The open calls of alerts, each with a bell that rings when it is to be ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bells: dict[str, _Bell] = {}

    @contextlib.contextmanager
    def bell(self, attempt: Attempt) -> Iterator[None]:
        """While the call is open."""
        if attempt.alert_id is not None:
            self._bells[attempt.id] = _Bell(attempt.alert_id)
        try:
            yield
        finally:
            self._bells.pop(attempt.id, None)

    async def look(self) -> None:
        """Ring for the calls of alerts that are cancelled at once. Raises StoreError."""
        going = {bell.alert_id for bell in self._bells.values() if not bell.rung}
        if not going:
            return
        cancelled = await alerts.to_hang_up(self._store, going)
        for bell in self._bells.values():
            if bell.alert_id in cancelled and not bell.rung:
                bell.ring()

    async def unless(self, attempt: Attempt, work: Awaitable[T], cut: Callable[[], Awaitable[T]]) -> T:
        """The work to its end; when the bell rings, what `cut` does instead."""
        bell = self._bells.get(attempt.id)
        if bell is None:
            return await work
        try:
            async with asyncio.timeout_at(NOW if bell.rung else None) as bell.work:
                return await work
        except TimeoutError:
            if not bell.rung:
                raise
        finally:
            bell.work = None
        return await cut()


async def say_cancelled(call: Call, attempt: Attempt, spoken: Spoken | None, store: Store) -> Outcome:
    """Tell whoever is on the line, and hang up. Raises LinkLost."""
    log.info("call_cut")
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
