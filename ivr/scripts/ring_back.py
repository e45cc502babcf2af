"""A resident calls the number that called them: they hear that alert at once, and `1` acknowledges it."""

from __future__ import annotations

from alerts import wording
from db import ring_back as called
from ivr import numbers
from ivr.scripts.hear_alerts import say, spoken
from ivr.switchboard import OTHER_LANGUAGE, TRIES, Switchboard, Voice, offer
from prompts.studio import Prompt
from telephony.call import Call

ANSWER_S = 4.0
LATE_ANSWER_S = 8.0  # once more, for who is slow
MOST = 3  # alerts told to one caller
PLAYS = 6  # questions about one alert
MENU = "*"


async def ring_back(call: Call, voice: Voice, board: Switchboard, path: list[str]) -> list[Prompt] | None:
    """Tell the alerts that this number was called for; to others the public ones are said before the menu. Returns how
    the menu begins; None when the caller is done: only a key that nothing else uses leads from an alert to the menu,
    where 1 enrols."""
    number = numbers.of_caller(call, board)
    found = await called.called_for(board.store, number, now=board.now()) if number else []
    if not found:
        return [voice.prompt("greeting"), *await spoken(voice, board)]
    path.append("ring_back")
    await call.play(voice.prompt("greeting"))
    for each in found[:MOST]:
        voice.speak(wording.text_for(each.alert.texts, each.language)[1])
        if await _tell(call, voice, board, each, number) == MENU:
            return []
    return await _end(call, voice)


async def _tell(call: Call, voice: Voice, board: Switchboard, each: called.Called, number: str) -> str:
    """Until it is acknowledged, or the caller says nothing; the last key. Only a key of this question counts."""
    keys = "ring_back_again" if each.acknowledged else "ring_back_menu"
    audio, answer_s = await _message(voice, board, each), ANSWER_S
    for _ in range(PLAYS):
        key = await call.gather(*audio, *voice.say(keys, offer), first_digit_s=answer_s, fresh=True)
        if key == "1":
            await _thank(call, voice, board, each, number)
        if key in ("1", MENU) or (not key and answer_s == LATE_ANSWER_S):
            return key
        told_again = key == "2" or (key == OTHER_LANGUAGE and voice.switch())
        audio = await _message(voice, board, each) if told_again else voice.say(*(["wrong_key"] if key else []))
        answer_s = ANSWER_S if key else LATE_ANSWER_S
    return ""


async def _message(voice: Voice, board: Switchboard, each: called.Called) -> list[Prompt]:
    return [*voice.say("ring_back"), await say(board, each.alert, voice.language), *voice.say("pause_group")]


async def _thank(call: Call, voice: Voice, board: Switchboard, each: called.Called, number: str) -> None:
    if not each.acknowledged:
        await called.acknowledge(board.store, number, each.alert.id, now=board.now())
    await call.play(voice.prompt("ring_back_thanks"))


async def _end(call: Call, voice: Voice) -> list[Prompt] | None:
    """A last `1` is thanked for, whatever it was meant for; MENU goes on to the menu."""
    for _ in range(TRIES):
        key = await call.gather(*voice.say("ring_back_end"), fresh=True)
        if key == MENU:
            return []
        if key == "1":
            await call.play(voice.prompt("ring_back_thanks"))
        elif key != OTHER_LANGUAGE or not voice.switch():
            break
    await call.play(voice.prompt("goodbye"))
    return None
