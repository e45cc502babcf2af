"""Outbound: the code, read to the number that is being enrolled."""

from __future__ import annotations

from ivr import code_entry
from ivr.context import OTHER_LANGUAGE, STOP, Context, Voice, offer
from prompts.keys import Key
from residents import codes
from residents.codes import TooManyCodes
from telephony.call import Call

LANGUAGES_HEARD = 4  # changes from one to the other before the code is read


async def read_code(call: Call, voice: Voice, context: Context, number: str) -> None:
    """The code is made now, so that its validity begins when it is heard. STOP: the resident asked for nothing, and no
    code goes to their number for a day."""
    try:
        code = await codes.to_read(context.town, number)
    except TooManyCodes:  # refused meanwhile, in another call
        await call.play(voice.prompt(Key.CODE_TOO_MANY))
        return
    key = await _announced(call, voice)
    if key != STOP:
        key = await code_entry.read_out(call, voice, code, after=(Key.CODE_AGAIN, Key.CODE_NOT_ASKED, offer))
    if key == STOP:
        await codes.not_asked(context.town, number)
        await call.play(voice.prompt(Key.CODE_REFUSED))
    else:
        await call.play(voice.prompt(Key.CODE_CALL_END))


async def _announced(call: Call, voice: Voice) -> str:
    """What the code is for; the key pressed meanwhile, if any."""
    key = ""
    for _ in range(LANGUAGES_HEARD):
        key = await call.gather(*voice.say(Key.CODE_CALL, offer), first_digit_s=0.0)
        if key != OTHER_LANGUAGE or not voice.switch():
            break
    return key
