"""Each open call in a task of its own: placed or taken up, followed to its end, recorded."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import structlog

from db.engine.errors import StoreError
from db.queue import attempts
from db.residents import dead_numbers
from dialer import abort, conversation, metrics, place, record, resumed
from dialer.call_policy import CallPolicy
from dialer.speech import AlertSpeech, NotSpoken
from dialer.trunk import TrunkLeg
from dialer.trunks import Trunks
from ivr.context import Context
from ivr.scripts.deliver_alert import Spoken
from rules import phone
from rules.model import Attempt, Channel
from rules.outcome import Outcome, denies
from rules.status import AttemptStatus
from supervision.tasks import Tasks
from telephony import ari
from telephony.call import Call
from telephony.early_media import EarlyMedia
from telephony.followed import CallAborted, LinkLost
from telephony.tap import Taps

log = structlog.get_logger()


class OpenCalls:
    """The calls of one dialer; without `taps` whoever answers is a person. `over` is told when a line becomes free."""

    def __init__(
        self,
        link: ari.Ari,
        context: Context,
        trunks: Trunks,
        call_policy: CallPolicy,
        taps: Taps | None,
        *,
        speech: AlertSpeech,
        over: Callable[[], None],
    ) -> None:
        self._link = link
        self._context = context
        self._store = context.store
        self._trunks = trunks
        self._call_policy = call_policy
        self._taps = taps
        self._speech = speech
        self._over = over
        self._tasks = Tasks[str]("call", event="call_failed")
        self._judging: set[str] = set()  # over, and held until it is known whose doing that was
        self.aborts = abort.Aborts(context.store)

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[str]:
        """Their attempts' ids."""
        return iter(self._tasks)

    async def wait(self, limit_s: float) -> None:
        """Until nobody is on a call any more."""
        await self._tasks.wait(limit_s, but=self._judging)

    async def close(self, *, patience_s: float) -> None:
        """Let them come to their end, then hang up."""
        self._trunks.close()
        await self.wait(patience_s)
        left = list(self._tasks)
        await self._tasks.close()
        for attempt_id in left:
            with contextlib.suppress(ari.LinkDown, ari.AriError, TimeoutError):
                await self._link.hang_up(attempt_id)

    def start(self, attempt: Attempt, leg: TrunkLeg, *, found: resumed.ResumedCall | None = None) -> None:
        def over() -> None:
            leg.over()
            self._over()

        work = self._call(attempt, leg, found)
        self._tasks.start(attempt.id, work, settle=lambda _: self._settle(attempt), over=over)

    async def _call(self, attempt: Attempt, leg: TrunkLeg, found: resumed.ResumedCall | None) -> None:
        """A task of its own."""
        structlog.contextvars.bind_contextvars(**who(attempt, leg.trunk.trunk.name))
        listening = found.listening() if found else self._link.listen(attempt.id)
        with listening as line, self.aborts.within(attempt, line):
            try:
                result = await (self._resume(attempt, leg, found, line) if found else self._place(attempt, leg, line))
            except place.NotAnswered as end:
                result = end.outcome
            except LinkLost:
                return  # it stays open in the store: the reconciler looks for it
            except NotSpoken:
                if not await attempts.release(self._store, attempt.id):  # else its telephone never rang
                    await self._settle(attempt)
                return
            outcome = await self._judged(attempt, leg, result)
            self._over()  # its line is free: the next call need not wait until this one is recorded
            trunk = leg.trunk.trunk
            await record.outcome(self._context.town, attempt, outcome, where=trunk.host)
        await record.code_again(self._context.town, attempt, result)
        await self._hasten(attempt)
        metrics.count(trunk.name, outcome, leg.lasted_s)

    async def _settle(self, attempt: Attempt) -> None:
        """After a fault that nothing foresaw: nobody is left on a silent line, and the resident is called again."""
        try:
            await self._link.hang_up(attempt.id)
        except ari.LinkDown:
            return  # nobody knows whether it is open any more: the reconciler looks for it
        await record.gone(self._context.town, attempt.id)

    async def _judged(self, attempt: Attempt, leg: TrunkLeg, result: Outcome) -> Outcome:
        """Whose doing it was. The telephone is free again, and so is the line."""
        self._judging.add(attempt.id)
        try:
            doubted = denies(result) and await self._is_doubted(attempt.address)
            return await self._trunks.judge(leg, result, doubted=doubted)
        except Exception:
            log.exception("call_not_judged")  # its outcome is not lost
            return result
        finally:
            self._judging.discard(attempt.id)

    async def _is_doubted(self, number: str) -> bool:
        try:
            return await dead_numbers.is_doubted(self._store, number, Channel.VOICE)
        except StoreError:
            return False

    async def _hasten(self, attempt: Attempt) -> None:
        """A call that its trunk did not carry goes to another at once."""
        if self._trunks.another(attempt.address):
            with contextlib.suppress(StoreError):
                await attempts.hasten(self._store, attempt, now=self._context.now())

    async def _place(self, attempt: Attempt, leg: TrunkLeg, line: ari.Line) -> Outcome:
        """A call to its end. Raises NotAnswered, LinkLost, NotSpoken."""
        trunk = leg.trunk.trunk
        log.debug("call_out", number=phone.masked(attempt.address))
        spoken = await self._speech.of(attempt)
        caller_id = f'"{self._call_policy.name}" <{trunk.shown(self._call_policy.number)}>'
        number, ring_s = trunk.dial(attempt.address), self._call_policy.ring_s
        try:
            await self._link.originate(number, attempt.id, caller_id=caller_id, ring_s=ring_s)
        except (ari.LinkDown, ari.AriError) as error:
            await place.not_originated(self._link, attempt, error)
        record.moved(self._store, attempt, AttemptStatus.PLACED, at=self._context.now(), trunk=trunk.name)
        call = await self._answered(attempt, leg, line)
        return await self._talk(call, attempt, spoken)

    async def _talk(
        self, call: Call, attempt: Attempt, spoken: Spoken | None, met: conversation.Met = conversation.Met.FRESH
    ) -> Outcome:
        try:
            in_language = functools.partial(self._speech.in_language, attempt)
            return await conversation.converse(
                call, attempt, self._context, spoken, self._taps, in_language=in_language, met=met
            )
        except CallAborted:
            return await abort.say_cancelled(call, attempt, spoken, self._store)

    async def _resume(self, attempt: Attempt, leg: TrunkLeg, found: resumed.ResumedCall, line: ari.Line) -> Outcome:
        """A call that was open when this program started, or when the link came back, to its end. Raises NotAnswered,
        LinkLost."""
        channel = found.channel
        log.info("call_taken_up", number=phone.masked(attempt.address), state=channel.state)
        try:
            spoken = await self._speech.of(attempt)
        except NotSpoken as error:
            raise LookupError("nothing can be said on a call that is open") from error
        if channel.state != "Up":
            call = await self._answered(attempt, leg, line)
            return await self._talk(call, attempt, spoken)
        record.moved(self._store, attempt, AttemptStatus.ANSWERED, at=self._context.now())
        call = Call(self._link, channel, line)
        return await self._talk(call, attempt, spoken, conversation.Met.RESUMED)

    async def _answered(self, attempt: Attempt, leg: TrunkLeg, line: ari.Line) -> Call:
        return await place.until_answered(
            self._link,
            line,
            attempt,
            leg,
            EarlyMedia(self._link, attempt.id, self._taps),
            ring_s=self._call_policy.ring_s,
            store=self._store,
            clock=self._context.now,
        )


def who(attempt: Attempt, trunk: str) -> dict[str, Any]:
    """What every line of the log about a call says."""
    return {"call": attempt.id, "alert": attempt.alert_id, "trunk": trunk}
