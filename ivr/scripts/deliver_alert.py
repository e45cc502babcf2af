"""Outbound: the alert, told to a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from alerts.outcome import Reply
from ivr.switchboard import Voice
from prompts.studio import Prompt
from telephony.call import Call

PLAYS_ASKED = 5  # as often as `2` asks for it
PLAYS_IN_SILENCE = 2  # somebody who presses nothing hears it twice
ANSWER_S = 4.0

Note = Callable[[Reply], Awaitable[None]]
Progress = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The audio of one alert in one language, made before the first call."""

    who_is_calling: Prompt
    message: Prompt
    voice: Voice


async def deliver_alert(call: Call, spoken: Spoken, note: Note, progress: Progress) -> Reply:
    """`note` stores a reply before the resident is told that it is noted; `progress` stores how much was heard."""
    say = spoken.voice.prompt
    menu = [spoken.message, say("pause_group"), say("alert_menu")]
    silences = 0
    await call.play(spoken.who_is_calling)
    if call.keys_waiting:
        # A key pressed before the message was heard answers it, but does not stand for hearing it.
        await call.play(spoken.message)
    for _ in range(PLAYS_ASKED):
        key = await call.gather(*menu, first_digit_s=ANSWER_S)
        await progress()
        if key == "1":
            await note(Reply.ACKNOWLEDGED)
            await call.play(say("alert_thanks"))
            return Reply.ACKNOWLEDGED
        if key == "9" and await stop_confirmed(call, spoken):
            await note(Reply.OPTED_OUT)
            await call.play(say("alert_stopped"))
            return Reply.OPTED_OUT
        if key in ("", "9"):
            silences += 1
            if silences == PLAYS_IN_SILENCE:
                break
        menu = [spoken.message, say("pause_group"), say("alert_menu")]
        if key not in ("", "2", "9"):
            menu = [say("wrong_key"), say("alert_menu")]
    await call.play(say("alert_end"))
    return Reply.NONE


async def stop_confirmed(call: Call, spoken: Spoken) -> bool:
    call.forget_keys()
    return await call.gather(spoken.voice.prompt("alert_stop_confirm")) == "9"
