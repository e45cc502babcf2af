"""The dialer: claims calls that are due, holds them to the trunks' pace, places them, records them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from alerts import phone
from alerts.model import Attempt, Language
from alerts.outcome import Disposition, Outcome, Reply
from alerts.status import AttemptStatus
from db import attempts
from db.errors import StoreError
from dialer import cut, listen, metrics, place, record, taken_up
from dialer.manner import Manner
from dialer.speech import Speech
from dialer.trunk import Leg
from dialer.trunks import Trunks
from ivr.scripts.deliver_alert import Spoken
from ivr.switchboard import Switchboard
from telephony import ari, events
from telephony.call import Call, CutShort, LinkLost
from telephony.tap import Taps

TOGETHER_S = 0.1  # lines that become free within this time get their calls in one claim
POLL_S = 0.5  # how soon an alert written by another program is seen
SWEEP_S = 5.0
UNSETTLED_S = 10.0  # for the calls of a lost link to leave their scripts
STORE_TROUBLE_S = 2.0

log = structlog.get_logger()


class Dialer:
    """One dialer on one Asterisk; without `taps` whoever answers is a person. `run` claims and places; `reconcile` is
    called each time the link comes up."""

    def __init__(
        self, link: ari.Ari, board: Switchboard, trunks: Trunks, manner: Manner, taps: Taps | None = None
    ) -> None:
        self._link = link
        self._board = board
        self._store = board.store
        self._trunks = trunks
        self._manner = manner
        self._taps = taps
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._adrift: set[str] = set()  # calls whose script ended with the link
        self._reconciled = asyncio.Event()
        self._claiming = asyncio.Lock()  # what is being claimed is not compared with Asterisk's channels
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._speech = Speech(board, self.look)
        self._swept = self._polled = 0.0
        self._cuts = cut.Cuts(board.store)

    def open_calls(self) -> int:
        return len(self._tasks)

    def look(self) -> None:
        """There is something new in the store."""
        self._news.set()
        self._wake.set()

    def ahead(self, texts: Mapping[Language, str]) -> None:
        """These may soon be the texts of an alert."""
        self._speech.ahead(texts)

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
        await self._speech.close()
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
        began = asyncio.get_running_loop().time()
        if self._news.is_set() or began >= self._polled + POLL_S:
            self._news.clear()
            self._polled = began
            await self._cuts.look()
            await self._speech.prepare()
        await self._look_after()
        async with self._claiming:
            rest_s = await self._claim()
        await self._sweep()
        await self._rest(rest_s, began)

    async def _look_after(self) -> None:
        """Scripts that learnt of the lost link only after it was back: nobody follows their calls."""
        adrift = self._adrift - self._tasks.keys()
        if adrift:
            self._adrift -= adrift
            async with self._claiming:
                with contextlib.suppress(ari.LinkDown, ari.AriError):
                    await self._compare()

    async def _claim(self) -> float:
        """Place what is due, as far as there is room; how long until there may be more, unless something happens."""
        room = self._trunks.room() if self._reconciled.is_set() else 0
        if not room:
            return TOGETHER_S  # of a trunk that may call again, nobody tells
        now = self._board.now()
        due_at = await attempts.next_due(self._store, now=now, purposes=self._manner.purposes(now))
        if due_at is None:
            return POLL_S
        if due_at > now:
            return min(POLL_S, (due_at - now) / timedelta(seconds=1))
        await self._start_due(await self._take(room, now))
        return TOGETHER_S

    async def _take(self, room: int, now: datetime) -> list[Attempt]:
        purposes, most = self._manner.purposes(now), self._manner.calls_an_hour
        held = self._trunks.held()
        return await attempts.claim(self._store, room, now=now, purposes=purposes, calls_an_hour=most, held=held)

    async def _start_due(self, due: Sequence[Attempt]) -> None:
        legs = [(attempt, self._trunks.take(attempt.address)) for attempt in due]
        for attempt, leg in legs:
            if leg is not None:
                self._start(attempt, leg)
        # More for one exchange than it may have.
        await asyncio.gather(*(attempts.release(self._store, attempt.id) for attempt, leg in legs if leg is None))

    async def _rest(self, rest_s: float, began: float) -> None:
        """Until then or until something happens; but for news in the store, what happens soon after is one turn's."""
        loop = asyncio.get_running_loop()
        for event, until in ((self._wake, loop.time() + rest_s), (self._news, began + TOGETHER_S)):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await event.wait()

    async def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._swept >= SWEEP_S:
            self._swept = now
            await attempts.sweep(self._store, self._board.now())

    # -- one call -----------------------------------------------------------------------------------------------------

    def _start(self, attempt: Attempt, leg: Leg, *, found: taken_up.Found | None = None) -> None:
        task = asyncio.create_task(self._call(attempt, leg, found))
        self._tasks[attempt.id] = task
        task.add_done_callback(lambda _: self._done(attempt, leg))

    def _done(self, attempt: Attempt, leg: Leg) -> None:
        self._tasks.pop(attempt.id, None)
        leg.over()
        self._wake.set()

    async def _call(self, attempt: Attempt, leg: Leg, found: taken_up.Found | None) -> None:
        """A task of its own."""
        structlog.contextvars.bind_contextvars(**_who(attempt, leg.trunk.trunk.name))
        listening = found.listening() if found else self._link.listen(attempt.id)
        with listening as line, self._cuts.within(attempt, line):
            try:
                result = await self._followed(attempt, leg, found, line)
            except LinkLost:
                self._adrift.add(attempt.id)
                return
            outcome = await self._trunks.judge(leg, result)
            self._wake.set()  # its line is free: the next call need not wait until this one is recorded
            await record.outcome(self._store, attempt, outcome, clock=self._board.now)
            metrics.count(leg.trunk.trunk.name, outcome, leg.lasted_s)
            await self._hasten(attempt)
            await record.code_again(self._store, attempt, result, now=self._board.now())

    async def _hasten(self, attempt: Attempt) -> None:
        """A call that its trunk did not carry goes to another at once."""
        if self._trunks.another(attempt.address):
            with contextlib.suppress(StoreError):
                await attempts.hasten(self._store, attempt, now=self._board.now())

    async def _followed(self, attempt: Attempt, leg: Leg, found: taken_up.Found | None, line: ari.Line) -> Outcome:
        """The call to its end. Raises LinkLost."""
        try:
            if found is None:
                return await self._place(attempt, leg, line)
            return await self._take_up(attempt, leg, found.channel, line)
        except place.NotAnswered as end:
            return end.outcome
        except LinkLost:
            raise
        except Exception:
            # Whatever it was, nobody is left on a silent line, and the resident is called again.
            log.exception("call_failed")
            await place.hang_up(self._link, attempt)
            return Outcome(Disposition.INTERRUPTED)

    async def _place(self, attempt: Attempt, leg: Leg, line: ari.Line) -> Outcome:
        trunk = leg.trunk.trunk
        log.debug("call_out", number=phone.masked(attempt.address))
        spoken = await self._speech.of(attempt)
        caller_id = f'"{self._manner.name}" <{trunk.written(self._manner.number)}>'
        await place.order(self._link, attempt, trunk, caller_id=caller_id, ring_s=self._manner.ring_s)
        record.moved(self._store, attempt, AttemptStatus.PLACED, at=self._board.now(), trunk=trunk.name)
        call = await self._answered(attempt, leg, line)
        return await self._talk(call, attempt, spoken)

    async def _talk(
        self, call: Call, attempt: Attempt, spoken: Spoken | None, met: listen.Met = listen.Met.FRESH
    ) -> Outcome:
        try:
            return await listen.converse(call, attempt, self._board, spoken, self._taps, met=met)
        except CutShort:
            return await cut.say_cancelled(call, attempt, spoken, self._store)

    async def _take_up(self, attempt: Attempt, leg: Leg, channel: events.Channel, line: ari.Line) -> Outcome:
        """A call that was open when this program started, or when the link came back."""
        log.info("call_taken_up", number=phone.masked(attempt.address), state=channel.state)
        spoken = await self._speech.of(attempt)
        if channel.state != "Up":
            call = await self._answered(attempt, leg, line)
            return await self._talk(call, attempt, spoken)
        record.moved(self._store, attempt, AttemptStatus.ANSWERED, at=self._board.now())
        call = Call(self._link, channel, line)
        return await self._talk(call, attempt, spoken, listen.Met.AGAIN)

    async def _answered(self, attempt: Attempt, leg: Leg, line: ari.Line) -> Call:
        return await place.until_answered(
            self._link,
            line,
            attempt,
            ring_s=self._manner.ring_s,
            store=self._store,
            clock=self._board.now,
            passes=leg.passes,
        )

    # -- after a restart, or a lost link -------------------------------------------------------------------------------

    async def reconcile(self) -> None:
        """Compare the store with what Asterisk has: calls still open are taken up, those gone are finished."""
        self._reconciled.clear()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=UNSETTLED_S)
        async with self._claiming:
            await self._compare()
        self._reconciled.set()

    async def _compare(self) -> None:
        unsettled = [each for each in await attempts.open_attempts(self._store) if each.id not in self._tasks]
        with contextlib.ExitStack() as listening:
            # Listen before looking: what happens from now on is not missed.
            ears = {each.id: taken_up.listening(self._link, each.id, listening) for each in unsettled}
            living: Mapping[str, events.Channel] = {each.id: each for each in await self._link.channels()}
            for attempt in unsettled:
                if attempt.id in living:
                    line, own = ears[attempt.id]
                    self._adopt(attempt, taken_up.Found(living[attempt.id], line, own.pop_all()))
                else:
                    await self._close_gone(attempt)

    def _adopt(self, attempt: Attempt, found: taken_up.Found) -> None:
        trunk = attempt.trunk or found.trunk
        if attempt.status is AttemptStatus.CLAIMED:  # it was placed, and that not stored any more
            record.moved(self._store, attempt, AttemptStatus.PLACED, at=self._board.now(), trunk=trunk)
        self._start(attempt, self._trunks.named(trunk, attempt.address), found=found)

    def lost(self) -> None:
        """The link is gone: nothing is claimed until it is reconciled."""
        self._reconciled.clear()

    @property
    def reconciled(self) -> bool:
        return self._reconciled.is_set()

    async def _close_gone(self, attempt: Attempt) -> None:
        """Nobody knows any more what became of it. Even one that was only claimed may have been placed, and hold the
        telephone's line until the network gives it up."""
        # The reply was stored at the key press: it stands, whatever became of the call.
        known = attempt.reply is not Reply.NONE
        disposition = Disposition.HUMAN if known else Disposition.INTERRUPTED
        outcome = Outcome(disposition, attempt.reply, heard=attempt.heard)
        with structlog.contextvars.bound_contextvars(**_who(attempt, attempt.trunk)):
            await record.outcome(self._store, attempt, outcome, clock=self._board.now)


def _who(attempt: Attempt, trunk: str) -> dict[str, Any]:
    """What every line of the log about a call says."""
    return {"call": attempt.id, "alert": attempt.alert_id, "trunk": trunk}
