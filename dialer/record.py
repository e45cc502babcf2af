"""Stores what became of a call. It is tried until it is stored: an outcome is never lost to a full disk."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import structlog
import tenacity
from msgspec.structs import replace

from db.engine.errors import StoreError
from db.engine.store import Store
from db.queue import attempts
from db.residents import accounts, leaving
from residents import choices
from residents.town import Town
from rules import phone
from rules.model import Attempt, CallPurpose
from rules.outcome import NEVER_RANG, DeliveryOutcome, Disposition, Outcome, Reply, denies, of_call
from rules.status import AttemptStatus

STEP_S = 1.0  # a person hears nothing meanwhile
TOGETHER_S = 0.2  # what happens to several calls within this time is stored in one transaction
RETRY_S = 5.0
TRIES = 5
CODE_AGAIN = timedelta(seconds=20)
DID_NOT_RING = (*NEVER_RANG, Disposition.BUSY, Disposition.INTERRUPTED)
VIA = "alert"  # how the resident said that they want no more calls
NOT_YET = "outcome_not_stored_yet"

log = structlog.get_logger()


def soon(storing: asyncio.Future[bool]) -> None:
    """How far an open call has come is being stored; the call goes on meanwhile. The steps of a call are stored in
    their order, its outcome last."""
    storing.add_done_callback(_complain_of_step)


def moved(store: Store, attempt: Attempt, to: AttemptStatus, *, at: datetime, trunk: str | None = None) -> None:
    """How far a call has come, soon in the store."""
    soon(attempts.advance(store, attempt.id, to, at=at, trunk=trunk, within_s=TOGETHER_S))


async def step(write: Awaitable[object]) -> None:
    """Store something before the call goes on, or beside it when the store takes long."""
    storing: asyncio.Future[object] = asyncio.ensure_future(write)
    storing.add_done_callback(_complain_of_step)
    await asyncio.wait({storing}, timeout=STEP_S)


async def reply(town: Town, attempt: Attempt, new: Reply) -> None:
    """Waited for, however long it takes: nobody is told that it is noted before it is. Both writes are made even when
    the call is cut meanwhile. Raises StoreError."""
    storing: list[asyncio.Future[Any]] = [attempts.reply(town.store, attempt.id, new, now=town.now())]
    if new is Reply.OPTED_OUT:
        storing.append(asyncio.ensure_future(step(choices.calls_off(town, attempt.address, via=VIA))))
    both = asyncio.gather(*storing)
    both.add_done_callback(_complain_of_step)
    await asyncio.shield(both)


async def outcome(town: Town, attempt: Attempt, result: Outcome, *, where: str = "") -> None:
    """Stored first, announced after. `where`: host:port of the trunk. A store in trouble is waited for; any other fault
    is raised when it is still there after TRIES."""
    ended_at = town.now()

    async def finish() -> DeliveryOutcome | None:
        if result.reply is Reply.OPTED_OUT:  # once stored already, it stands
            await choices.calls_off(town, attempt.address, via=VIA)
        return await attempts.finish(town.store, attempt.id, result, now=ended_at, within_s=TOGETHER_S, where=where)

    try:
        settled = await finish()
    except Exception as error:
        log.error(NOT_YET, error=repr(error))
        settled = await _persisting()(finish)
    log.info(
        "call_out_over",
        number=phone.masked(attempt.address),
        disposition=result.disposition,
        reply=result.reply,
        heard=round(result.heard, 2),
        sip=result.sip,
        cause=result.cause,
        settled=settled,
    )


async def code_again(town: Town, attempt: Attempt, result: Outcome) -> None:
    """A code that reached nobody is read once more, within the limits of codes. Who is asked whether they leave is
    called again only where no telephone rang."""

    store, now = town.store, town.now()

    async def queue() -> None:
        if attempt.errand is CallPurpose.LEAVE and result.disposition in DID_NOT_RING:
            await leaving.call_again(store, attempt, due_at=now + CODE_AGAIN, now=now)
        if attempt.errand is CallPurpose.CODE and result.disposition is not Disposition.HUMAN and not denies(result):
            with contextlib.suppress(accounts.TooManyCodes):
                await attempts.queue_code_again(store, attempt, now=now, due_at=now + CODE_AGAIN)

    await _persisting(limit_s=CODE_AGAIN.total_seconds())(queue)


async def gone(town: Town, attempt_id: str) -> None:
    """Finish an attempt whose call nothing follows any more, if it is open. Raises StoreError."""
    attempt = await attempts.still_open(town.store, attempt_id)
    if attempt is None:
        return
    result = _as_far_as_known(attempt)
    await outcome(town, attempt, result)
    await code_again(town, attempt, result)


def _as_far_as_known(attempt: Attempt) -> Outcome:
    """The reply was stored at the key press, and so was what had been heard: they stand, whatever became of the
    call."""
    known = Outcome(attempt.disposition or Disposition.HUMAN, attempt.reply, heard=attempt.heard)
    return known if of_call(known) else replace(known, disposition=Disposition.INTERRUPTED)


def _persisting(limit_s: float = math.inf) -> tenacity.AsyncRetrying:
    """While the store is in trouble, for so long; after any other fault, TRIES times."""
    return tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(Exception),
        wait=tenacity.wait_exponential(multiplier=0.2, max=RETRY_S),
        stop=lambda state: _is_over(state, limit_s),
        before_sleep=_complain,
        reraise=True,
    )


def _is_over(state: tenacity.RetryCallState, limit_s: float) -> bool:
    error = state.outcome.exception() if state.outcome else None
    foreseen = isinstance(error, StoreError)
    return (state.seconds_since_start or 0.0) > limit_s if foreseen else state.attempt_number >= TRIES


def _complain_of_step(storing: asyncio.Future[Any]) -> None:
    if not storing.cancelled() and (error := storing.exception()):
        log.error("step_not_stored", error=str(error))


def _complain(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.error(NOT_YET, error=str(error))
