"""Places one call and follows it until somebody answers."""

from __future__ import annotations

import contextlib
import time
from typing import NoReturn

from db.engine.store import Store
from dialer import record
from dialer.clock import Clock
from dialer.trunk import TrunkLeg
from rules import outcome as outcomes
from rules.model import Attempt
from rules.outcome import Disposition, Outcome
from rules.status import AttemptStatus
from telephony import ari, causes, events
from telephony.call import Call
from telephony.early_media import EarlyMedia
from telephony.followed import GONE_S, LinkLost
from telephony.line import Happening

ANSWER_GRACE_S = 10.0  # beyond the ringing: Asterisk itself ends the call when it has rung long enough
LOOK_S = 0.25  # how often it is looked whether early media has said that nobody will answer
ALREADY_THERE = 409


class NotAnswered(Exception):
    """The call ended before anybody answered."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.disposition)
        self.outcome = outcome


async def not_originated(link: ari.Ari, attempt: Attempt, error: ari.LinkDown | ari.AriError) -> None:
    """Why Asterisk did not take the order: returns when the call is there all the same. Raises NotAnswered when it was
    refused, LinkLost when it is not known whether the order was taken."""
    if isinstance(error, ari.LinkDown):
        raise LinkLost from error
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
    leg: TrunkLeg,
    early: EarlyMedia,
    *,
    ring_s: float,
    store: Store,
    clock: Clock,
) -> Call:
    """The call, once answered; `leg` is told how it comes along, `early` hears what tones say before. Raises
    NotAnswered, LinkLost."""
    try:
        return await _Unanswered(link, line, attempt, leg, early, ring_s, store, clock).answered()
    except ari.LinkDown as error:
        raise LinkLost from error
    finally:
        early.close()


class _Unanswered:
    """One call that nobody has answered yet."""

    def __init__(
        self,
        link: ari.Ari,
        line: ari.Line,
        attempt: Attempt,
        leg: TrunkLeg,
        early: EarlyMedia,
        ring_s: float,
        store: Store,
        clock: Clock,
    ) -> None:
        self._link, self._line, self._attempt, self._leg, self._early = link, line, attempt, leg, early
        self._store, self._clock = store, clock
        self._ends_at = time.monotonic() + ring_s + ANSWER_GRACE_S
        self._given_up = False
        self._held = False

    async def answered(self) -> Call:
        while True:
            event = await self._next()
            if isinstance(event, events.StasisStart) and not self._given_up:
                self._leg.passes()
                self._moved(AttemptStatus.ANSWERED)
                return Call(self._link, event.channel, self._line, held=self._held)
            await self._note(event)

    async def _next(self) -> Happening | None:
        """The next event; None when none came within the time."""
        while (left := self._ends_at - time.monotonic()) > 0:
            event = await self._line.next(min(left, LOOK_S) if self._early.on else left)
            if event is not None:
                return event
            await self._look()
        return self._line.take()

    async def _look(self) -> None:
        """Whether tones have said that nobody will answer."""
        if self._early.announcement is not None:
            self._leg.announces()
        if self._early.over:
            self._early.close()
            self._given_up, self._ends_at = True, time.monotonic() + GONE_S
            await hang_up(self._link, self._attempt)

    async def _note(self, event: Happening | None) -> None:
        match event:
            case events.ChannelHold() | events.ChannelUnhold():
                self._held = isinstance(event, events.ChannelHold)  # of the answer, which comes next
            case events.ChannelStateChange(channel=channel) if channel.state == "Ringing":
                self._early.forget()
                self._leg.passes()
                self._moved(AttemptStatus.RINGING)
            case events.Dial(dialstatus="PROGRESS"):
                self._leg.early_media()
                await self._early.listen()
            case events.ChannelDestroyed(cause=cause, tech_cause=sip):
                self._end(Outcome(causes.disposition(cause, sip), sip=sip or None, cause=cause))
            case events.LinkDropped():
                raise LinkLost
            case events.Abort():
                await hang_up(self._link, self._attempt)
                self._end(Outcome(Disposition.INTERRUPTED))
            case None:
                await hang_up(self._link, self._attempt)
                self._end(Outcome(Disposition.NO_ANSWER))

    def _end(self, outcome: Outcome) -> NoReturn:
        raise NotAnswered(outcomes.unanswered(outcome, self._early.announcement))

    def _moved(self, to: AttemptStatus) -> None:
        record.moved(self._store, self._attempt, to, at=self._clock())


async def hang_up(link: ari.Ari, attempt: Attempt) -> None:
    """Raises LinkLost when nobody knows whether it is open any more: it stays so in the store, and is looked for."""
    try:
        with contextlib.suppress(ari.AriError):
            await link.hang_up(attempt.id)
    except ari.LinkDown as error:
        raise LinkLost from error
