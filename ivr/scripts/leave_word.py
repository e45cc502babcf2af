"""Outbound: the alert, left on an answering machine."""

from __future__ import annotations

from ivr.scripts.deliver_alert import Spoken
from telephony.call import Call

TALKING_MS = 150
SILENCE_MS = 500
QUIET_S = 1.6  # after the greeting, the time in which a beep comes
GREETING_S = 40.0
AGAIN_QUIET_S = 0.8
RESTARTS = 3  # a late beep, or a second greeting, makes the message begin again


async def leave_word(call: Call, spoken: Spoken) -> None:
    """Once its greeting is over; from the beginning again when the machine speaks or beeps in between."""
    await call.watch_talking(silence_ms=SILENCE_MS, talking_ms=TALKING_MS)
    await call.wait_for_silence(QUIET_S, GREETING_S)
    message = [spoken.who_is_calling, spoken.message, spoken.voice.prompt("alert_end")]
    for _ in range(RESTARTS):
        if await call.play_unless_interrupted(*message):
            return
        await call.wait_for_silence(AGAIN_QUIET_S, GREETING_S)
    await call.play(*message)
