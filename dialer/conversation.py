"""Runs the script on an answered call, and says what became of it."""

from __future__ import annotations

from collections.abc import Awaitable
from enum import Enum, auto

from msgspec.structs import replace

from db.queue import attempts
from dialer import record
from ivr.context import Context
from ivr.scripts.confirm_leave import confirm_leave
from ivr.scripts.deliver_alert import THANKS, InLanguage, Spoken, deliver_alert
from ivr.scripts.leave_word import leave_word
from ivr.scripts.read_code import read_code
from prompts.studio import NoSuchPrompt
from prompts.voices import CannotSpeak
from rules import outcome as outcomes
from rules.model import Attempt, CallPurpose, Language
from rules.outcome import Disposition, Outcome, Reply
from telephony import causes
from telephony.answering.signs import Heard, Sign
from telephony.call import Call, PlaybackFailed
from telephony.followed import Hangup
from telephony.hearing import Interrupted, NetworkTones
from telephony.tap import Taps

EXTENSION_AFTER_S = 2.0
LATE_BEEP_S = 30.0  # after the message began, no machine is expected any more
ANSWERED_SIP = 200
NORMAL_CAUSE = 16
GONE_S = 3.0  # for Asterisk to end a channel: only then may the number be called again
SHORT = {CallPurpose.CODE: read_code, CallPurpose.LEAVE: confirm_leave}
"""Calls that tell no alert: whoever answers is spoken to at once."""

KNOWN = {Disposition.HUMAN: Sign.PERSON, Disposition.MACHINE: Sign.MACHINE}


class Met(Enum):
    """How far an answered call had come when it was met."""

    FRESH = auto()  # answered just now
    RESUMED = auto()  # a script was at work on it, before a restart or a lost link


async def converse(
    call: Call,
    attempt: Attempt,
    context: Context,
    spoken: Spoken | None,
    taps: Taps | None,
    *,
    in_language: InLanguage,
    met: Met = Met.FRESH,
) -> Outcome:
    """Talk until the end of the call; without `taps` whoever answers is a person. `in_language`: what is spoken, in
    another language. Raises LinkLost."""
    if met is Met.RESUMED:
        await call.look_whether_on_hold()
        await call.stop_playing()
    if attempt.errand in SHORT:
        return await _short(call, attempt, context, taps)
    if spoken is None:
        raise LookupError(f"alert {attempt.alert_id} of call {attempt.id} is not in the store")
    try:
        return await _AlertCall(call, attempt, context, spoken, in_language).whole(taps, met)
    finally:
        call.hearing.close()


async def _short(call: Call, attempt: Attempt, context: Context, taps: Taps | None) -> Outcome:
    cause = NORMAL_CAUSE
    try:
        await call.listen_for_keys(taps)
        await SHORT[attempt.errand](call, context.voice(attempt.language), context, attempt.address)
        await _end(call)
    except Hangup as end:
        cause = end.cause or NORMAL_CAUSE
    if call.hold.mute:
        return Outcome(Disposition.TRUNK_FAULT, sip=ANSWERED_SIP, cause=cause)
    return Outcome(Disposition.HUMAN, heard=1.0, sip=ANSWERED_SIP, cause=cause)


