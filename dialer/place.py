"""Places one call and follows it until somebody answers."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from alerts.model import Attempt
from alerts.outcome import Disposition, Outcome
from alerts.status import AttemptStatus
from db.store import Store
from dialer import record
from dialer.clock import Clock
from telephony import ari, causes, events
from telephony.call import Call
from telephony.followed import LinkLost
from telephony.trunk import Trunk

ANSWER_GRACE_S = 10.0  # beyond the ringing: Asterisk itself ends the call when it has rung long enough
ALREADY_THERE = 409


class NotAnswered(Exception):
    """The call ended before anybody answered."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.disposition)
        self.outcome = outcome


async def order(link: ari.Ari, attempt: Attempt, trunk: Trunk, *, caller_id: str, ring_s: float) -> None:
    """Ask Asterisk for the call, under the attempt's id. Raises NotAnswered when it refuses, LinkLost when nobody
    knows whether it took the order."""
    try:
        await link.originate(trunk.dial(attempt.address), attempt.id, caller_id=caller_id, ring_s=ring_s)
    except ari.LinkDown as error:
        raise LinkLost from error
    except ari.AriError as error:
        if error.status != ALREADY_THERE:
            raise NotAnswered(Outcome(Disposition.TRUNK_FAULT)) from error
        await _find(link, attempt)  # ordered just before the link was lost


async def _find(link: ari.Ari, attempt: Attempt) -> None:
    """Raises NotAnswered where the call is not there, LinkLost when nobody knows."""
    try:
        there = {channel.id for channel in await link.channels()}
    except (ari.LinkDown, ari.AriError) as error:
        raise LinkLost from error
    if attempt.id not in there:
        raise NotAnswered(Outcome(Disposition.INTERRUPTED))


async def until_answered(
    link: ari.Ari,
    line: ari.Line,
    attempt: Attempt,
    *,
    ring_s: float,
    store: Store,
    clock: Clock,
    passes: Callable[[], None],
    early_media: Callable[[], None],
) -> Call:
    """The call, once answered; `passes` is told when the telephone rings, `early_media` when sound may come before that
    or instead (SIP 183). Raises NotAnswered, LinkLost."""
    ends_at = time.monotonic() + ring_s + ANSWER_GRACE_S
    held = False
    while True:
        event = await line.next(ends_at - time.monotonic())
        match event:
            case events.ChannelHold() | events.ChannelUnhold():
                held = isinstance(event, events.ChannelHold)  # of the answer, which comes next
            case events.ChannelStateChange(channel=channel) if channel.state == "Ringing":
                passes()
                record.moved(store, attempt, AttemptStatus.RINGING, at=clock())
            case events.Dial(dialstatus="PROGRESS"):
                early_media()
            case events.StasisStart(channel=channel):
                passes()
                record.moved(store, attempt, AttemptStatus.ANSWERED, at=clock())
                return Call(link, channel, line, held=held)
            case events.ChannelDestroyed(cause=cause, tech_cause=sip):
                raise NotAnswered(Outcome(causes.disposition(cause, sip), sip=sip or None, cause=cause))
            case events.LinkLost():
                raise LinkLost
            case events.Cut():
                await hang_up(link, attempt)
                raise NotAnswered(Outcome(Disposition.INTERRUPTED))
            case None:
                await hang_up(link, attempt)
                raise NotAnswered(Outcome(Disposition.NO_ANSWER))


async def hang_up(link: ari.Ari, attempt: Attempt) -> None:
    """Raises LinkLost when nobody knows whether it is open any more: it stays so in the store, and is looked for."""
    try:
        with contextlib.suppress(ari.AriError):
            await link.hang_up(attempt.id)
    except ari.LinkDown as error:
        raise LinkLost from error
