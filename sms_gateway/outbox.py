"""Texts out: claim, send, record.

A text is marked `sending` in the store before a single octet of it leaves. What is still marked after a crash may or
may not have been sent: it becomes `unknown`, and nobody gets it twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Set
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
import tenacity

from db.engine.errors import StoreError
from db.engine.store import Store
from db.residents import dead_numbers
from db.texts import messages
from rules import phone, usable
from rules.model import Message
from rules.suspicion import HOLD_S, Placed
from sms_gateway.carrier_judgement import CarrierJudge
from sms_gateway.errors import Reason, SendFailed, described
from sms_gateway.metrics import TEXTS
from sms_gateway.provider import Accepted, Provider
from supervision.tasks import Tasks

log = structlog.get_logger()

POLL_S = 0.25
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
MOST_DOUBLINGS = 10  # far beyond the longest delay

STORE_TROUBLE_S = 1.0
"""Pause when the store fails: the disk is full, say."""

RECORD_TRIES = 5
SEND_S = 600.0
"""For all parts of a text; each has its own limits, and the carrier's pace."""

HELD = timedelta(seconds=2 * HOLD_S)
"""Longer than a refused text is judged: nobody else takes it meanwhile."""

WATCH_S = 3.0
"""How often the texts that nothing sends any more are looked for."""

STOP_S = 11.0
"""At the end, texts under way may still get their response: a little longer than a carrier may take for it."""


class Outbox:
    """Hands waiting texts to the provider, never more than its window at once. Numbers outside `area_codes` get none.

    Whatever fails while a text is sent, the text does not stay `sending`: it waits again where it surely did not leave,
    and is `unknown` where it may have.
    """

    def __init__(
        self,
        store: Store,
        provider: Provider,
        area_codes: Set[str] = phone.CANADIAN_AREA_CODES,
        *,
        judge: CarrierJudge | None = None,
    ) -> None:
        self._store, self._provider, self._area_codes = store, provider, area_codes
        self._judge = judge or CarrierJudge()
        self._texts = Tasks[str]("text")
        self._claiming = asyncio.Lock()
        self._unsent = 0
        self._room = asyncio.Event()

    async def run(self) -> None:
        """For ever; ends by cancellation, once the texts under way are recorded."""
        beside = Tasks[str]("outbox")
        beside.keep("watch", self._watch)
        beside.keep("judge", self._judge.run)
        try:
            while True:
                await _tolerant(self._fill)
        finally:
            await beside.close()
            self._judge.close()
            await self._texts.wait(STOP_S)
            await self._texts.close()

    async def _fill(self) -> None:
        await self._provider.connected()
        async with self._claiming:
            room = self._judge.room(self._provider.window) - self._unsent
            claimed = await messages.claim(
                self._store, room, channel=self._provider.channel, provider=self._provider.name, now=_now()
            )
            self._judge.left(len(claimed))
            for message in claimed:
                self._start(message)
        if len(claimed) < max(1, room):
            await asyncio.sleep(POLL_S)
        else:
            self._room.clear()
            await self._room.wait()

    def _start(self, message: Message) -> None:
        """What sending it raises is told; `_watch` then finds that nothing sends the text any more."""
        self._unsent += 1
        self._texts.start(message.id, self._send(message))

    async def _watch(self) -> None:
        """What is `sending` in the store and not under way here was lost track of: by a program that died, at first."""
        reason = messages.STOPPED
        while True:
            await _tolerant(partial(self._find_lost, reason))
            reason = Reason.FAULT.word
            await asyncio.sleep(WATCH_S)

    async def _find_lost(self, reason: str) -> None:
        async with self._claiming:
            channel, under_way = self._provider.channel, tuple(self._texts)
            lost = await messages.lost_track(self._store, _now(), channel=channel, but=under_way, reason=reason)
        if lost:
            log.error("texts_with_unknown_fate", count=lost, remedy="see `tocsin alert show`: they are not sent again")

    async def _send(self, message: Message) -> None:
        call = self._judge.responses.place(message.address)
        with self._under_way():
            result = await self._result(message, call)
            if not (isinstance(result, SendFailed) and result.reason.dead_number):
                await self._record(message, result)
                return
        await self._until_known(message, call, result)

    @contextlib.contextmanager
    def _under_way(self) -> Iterator[None]:
        self._judge.under_way += 1
        try:
            yield
        finally:
            self._judge.under_way -= 1

    async def _result(self, message: Message, call: Placed) -> Accepted | SendFailed:
        try:
            result = await self._handed_over(message)
        finally:
            self._unsent -= 1
            if self._unsent <= self._provider.window // 2:  # claims in batches cost the store less
                self._room.set()
            self._judge.responses.over(call)
        if isinstance(result, Accepted):
            self._judge.responses.lives(call)
            self._judge.expect(message.address, result.external_ids)
        return result

    async def _until_known(self, message: Message, call: Placed, denied: SendFailed) -> None:
        """The text waits in the store while it is not known whether the number or the carrier is at fault."""
        await self._persistently(partial(messages.postpone, self._store, message.id, until=_now() + HELD))
        doubted = await dead_numbers.is_doubted(self._store, message.address, message.channel)
        stands = await self._judge.responses.denies(call, doubted=doubted)
        if stands is not None:
            await self._record(message, denied if stands else SendFailed(Reason.DENIES_ALL, denied.detail))

    async def _record(self, message: Message, result: Accepted | SendFailed) -> None:
        now = _now()
        await self._persistently(lambda: record(self._store, message, result, now))

    async def _persistently(self, work: Callable[[], Awaitable[object]]) -> None:
        async for again in tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(Exception),
            stop=_is_no_store_trouble,
            wait=tenacity.wait_fixed(STORE_TROUBLE_S),
            before_sleep=_complain,
            reraise=True,
        ):
            with again:
                await work()

    async def _handed_over(self, message: Message) -> Accepted | SendFailed:
        if not usable.allowed(message.channel, message.address, self._area_codes):
            return SendFailed(Reason.NOT_ALLOWED)
        try:
            async with asyncio.timeout(SEND_S):
                return await self._provider.send(message.address, message.body)
        except SendFailed as failure:
            return failure
        except TimeoutError:
            return SendFailed(Reason.NO_RESPONSE, f"within {SEND_S:g} s")
        except Exception as error:
            return SendFailed(Reason.FAULT, " ".join(described(error).values()))


