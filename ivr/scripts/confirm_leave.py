"""Outbound: does this number want no more alerts, as a caller said?"""

from __future__ import annotations

from ivr.context import CONFIRM, OTHER_LANGUAGE, TRIES, Context, Voice, offer
from prompts.keys import Key
from residents import leaving
from telephony.call import Call

ANSWER_S = 4.0


async def confirm_leave(call: Call, voice: Voice, context: Context, number: str) -> None:
    """By a key pressed after the question; anything else, silence and a machine leave all as it is."""
    for _ in range(TRIES):
        key = await call.gather(*voice.say(Key.LEAVE_CALL, offer), first_digit_s=ANSWER_S, fresh=True)
        if key == CONFIRM:
            await leaving.confirmed(context.town, number, via="telephone")
            await call.play(voice.prompt(Key.LEFT))
            return
        if key == OTHER_LANGUAGE:
            voice.switch()
        elif key:
            break
    await call.play(voice.prompt(Key.LEAVE_KEPT))