class _AlertCall:
    """An alert told on one call, and what it has come to so far."""

    def __init__(self, call: Call, attempt: Attempt, context: Context, spoken: Spoken, in_language: InLanguage) -> None:
        self._call, self._attempt, self._context, self._spoken = call, attempt, context, spoken
        self._in_language = in_language
        self._messages = [spoken.message]
        self._disposition, self._reply = Disposition.HUMAN, attempt.reply
        self._tones: Heard | None = None

    async def whole(self, taps: Taps | None, met: Met) -> Outcome:
        """To the end of the call. Raises LinkLost."""
        cause, sip, failed = NORMAL_CAUSE, ANSWERED_SIP, False
        try:
            await self._begin(taps)
            await self._tell_whoever(met)
            await _end(self._call)
        except NetworkTones as tones:
            self._tones = tones.heard
            await self._call.hang_up()
        except Hangup as end:
            cause, sip = end.cause or NORMAL_CAUSE, end.sip or ANSWERED_SIP
        except PlaybackFailed:
            await self._call.hang_up()
            failed = True
        return self._outcome(cause, sip, failed=failed)

    async def _begin(self, taps: Taps | None) -> None:
        if self._attempt.extension and self._attempt.disposition is None:
            await self._call.pause(EXTENSION_AFTER_S)
            await self._call.send_keys(self._attempt.extension)
        if taps is not None and not self._call.keys_waiting:
            await self._call.listen(taps)

    async def _tell_whoever(self, met: Met) -> None:
        """Whoever answered, then whoever it turns out to be."""
        whom: Sign | None = await _who_answered(self._call, self._attempt, met)
        while whom is not None:
            self._disposition = _identified(self._call, self._attempt, self._context, whom)
            whom = await _interrupted(self._tell(whom))
        self._call.hearing.end()

    async def _tell(self, whom: Sign) -> None:
        if whom is not Sign.PERSON:
            await leave_word(self._call, self._spoken, greets=whom is Sign.MACHINE)
        elif self._reply is Reply.NONE:
            self._call.hearing.end_in(LATE_BEEP_S)
            await deliver_alert(self._call, self._spoken, self._note, self._progress, self._in)
        else:
            # Their key was stored, and the link lost before they were told.
            await self._call.play(self._spoken.voice.prompt(THANKS[self._reply]))
        await self._call.hear_out()

    async def _in(self, language: Language) -> Spoken:
        """What can't be spoken there is told on in the language of this call."""
        try:
            spoken = await self._in_language(language)
        except (CannotSpeak, NoSuchPrompt):
            return self._spoken
        self._messages.append(spoken.message)
        return spoken

    @property
    def _heard(self) -> float:
        return max(map(self._call.heard, self._messages))

    async def _note(self, new: Reply) -> None:
        self._reply = new
        await record.reply(self._context.town, self._attempt, new)

    async def _progress(self) -> None:
        record.soon(attempts.heard(self._context.store, self._attempt.id, self._heard, within_s=record.TOGETHER_S))

    def _outcome(self, cause: int, sip: int, *, failed: bool) -> Outcome:
        result = Outcome(self._disposition, self._reply, heard=self._heard, sip=ANSWERED_SIP, cause=cause)
        if self._tones is not None and self._tones.announcement is not None:
            return outcomes.ended_by_tones(result, self._tones.announcement, after_words=self._tones.after_words)
        if outcomes.of_call(result) is not None:
            return result
        if self._call.hold.mute or sip in causes.NO_SOUND:
            return Outcome(Disposition.TRUNK_FAULT, sip=ANSWERED_SIP, cause=cause)
        if failed or cause in causes.BROKEN_OFF:
            # What was left unsaid is our own fault, or the network's: it uses up no try.
            return replace(result, disposition=Disposition.INTERRUPTED)
        return result


async def _who_answered(call: Call, attempt: Attempt, met: Met) -> Sign:
    """A call taken up again after a restart is past its first words: it keeps who was found then."""
    if met is Met.RESUMED and attempt.disposition is not None:
        return KNOWN.get(attempt.disposition, Sign.PERSON)
    return await call.who_answered()


def _identified(call: Call, attempt: Attempt, context: Context, whom: Sign) -> Disposition:
    """Stored soon, for a restart. What was played until then was not for a machine."""
    disposition = Disposition.HUMAN if whom is Sign.PERSON else Disposition.MACHINE
    if disposition is Disposition.MACHINE:
        call.forget_heard()
    call.hearing.speak_to(whom)
    record.soon(attempts.identify(context.store, attempt.id, disposition, within_s=record.TOGETHER_S))
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
