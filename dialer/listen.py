"""Runs the script on an answered call, and says what became of it."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from enum import Enum, auto

from alerts import outcome as outcomes
from alerts.model import Attempt, Errand
from alerts.outcome import Disposition, Outcome, Reply
from db import accounts, attempts
from dialer import record
from ivr.scripts.deliver_alert import Spoken, deliver_alert
from ivr.scripts.leave_word import leave_word
from ivr.scripts.read_code import read_code
from ivr.switchboard import Switchboard
from telephony.answering.signs import Sign
from telephony.call import Call, Hangup, PlaybackFailed
from telephony.hearing import Interrupted
from telephony.tap import Taps

EXTENSION_AFTER_S = 2.0
LATE_BEEP_S = 30.0  # after the message began, no machine is expected any more
ANSWERED_SIP = 200
NORMAL_CAUSE = 16
GONE_S = 3.0  # for Asterisk to end a channel: only then may the number be called again
NOTED = {Reply.ACKNOWLEDGED: "alert_thanks", Reply.OPTED_OUT: "alert_stopped"}
KNOWN = {Disposition.HUMAN: Sign.PERSON, Disposition.MACHINE: Sign.MACHINE}


class Met(Enum):
    """How far an answered call had come when it was met."""

    FRESH = auto()  # answered just now
    AGAIN = auto()  # a script was at work on it, before a restart or a lost link


async def converse(
    call: Call, attempt: Attempt, board: Switchboard, spoken: Spoken | None, taps: Taps | None, *, met: Met = Met.FRESH
) -> Outcome:
    """Talk until the end of the call; without `taps` whoever answers is a person. Raises LinkLost."""
    if met is Met.AGAIN:
        await call.stop_playing()
    if attempt.errand is Errand.CODE:
        return await _code(call, attempt, board)
    if spoken is None:
        raise LookupError(f"alert {attempt.alert_id} of call {attempt.id} is not in the store")
    try:
        return await _alert(call, attempt, board, spoken, taps, met)
    finally:
        call.hearing.end()


async def _code(call: Call, attempt: Attempt, board: Switchboard) -> Outcome:
    cause = NORMAL_CAUSE
    try:
        await read_code(call, board.voice(attempt.language), board, attempt.address)
        await _end(call)
    except Hangup as end:
        cause = end.cause or NORMAL_CAUSE
    except accounts.TooManyCodes:
        await call.hang_up()
    return Outcome(Disposition.HUMAN, heard=1.0, sip=ANSWERED_SIP, cause=cause)


async def _alert(
    call: Call, attempt: Attempt, board: Switchboard, spoken: Spoken, taps: Taps | None, met: Met
) -> Outcome:
    disposition, reply, cause = Disposition.HUMAN, attempt.reply, NORMAL_CAUSE
    failed = False

    async def note(new: Reply) -> None:
        nonlocal reply
        reply = new
        await record.reply(board.store, attempt, new, now=board.now())

    async def progress() -> None:
        record.soon(attempts.heard(board.store, attempt.id, call.heard(spoken.message), within_s=record.TOGETHER_S))

    async def tell(whom: Sign) -> None:
        if whom is not Sign.PERSON:
            await leave_word(call, spoken, greets=whom is Sign.MACHINE)
        elif reply is Reply.NONE:
            call.hearing.end_in(LATE_BEEP_S)
            await deliver_alert(call, spoken, note, progress)
        else:
            # Their key was stored, and the link lost before they were told.
            await call.play(spoken.voice.prompt(NOTED[reply]))
        await call.hear_out()

    try:
        if attempt.extension and attempt.disposition is None:
            await call.pause(EXTENSION_AFTER_S)
            await call.send_keys(attempt.extension)
        if taps is not None and not call.keys_waiting:
            await call.listen(taps)
        whom: Sign | None = await _who_answered(call, attempt, met)
        while whom is not None:
            disposition = _identified(call, attempt, board, whom)
            whom = await _interrupted(tell(whom))
        call.hearing.end()
        await _end(call)
    except Hangup as end:
        cause = end.cause or NORMAL_CAUSE
    except PlaybackFailed:
        await call.hang_up()
        failed = True
    result = Outcome(disposition, reply, heard=call.heard(spoken.message), sip=ANSWERED_SIP, cause=cause)
    if failed and outcomes.of_call(result) is None:
        # What was left unsaid is our own fault: it uses up no try.
        return replace(result, disposition=Disposition.INTERRUPTED)
    return result


async def _who_answered(call: Call, attempt: Attempt, met: Met) -> Sign:
    """A call taken up again after a restart is past its first words: it keeps who was found then."""
    if met is Met.AGAIN and attempt.disposition is not None:
        return KNOWN.get(attempt.disposition, Sign.PERSON)
    return await call.who_answered()


def _identified(call: Call, attempt: Attempt, board: Switchboard, whom: Sign) -> Disposition:
    """Stored soon, for a restart. What was played until then was not for a machine."""
    disposition = Disposition.HUMAN if whom is Sign.PERSON else Disposition.MACHINE
    if disposition is Disposition.MACHINE:
        call.forget_heard()
    call.hearing.speak_to(whom)
    record.soon(attempts.identify(board.store, attempt.id, disposition, within_s=record.TOGETHER_S))
    return disposition


async def _interrupted(telling: Awaitable[None]) -> Sign | None:
    """Tell; who is to be told instead, when what was heard says so."""
    try:
        await telling
    except Interrupted as cut:
        return cut.sign
    return None


async def _end(call: Call) -> None:
    await call.hang_up()
    await call.ended(GONE_S)
