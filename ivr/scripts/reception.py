"""A person's number, said aloud."""

from __future__ import annotations

from ivr.context import OTHER_LANGUAGE, TRIES, Context, Voice, spelled_out
from prompts.keys import Key
from telephony.call import Call


async def reception(call: Call, voice: Voice, context: Context) -> None:
    said = spelled_out(context.reception), Key.PAUSE_GROUP
    for _ in range(TRIES):
        key = await call.gather(*voice.say(Key.RECEPTION, *said, *said), first_digit_s=0.5)
        if key != OTHER_LANGUAGE or not voice.switch():
            return
