"""The current alerts, newest first."""

from __future__ import annotations

import asyncio

from db.alerts import alerts
from ivr.context import OTHER_LANGUAGE, TRIES, Context, Voice
from prompts.keys import Key
from prompts.studio import Prompt
from rules import wording
from rules.model import Alert, Language
from telephony.call import Call

MOST = 5


async def hear_alerts(call: Call, voice: Voice, context: Context) -> None:
    """A key ends them; OTHER_LANGUAGE tells them again in that one."""
    for _ in range(TRIES):
        audio = await spoken(voice, context) or voice.say(Key.NO_ALERT)
        if await call.gather(*audio, first_digit_s=0.5) != OTHER_LANGUAGE or not voice.switch():
            return


async def spoken(voice: Voice, context: Context) -> list[Prompt]:
    """The public ones, one after the other; nothing when there is none."""
    audio: list[Prompt] = []
    for alert in await alerts.current(context.store, context.now(), most=MOST):
        audio.append(voice.prompt(Key.NEXT_ALERT if audio else Key.ALERTS_NOW))
        audio.append(await say(context, alert, voice.language))
    return audio


async def say(context: Context, alert: Alert, language: Language) -> Prompt:
    """The audio of an alert, made when it is not there yet."""
    return await asyncio.to_thread(context.studio.say, *wording.text_for(alert.texts, language))
