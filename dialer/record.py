"""Stores what became of a call. It is tried until it is stored: an outcome is never lost to a full disk."""

from __future__ import annotations

import structlog
import tenacity

from alerts import phone
from alerts.model import Attempt
from alerts.outcome import Outcome
from db import attempts
from db.errors import StoreError
from db.store import Store
from dialer.clock import Clock

RETRY_S = 5.0

log = structlog.get_logger()


async def outcome(store: Store, attempt: Attempt, result: Outcome, *, clock: Clock) -> None:
    """Stored first, announced after. Raises nothing but cancellation."""
    ended_at = clock()
    async for again in tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(StoreError),
        wait=tenacity.wait_exponential(multiplier=0.2, max=RETRY_S),
        before_sleep=_complain,
    ):
        with again:
            settled = await attempts.finish(store, attempt.id, result, now=ended_at)
    log.info(
        "call_out_over",
        attempt=attempt.id,
        alert=attempt.alert_id,
        number=phone.masked(attempt.address),
        disposition=result.disposition,
        reply=result.reply,
        heard=round(result.heard, 2),
        sip=result.sip,
        cause=result.cause,
        settled=settled,
    )


def _complain(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.error("outcome_not_stored_yet", error=str(error))
