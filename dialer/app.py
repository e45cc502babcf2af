"""The dialer: claims calls that are due, holds them to the trunks' pace, places them, records them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from alerts import phone
from alerts.model import Alert, Attempt, Errand, Language
from alerts.outcome import Disposition, Outcome, Reply
from alerts.status import AlertStatus, AttemptStatus
from db import alerts, attempts
from db.errors import StoreError
from dialer import listen, place, record
from dialer.trunks import Trunks, TrunkState
from ivr.scripts.deliver_alert import Spoken
from ivr.switchboard import Switchboard
from telephony import ari, events
from telephony.call import Call, LinkLost

POLL_S = 0.25  # how soon an alert written by another program is seen
SWEEP_S = 5.0
UNSETTLED_S = 10.0  # for the calls of a lost link to leave their scripts
STORE_TROUBLE_S = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Manner:
    """How calls are placed. `caller_id`: `"NAME" <number>`; `ring_s`: before a call counts as not answered."""

    caller_id: str
    ring_s: float


class Dialer:
    """One dialer on one Asterisk. `run` claims and places; `reconcile` is called each time the link comes up."""

    def __init__(self, link: ari.Ari, board: Switchboard, trunks: Trunks, manner: Manner) -> None:
        self._link = link
        self._board = board
        self._store = board.store
        self._trunks = trunks
        self._manner = manner
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._spoken: dict[tuple[int, Language], Spoken] = {}
        self._reconciled = asyncio.Event()
        self._wake = asyncio.Event()
        self._swept = 0.0

    def open_calls(self) -> int:
        return len(self._tasks)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._turn()
            except StoreError as error:
                log.error("dialer_store_trouble", error=str(error))
                await asyncio.sleep(STORE_TROUBLE_S)

    async def close(self, *, patience_s: float) -> None:
        """Let open calls come to their end, then hang up; what was cut short is tried again at the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=patience_s)
        for attempt_id, task in list(self._tasks.items()):
            task.cancel()
            with contextlib.suppress(ari.LinkDown, ari.AriError, TimeoutError):
                await self._link.hang_up(attempt_id)
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    # -- one turn -----------------------------------------------------------------------------------------------------

    async def _turn(self) -> None:
        await self._link.up.wait()
        await self._reconciled.wait()
        self._wake.clear()
        await self._prepare()
        room = self._trunks.room()
        due = await attempts.claim(self._store, room, now=self._board.now()) if room else []
        for attempt in due:
            self._start(attempt)
        await self._sweep()
        if not due:
            await self._rest()

    async def _rest(self) -> None:
        wait_s = POLL_S
        next_due = await attempts.next_due(self._store)
        if next_due is not None:
            until_due = (next_due - self._board.now()) / timedelta(seconds=1)
            wait_s = min(POLL_S, max(0.01, until_due))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), wait_s)

    async def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._swept >= SWEEP_S:
            self._swept = now
            await attempts.sweep(self._store, self._board.now())

    async def _prepare(self) -> None:
        """All audio of an alert is made before its first call."""
        for alert in await alerts.listing(self._store, status=AlertStatus.QUEUED):
            for language in self._board.languages:
                await self._speak(alert, language)
            if await alerts.move(self._store, alert.id, AlertStatus.RUNNING, self._board.now()):
                log.info("alert_running", alert=alert.id, title=alert.title)

    async def _speak(self, alert: Alert, language: Language) -> Spoken:
        key = (alert.id, language)
        if key not in self._spoken:
            voice = self._board.voice(language)
            text = alert.texts.get(language) or next(iter(alert.texts.values()))
            message = await asyncio.to_thread(self._board.studio.say, text, language)
            self._spoken[key] = Spoken(voice.prompt("alert_who"), message, voice)
        return self._spoken[key]

    # -- one call -----------------------------------------------------------------------------------------------------

    def _start(self, attempt: Attempt, *, channel: events.Channel | None = None) -> None:
        trunk = self._trunks.named(attempt.trunk) if channel else self._trunks.take()
        task = asyncio.create_task(self._call(attempt, trunk, channel))
        self._tasks[attempt.id] = task
        task.add_done_callback(lambda _: self._done(attempt, trunk))

    def _done(self, attempt: Attempt, trunk: TrunkState) -> None:
        self._tasks.pop(attempt.id, None)
        trunk.pace.give_back()
        self._wake.set()

    async def _call(self, attempt: Attempt, trunk: TrunkState, channel: events.Channel | None) -> None:
        with structlog.contextvars.bound_contextvars(call=attempt.id), self._link.listen(attempt.id) as line:
            try:
                if channel is None:
                    result = await self._place(attempt, trunk, line)
                else:
                    result = await self._take_up(attempt, trunk, channel, line)
            except LinkLost:
                return  # the attempt stays open in the store: `reconcile` finds out
            except place.NotAnswered as end:
                result = end.outcome
            except StoreError as error:
                log.error("call_store_trouble", error=str(error))
                await self._link.hang_up(attempt.id)
                result = Outcome(Disposition.INTERRUPTED)
            await self._record(attempt, self._trunks.judge(trunk, result))

    async def _place(self, attempt: Attempt, trunk: TrunkState, line: ari.Line) -> Outcome:
        log.info("call_out", number=phone.masked(attempt.address), alert=attempt.alert_id, trunk=trunk.trunk.name)
        spoken = await self._spoken_for(attempt)
        await place.order(
            self._link, attempt, trunk.trunk, caller_id=self._manner.caller_id, ring_s=self._manner.ring_s
        )
        placed_at, name = self._board.now(), trunk.trunk.name
        await record.step(attempts.advance(self._store, attempt.id, AttemptStatus.PLACED, at=placed_at, trunk=name))
        call = await self._answered(attempt, trunk, line)
        return await listen.converse(call, attempt, self._board, spoken)

    async def _take_up(self, attempt: Attempt, trunk: TrunkState, channel: events.Channel, line: ari.Line) -> Outcome:
        """A call that was open when this program started, or when the link came back."""
        log.info("call_taken_up", number=phone.masked(attempt.address), state=channel.state)
        spoken = await self._spoken_for(attempt)
        if channel.state != "Up":
            call = await self._answered(attempt, trunk, line)
            return await listen.converse(call, attempt, self._board, spoken)
        await record.step(attempts.advance(self._store, attempt.id, AttemptStatus.ANSWERED, at=self._board.now()))
        call = Call(self._link, channel, line)
        return await listen.converse(call, attempt, self._board, spoken, adopted=True)

    async def _answered(self, attempt: Attempt, trunk: TrunkState, line: ari.Line) -> Call:
        return await place.until_answered(
            self._link,
            line,
            attempt,
            ring_s=self._manner.ring_s,
            store=self._store,
            clock=self._board.now,
            passes=trunk.passes,
        )

    async def _spoken_for(self, attempt: Attempt) -> Spoken | None:
        if attempt.errand is Errand.CODE or attempt.alert_id is None:
            return None
        if (spoken := self._spoken.get((attempt.alert_id, attempt.language))) is not None:
            return spoken
        alert = await alerts.get(self._store, attempt.alert_id)
        return await self._speak(alert, attempt.language) if alert else None

    async def _record(self, attempt: Attempt, outcome: Outcome) -> None:
        await record.outcome(self._store, attempt, outcome, clock=self._board.now)

    # -- after a restart, or a lost link -------------------------------------------------------------------------------

    async def reconcile(self, channels: Sequence[events.Channel]) -> None:
        """Compare the store with what Asterisk has: calls still open are taken up, those gone are finished."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=UNSETTLED_S)
        living: Mapping[str, events.Channel] = {channel.id: channel for channel in channels}
        for attempt in await attempts.open_attempts(self._store):
            if attempt.id in self._tasks:
                continue
            if attempt.id in living:
                self._start(attempt, channel=living[attempt.id])
            else:
                await self._close_gone(attempt)
        self._reconciled.set()

    def lost(self) -> None:
        """The link is gone: nothing is claimed until it is reconciled."""
        self._reconciled.clear()

    async def _close_gone(self, attempt: Attempt) -> None:
        if attempt.status is AttemptStatus.CLAIMED:
            await attempts.release(self._store, attempt.id)
            return
        # The reply was stored at the key press: it stands, whatever became of the call.
        known = attempt.reply is not Reply.NONE
        disposition = Disposition.HUMAN if known else Disposition.INTERRUPTED
        await self._record(attempt, Outcome(disposition, attempt.reply, heard=attempt.heard))
