"""Compares the store with what Asterisk has, after a restart or a lost link: open calls are taken up, those gone are
finished."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog

from db.queue import attempts
from dialer import record, resumed
from dialer.open_calls import OpenCalls, who
from dialer.trunks import Trunks
from ivr.context import Context
from rules.model import Attempt
from rules.status import AttemptStatus
from telephony import ari, events

UNSETTLED_S = 10.0  # for the calls of a lost link to leave their scripts
LOOK_S = 3.0

log = structlog.get_logger()


class Reconciler:
    """`claiming` is held while calls are claimed: these are not compared with Asterisk's channels."""

    def __init__(
        self,
        link: ari.Ari,
        context: Context,
        trunks: Trunks,
        calls: OpenCalls,
        claiming: asyncio.Lock,
    ) -> None:
        self._link = link
        self._context = context
        self._store = context.store
        self._trunks = trunks
        self._calls = calls
        self._claiming = claiming
        self.done = asyncio.Event()
        self._looked_at = 0.0

    async def look_after(self) -> None:
        """Every LOOK_S: attempts that are open in the store while nothing follows them. A script may have learnt of the
        lost link only after it was back; a fault may have come between the claim and the call."""
        now = asyncio.get_running_loop().time()
        if now < self._looked_at + LOOK_S:
            return
        self._looked_at = now
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
        followed = set(self._calls)  # as they were before: one that ends meanwhile is recorded by its own task
        unsettled = [each for each in await attempts.open_attempts(self._store) if each.id not in followed]
        if not unsettled:
            return
        with contextlib.ExitStack() as listening:
            # Listen before looking: what happens from now on is not missed.
            ears = {each.id: resumed.listening(self._link, each.id, listening) for each in unsettled}
            living: Mapping[str, events.AsteriskChannel] = {each.id: each for each in await self._link.channels()}
            for attempt in unsettled:
                if attempt.id in living:
                    line, own = ears[attempt.id]
                    self._resume(attempt, resumed.ResumedCall(living[attempt.id], line, own.pop_all()))
        await asyncio.gather(*(self._gone(attempt) for attempt in unsettled if attempt.id not in living))

    def _resume(self, attempt: Attempt, found: resumed.ResumedCall) -> None:
        trunk = attempt.trunk or found.trunk
        if attempt.status is AttemptStatus.CLAIMED:  # it was placed, and that not stored any more
            record.moved(self._store, attempt, AttemptStatus.PLACED, at=self._context.now(), trunk=trunk)
        self._calls.start(attempt, self._trunks.named(trunk, attempt.address), found=found)

    def lost(self) -> None:
        """The link is gone: nothing is claimed until it is reconciled."""
        self.done.clear()

    async def _gone(self, attempt: Attempt) -> None:
        """Even one that was only claimed may have been placed, and hold the telephone's line until the network gives it
        up."""
        with structlog.contextvars.bound_contextvars(**who(attempt, attempt.trunk)):
            try:
                await record.gone(self._context.town, attempt.id)
            except Exception:
                log.exception("attempt_not_closed", again_in_s=LOOK_S)  # the others are closed all the same
