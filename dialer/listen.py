"""Runs the script on an answered call, and says what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from alerts.model import Attempt, Errand
from alerts.outcome import Disposition, Outcome, Reply
from db import accounts, attempts
from dialer import record
from ivr.scripts.deliver_alert import Spoken, deliver_alert
from ivr.scripts.leave_word import leave_word
from ivr.scripts.read_code import read_code
from ivr.switchboard import Switchboard
from telephony.call import Call, Hangup, PlaybackFailed

EXTENSION_AFTER_S = 2.0
WHO_ANSWERED = "who-answered"  # context of dialplans/extensions.conf
MACHINE = "MACHINE"
NO_WORD_YET = "INITIALSILENCE"  # AMD() calls a silent far side a machine; some people wait for the caller to speak
ANSWERED_SIP = 200
NORMAL_CAUSE = 16
GONE_S = 3.0  # for Asterisk to end a channel: only then may the number be called again


class Met(Enum):
    """How far an answered call had come when it was met."""

    FRESH = auto()  # answered just now
    IN_DIALPLAN = auto()  # the dialplan is finding out who answered
    AGAIN = auto()  # a script was at work on it, before a restart or a lost link


async def converse(
    call: Call, attempt: Attempt, board: Switchboard, spoken: Spoken | None, *, met: Met = Met.FRESH
) -> Outcome:
    """Talk until the end of the call. Raises LinkLost."""
    if met is Met.AGAIN:
        await call.stop_playing()
    if attempt.errand is Errand.CODE:
        return await _code(call, attempt, board)
    if spoken is None:
        raise LookupError(f"alert {attempt.alert_id} of call {attempt.id} is not in the store")
    return await _alert(call, attempt, board, spoken, met)


async def _code(call: Call, attempt: Attempt, board: Switchboard) -> Outcome:
    try:
        await read_code(call, board.voice(attempt.language), board, attempt.address)
        await _end(call)
    except Hangup:
        pass
    except accounts.TooManyCodes:
        await call.hang_up()
    return Outcome(Disposition.HUMAN, heard=1.0, sip=ANSWERED_SIP, cause=NORMAL_CAUSE)


async def _alert(call: Call, attempt: Attempt, board: Switchboard, spoken: Spoken, met: Met) -> Outcome:
    disposition, reply, cause = Disposition.HUMAN, attempt.reply, NORMAL_CAUSE

    async def note(new: Reply) -> None:
        nonlocal reply
        reply = new
        # Waited for, however long it takes: nobody is told that it is noted before it is.
        await attempts.reply(board.store, attempt.id, new, now=board.now())
        if new is Reply.OPTED_OUT:
            await record.step(record.opt_out(board.store, attempt, now=board.now()))

    async def progress() -> None:
        await record.step(attempts.heard(board.store, attempt.id, call.heard(spoken.message)))

    try:
        if attempt.extension and met is Met.FRESH:
            await call.pause(EXTENSION_AFTER_S)
            await call.send_keys(attempt.extension)
        disposition = await _who_answered(call, attempt, board, met)
        if disposition is Disposition.MACHINE:
            await leave_word(call, spoken)
        elif reply is Reply.NONE:
            await deliver_alert(call, spoken, note, progress)
        await _end(call)
    except Hangup as end:
        cause = end.cause or NORMAL_CAUSE
    except PlaybackFailed:
        # The resident heard nothing, through our own fault: it uses up no try.
        disposition = Disposition.INTERRUPTED
        await call.hang_up()
    return Outcome(disposition, reply, heard=call.heard(spoken.message), sip=ANSWERED_SIP, cause=cause)


async def _who_answered(call: Call, attempt: Attempt, board: Switchboard, met: Met) -> Disposition:
    """Stored at once, so that a call taken up again after a restart, which is past its first words, keeps it."""
    if met is Met.AGAIN and attempt.disposition is not None:
        return attempt.disposition
    verdict = await (call.come_back() if met is Met.IN_DIALPLAN else call.go_and_come_back(WHO_ANSWERED))
    disposition = Disposition.MACHINE if is_machine(verdict) else Disposition.HUMAN
    await record.step(attempts.identify(board.store, attempt.id, disposition))
    return disposition


def is_machine(verdict: Sequence[str]) -> bool:
    """AMDSTATUS and AMDCAUSE as the dialplan passes them; in doubt it is a person."""
    return MACHINE in verdict and not any(word.startswith(NO_WORD_YET) for word in verdict)


async def _end(call: Call) -> None:
    await call.hang_up()
    await call.ended(GONE_S)
