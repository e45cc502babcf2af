"""The dialer: claims calls that are due, holds them to the trunks' pace, places them, records them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from db.engine.errors import StoreError
from db.queue import attempts
from dialer.call_policy import CallPolicy
from dialer.open_calls import OpenCalls
from dialer.reconcile import Reconciler
from dialer.speech import AlertSpeech
from dialer.trunk import TrunkLeg
from dialer.trunks import Trunks
from ivr.context import Context
from rules import phone
from rules.model import Attempt, Language
from rules.usable import Refusal
from telephony import ari
from telephony.tap import Taps

TOGETHER_S = 0.1  # lines that become free within this time get their calls in one claim
POLL_S = 0.5  # how soon an alert written by another program is seen
STORE_TROUBLE_S = 2.0
NOT_ALLOWED_REMEDY = "the next numbers of these people are called; TOCSIN_ALLOWED_AREA_CODES says which may be"

log = structlog.get_logger()


class Dialer:
    """One dialer on one Asterisk; without `taps` whoever answers is a person. `run` claims and places; `reconcile` is
    called each time the link comes up."""

    def __init__(
        self, link: ari.Ari, context: Context, trunks: Trunks, call_policy: CallPolicy, taps: Taps | None = None
    ) -> None:
        self._link = link
        self._context = context
        self._store = context.store
        self._trunks = trunks
        self._call_policy = call_policy
        self._claiming = asyncio.Lock()  # what is being claimed is not compared with Asterisk's channels
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._speech = AlertSpeech(context, self.look)
        self._calls = OpenCalls(link, context, trunks, call_policy, taps, speech=self._speech, over=self._wake.set)
        self._reconciler = Reconciler(link, context, trunks, self._calls, self._claiming)
        self._polled = 0.0

    def open_calls(self) -> int:
        return len(self._calls)

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
        await self._calls.close(patience_s=patience_s)

    async def reconcile(self) -> None:
        """Compare the store with what Asterisk has."""
        await self._reconciler.reconcile()

    def lost(self) -> None:
        """The link is gone: nothing is claimed until it is reconciled."""
        self._reconciler.lost()

    @property
    def reconciled(self) -> bool:
        return self._reconciler.done.is_set()

    # -- one turn -----------------------------------------------------------------------------------------------------

    async def _turn(self) -> None:
        await self._link.up.wait()
        await self._reconciler.done.wait()
        self._wake.clear()
        began = asyncio.get_running_loop().time()
        if self._news.is_set() or began >= self._polled + POLL_S:
            self._news.clear()
            self._polled = began
            await self._calls.aborts.look()
            await self._speech.prepare()
        await self._reconciler.look_after()
        async with self._claiming:
            legs, rest_s = await self._claim()
            for attempt, leg in legs:
                if leg is not None:
                    self._calls.start(attempt, leg)
            # More for one exchange than it may have.
            await asyncio.gather(*(attempts.release(self._store, attempt.id) for attempt, leg in legs if leg is None))
        await self._rest(rest_s, began)

    async def _claim(self) -> tuple[list[tuple[Attempt, TrunkLeg | None]], float]:
        """What is due, as far as there is room, each with the line that it is called on; and how long until there may
        be more, unless something happens."""
        room = self._trunks.room() if self.reconciled else 0
        if not room:
            return [], TOGETHER_S  # no event announces that a trunk may place calls again
        now = self._context.now()
        due_at = await attempts.next_due(self._store, now=now, purposes=self._call_policy.purposes(now))
        if due_at is None:
            return [], POLL_S
        if due_at > now:
            return [], min(POLL_S, (due_at - now) / timedelta(seconds=1))
        found = await self._take(room, now)
        legs = [(attempt, self._trunks.take(attempt.address)) for attempt in await self._allowed(found)]
        # No event announces that an exchange may have more calls; what else keeps a due call back, the next look finds.
        return legs, TOGETHER_S if found or self._trunks.held() else POLL_S

    async def _take(self, room: int, now: datetime) -> list[Attempt]:
        purposes, most = self._call_policy.purposes(now), self._call_policy.calls_an_hour
        held = self._trunks.held()
        return await attempts.claim(self._store, room, now=now, purposes=purposes, calls_an_hour=most, held=held)

    async def _allowed(self, due: Sequence[Attempt]) -> list[Attempt]:
        """The town's list of area codes may have changed since these calls were planned."""
        refused = [attempt.id for attempt in due if not self._may_ring(attempt.address)]
        if refused:
            await attempts.refuse(self._store, refused, reason=Refusal.NOT_ALLOWED, now=self._context.now())
            log.warning("calls_not_allowed", calls=len(refused), remedy=NOT_ALLOWED_REMEDY)
        return [attempt for attempt in due if attempt.id not in refused]

    def _may_ring(self, number: str) -> bool:
        """Without a list of area codes, any number that may ring somewhere."""
        codes = self._context.area_codes
        return phone.allowed(number, codes) if codes else not phone.never_rung(number)

    async def _rest(self, rest_s: float, began: float) -> None:
        """Until then or until something happens; but for news in the store, what happens soon after is one turn's."""
        loop = asyncio.get_running_loop()
        for event, until in ((self._wake, loop.time() + rest_s), (self._news, began + TOGETHER_S)):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await event.wait()
