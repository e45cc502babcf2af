"""Compares the store with what Asterisk has, after a restart or a lost link: open calls are taken up, those gone are
finished."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog

from alerts.model import Attempt
from alerts.outcome import Disposition, Outcome, Reply
from alerts.status import AttemptStatus
from db import attempts
from dialer import record, taken_up
from dialer.open_calls import OpenCalls, who
from dialer.trunks import Trunks
from ivr.switchboard import Switchboard
from telephony import ari, events

UNSETTLED_S = 10.0  # for the calls of a lost link to leave their scripts


class Reconciler:
    """`claiming` is held while calls are claimed: these are not compared with Asterisk's channels."""

    def __init__(
        self, link: ari.Ari, board: Switchboard, trunks: Trunks, calls: OpenCalls, claiming: asyncio.Lock
    ) -> None:
        self._link = link
        self._board = board
        self._store = board.store
        self._trunks = trunks
        self._calls = calls
        self._claiming = claiming
        self.done = asyncio.Event()

    async def look_after(self) -> None:
        """Scripts that learnt of the lost link only after it was back: nobody follows their calls."""
        if self._calls.take_adrift():
            async with self._claiming:
                with contextlib.suppress(ari.LinkDown, ari.AriError):
                    await self._compare()

    async def reconcile(self) -> None:
        """Compare the store with what Asterisk has: calls still open are taken up, those gone are finished."""
        self.done.clear()
        await self._calls.wait(UNSETTLED_S)
        async with self._claiming:
            await self._compare()
        self.done.set()

    async def _compare(self) -> None:
        unsettled = [each for each in await attempts.open_attempts(self._store) if each.id not in self._calls]
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
        self._calls.start(attempt, self._trunks.named(trunk, attempt.address), found=found)

    def lost(self) -> None:
        """The link is gone: nothing is claimed until it is reconciled."""
        self.done.clear()

    async def _close_gone(self, attempt: Attempt) -> None:
        """Nobody knows any more what became of it. Even one that was only claimed may have been placed, and hold the
        telephone's line until the network gives it up."""
        # The reply was stored at the key press: it stands, whatever became of the call.
        known = attempt.reply is not Reply.NONE
        disposition = Disposition.HUMAN if known else Disposition.INTERRUPTED
        outcome = Outcome(disposition, attempt.reply, heard=attempt.heard)
        with structlog.contextvars.bound_contextvars(**who(attempt, attempt.trunk)):
            await record.outcome(self._store, attempt, outcome, clock=self._board.now)
