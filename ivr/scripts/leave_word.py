"""Outbound: the alert, left on an answering machine."""

from __future__ import annotations

from ivr.scripts.deliver_alert import Spoken
from prompts.keys import Key
from telephony.call import Call


async def leave_word(call: Call, spoken: Spoken, *, greets: bool) -> None:
    """Once the greeting is over, if it still `greets`. Raises Interrupted at a beep, to begin again, and at a key: then
    somebody listens."""
    if greets:
        await call.greeting_over()
    await call.play(spoken.who_is_calling, spoken.message, spoken.voice.prompt(Key.ALERT_END))
