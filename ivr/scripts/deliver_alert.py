"""Outbound: the alert, told to a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.context import CONFIRM, OTHER_LANGUAGE, STOP, Voice
from prompts.keys import Key
from prompts.studio import Prompt
from rules.model import Language
from rules.outcome import Reply
from telephony.call import Call

PLAYS_ASKED = 5  # as often as `2` asks for it
PLAYS_IN_SILENCE = 2  # somebody who presses nothing hears it twice
ANSWER_S = 4.0
LONG_S = 60.0
"""After a longer message it is said again who called (CRTC, Unsolicited Telecommunications Rules, part IV)."""

Note = Callable[[Reply], Awaitable[None]]
Progress = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The audio of one alert in one language, made before the first call. Calls share it: its voice never switches."""

    who_is_calling: Prompt
    message: Prompt
    voice: Voice


InLanguage = Callable[[Language], Awaitable[Spoken]]


async def deliver_alert(call: Call, spoken: Spoken, note: Note, progress: Progress, in_language: InLanguage) -> Reply:
    """`note` stores a reply before the resident is told that it is noted; `progress` stores how much was heard;
    `in_language`: the same alert in another language."""
    silences, wrong = 0, False
    await call.play(spoken.who_is_calling)
    if call.keys_waiting:
        # A key pressed before the message was heard answers it, but does not stand for hearing it.
        await call.play(spoken.message)
    for _ in range(PLAYS_ASKED):
        # Nor does one that is held since before.
        key = await call.gather(*_question(spoken, wrong), first_digit_s=ANSWER_S, fresh=not call.keys_waiting)
        await progress()
        reply = await _reply(call, spoken, key)
        if reply is not Reply.NONE:
            await note(reply)
            await call.play(spoken.voice.prompt(THANKS[reply]))
            if spoken.message.seconds > LONG_S:
                await call.play(spoken.voice.prompt(Key.ALERT_END))
            return reply
        silences += key in ("", STOP)
        if silences == PLAYS_IN_SILENCE:
            break
        if key == OTHER_LANGUAGE:
            spoken = await in_language(spoken.voice.next_language)
        wrong = key not in ("", "2", STOP, OTHER_LANGUAGE)
    await call.play(spoken.voice.prompt(Key.ALERT_END))
    return Reply.NONE


THANKS = {Reply.ACKNOWLEDGED: Key.ALERT_THANKS, Reply.OPTED_OUT: Key.ALERT_STOPPED}


def _question(spoken: Spoken, wrong: bool) -> list[Prompt]:
    say = spoken.voice.prompt
    message = [say(Key.WRONG_KEY)] if wrong else [spoken.message, say(Key.PAUSE_GROUP)]
    return [*message, say(Key.ALERT_MENU), *spoken.voice.offer()]


async def _reply(call: Call, spoken: Spoken, key: str) -> Reply:
    if key == "1":
        return Reply.ACKNOWLEDGED
    if key == STOP and await _stop_confirmed(call, spoken):
        return Reply.OPTED_OUT
    return Reply.NONE


async def _stop_confirmed(call: Call, spoken: Spoken) -> bool:
    """By another key than the one that asked, pressed after the question."""
    return await call.gather(spoken.voice.prompt(Key.ALERT_STOP_CONFIRM), fresh=True) == CONFIRM