async def _tolerant(work: Callable[[], Awaitable[None]]) -> None:
    """Do it; when it fails, say so and wait a little: whoever calls goes on."""
    try:
        await work()
    except Exception as error:
        log.error("sms_store_trouble" if isinstance(error, StoreError) else "sms_outbox_failed", **described(error))
        await asyncio.sleep(STORE_TROUBLE_S)


def _is_no_store_trouble(state: tenacity.RetryCallState) -> bool:
    """The store works again at some time; of anything else, a few tries are enough."""
    error = state.outcome.exception() if state.outcome else None
    return not isinstance(error, StoreError) and state.attempt_number >= RECORD_TRIES


async def record(store: Store, message: Message, result: Accepted | SendFailed, now: datetime) -> None:
    """Store what became of a text, then announce it. Raises StoreError."""
    if isinstance(result, SendFailed):
        await record_failure(store, message, result, now)
        return
    ids, provider = result.external_ids, message.provider
    await messages.sent(store, message.id, provider=provider, external_ids=ids, parts=len(ids), now=now)
    TEXTS.labels("sent").inc()
    log.info("sms_sent", message=message.id, to=phone.masked(message.address), parts=len(ids))


async def record_failure(store: Store, message: Message, failure: SendFailed, now: datetime) -> None:
    """Unsure: never again by itself. Worth a retry: back to waiting. Else: failed."""
    reason, again = failure.reason, next_try(message.tries, failure.reason, now)
    if reason.unsure:
        await messages.unknown(store, message.id, reason.word, now=now)
        TEXTS.labels("unknown").inc()
    elif again is not None:
        await messages.postpone(store, message.id, until=again)
    else:
        await messages.failed(
            store, message.id, reason.word, now=now, dead_number=reason.dead_number, where=failure.where
        )
        TEXTS.labels("not_sent").inc()
    report = log.error if reason.our_fault else log.warning
    report(
        "sms_not_sent",
        message=message.id,
        to=phone.masked(message.address),
        reason=reason.word,
        detail=failure.detail,
        again=again and again.isoformat(),
        meaning=reason.for_operator,
    )


def next_try(tries: int, reason: Reason, now: datetime) -> datetime | None:
    """When to send again what the carrier did not take; None: never. `tries`: those made, this one included. They have
    no maximum: a text waits until its own end, or that of its alert."""
    if reason is Reason.NOT_CONNECTED:
        return now
    if not reason.retry:
        return None
    delay_s = FIRST_RETRY_S * 2 ** min(tries - 1, MOST_DOUBLINGS)
    return now + timedelta(seconds=min(LONGEST_RETRY_S, delay_s))


def _complain(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.error("sms_not_recorded_yet", **(described(error) if isinstance(error, Exception) else {}))


def _now() -> datetime:
    return datetime.now(UTC)
