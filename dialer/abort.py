"""Ends open calls when their alert is cancelled at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from ivr.scripts.deliver_alert import Spoken
from prompts.keys import Key
from rules.model import Attempt
from rules.outcome import Disposition, Outcome
from telephony import ari, events
from telephony.call import Call, PlaybackFailed
from telephony.followed import Hangup

GONE_S = 3.0  # for Asterisk to end a channel
WE_HUNG_UP = 32  # as Asterisk says it

log = structlog.get_logger()


@dataclass(slots=True)
class _Open:
    """An open call of an alert. `cut`: it was told to end."""

    alert_id: int
    line: ari.Line
    cut: bool = False


class Aborts:
    """The open calls of alerts, told on their lines (`events.Cut`) when they are to be ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: dict[str, _Open] = {}

    @contextlib.contextmanager
    def within(self, attempt: Attempt, line: ari.Line) -> Iterator[None]:
        """While the call is open."""
        if attempt.alert_id is not None:
            self._open[attempt.id] = _Open(attempt.alert_id, line)
        try:
            yield
        finally:
            self._open.pop(attempt.id, None)

    async def look(self) -> None:
        """Tell the calls of alerts that are cancelled at once. Raises StoreError."""
        going = {each.alert_id for each in self._open.values() if not each.cut}
        if not going:
            return
        cancelled = await alerts.to_hang_up(self._store, going)
        for each in self._open.values():
            if each.alert_id in cancelled and not each.cut:
                each.cut = True
                each.line.put(events.Abort())


async def say_cancelled(call: Call, attempt: Attempt, spoken: Spoken | None, store: Store) -> Outcome:
    """Tell whoever is on the line, and hang up. Raises LinkLost."""
    log.info("call_cut")
    with contextlib.suppress(Hangup, PlaybackFailed):
        await call.stop_playing()
        if spoken:
            await call.play(spoken.voice.prompt(Key.ALERT_CANCELLED))
        await call.hang_up()
        await call.ended(GONE_S)
    who = await attempts.answered_by(store, attempt.id)
    return Outcome(
        who or Disposition.HUMAN, heard=call.heard(spoken.message) if spoken else 0.0, sip=200, cause=WE_HUNG_UP
    )
