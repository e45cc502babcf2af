"""Texts out: claim, send, record.

A text is marked `sending` in the store before a single octet of it leaves. What is still marked after a crash may or
may not have been sent: it becomes `unknown`, and nobody gets it twice.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
import tenacity

from alerts import phone
from alerts.model import Message
from db import messages
from db.errors import StoreError
from db.store import Store
from sms_gateway.errors import Reason, SendFailed
from sms_gateway.metrics import TEXTS
from sms_gateway.provider import Accepted, Provider

log = structlog.get_logger()

POLL_S = 0.25
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
MOST_TRIES = 20
"""Refusals that call for another try, about a quarter of an hour of them; then the text has failed."""

STORE_TROUBLE_S = 1.0
"""Pause when the store fails: the disk is full, say."""

STOP_S = 11.0
"""At the end, texts under way may still get their response: a little longer than a carrier may take for it."""


class Outbox:
    """Hands waiting texts to the provider, never more than its window at once."""

    def __init__(self, store: Store, provider: Provider) -> None:
        self._store, self._provider = store, provider
        self._under_way: set[asyncio.Task[None]] = set()
        self._unsent = 0
        self._room = asyncio.Event()

    async def run(self) -> None:
        """For ever; ends by cancellation, once the texts under way are recorded."""
        try:
            while True:
                await self._provider.connected()
                try:
                    await self._fill()
                except StoreError as error:
                    log.error("sms_store_trouble", error=str(error))
                    await asyncio.sleep(STORE_TROUBLE_S)
        finally:
            await self._settle()

    async def _fill(self) -> None:
        room = self._provider.window - self._unsent
        claimed = await messages.claim(self._store, room, now=_now())
        self._unsent += len(claimed)
        for message in claimed:
            task = asyncio.create_task(self._send(message))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if len(claimed) < room:
            await asyncio.sleep(POLL_S)
        else:
            self._room.clear()
            await self._room.wait()

    async def _send(self, message: Message) -> None:
        try:
            result: Accepted | SendFailed = await self._handed_over(message)
        except SendFailed as failure:
            result = failure
        now = _now()
        async for again in tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(StoreError),
            wait=tenacity.wait_fixed(STORE_TROUBLE_S),
            before_sleep=_complain,
        ):
            with again:
                await record(self._store, message, result, now)

    async def _handed_over(self, message: Message) -> Accepted:
        try:
            return await self._provider.send(message.address, message.body)
        finally:
            self._unsent -= 1
            if self._unsent <= self._provider.window // 2:  # claims in batches cost the store less
                self._room.set()

    async def _settle(self) -> None:
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=STOP_S)
            for task in late:
                task.cancel()


async def record(store: Store, message: Message, result: Accepted | SendFailed, now: datetime) -> None:
    """Store what became of a text, then announce it. Raises StoreError."""
    if isinstance(result, SendFailed):
        await record_failure(store, message, result, now)
        return
    ids = result.provider_ids
    await messages.sent(store, message.id, provider_ids=ids, parts=len(ids), now=now)
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
        await messages.failed(store, message.id, reason.word, now=now, dead_number=reason.dead_number)
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
    """When to send again what the carrier did not take; None: never. `tries`: those made, this one included."""
    if reason is Reason.NOT_CONNECTED:
        return now
    if not reason.retry or tries >= MOST_TRIES:
        return None
    return now + timedelta(seconds=min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (tries - 1)))


def _complain(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.error("sms_not_recorded_yet", error=str(error))


def _now() -> datetime:
    return datetime.now(UTC)
