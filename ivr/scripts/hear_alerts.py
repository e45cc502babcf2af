"""The current alerts, newest first."""

from __future__ import annotations

import asyncio

from db import alerts
from ivr.switchboard import Switchboard, Voice
from telephony.call import Call

MOST = 5


async def hear_alerts(call: Call, voice: Voice, board: Switchboard) -> None:
    # An alert to single numbers (a test, an evacuation of one house) is nobody else's business.
    public = [alert for alert in await alerts.current(board.store, board.now()) if "number:" not in alert.target]
    current = public[:MOST]
    if not current:
        await call.play(voice.prompt("no_alert"))
        return
    await call.play(voice.prompt("alerts_now"))
    for place, alert in enumerate(current):
        text = alert.texts.get(voice.language) or next(iter(alert.texts.values()))
        before = [voice.prompt("next_alert")] if place else []
        spoken = await asyncio.to_thread(board.studio.say, text, voice.language)
        if await call.gather(*before, spoken, first_digit_s=0.5):
            return
