"""A resident calls the number that called them: they hear that alert at once, and `1` acknowledges it."""

from __future__ import annotations

from dataclasses import dataclass

from db import ring_back as called
from ivr import numbers
from ivr.scripts.hear_alerts import say, spoken
from ivr.switchboard import Switchboard, Voice
from prompts.studio import Prompt
from telephony.call import Call

ANSWER_S = 4.0
MOST = 3  # alerts told to one caller
PLAYS = 4  # of one alert


@dataclass(frozen=True, slots=True)
class Opening:
    """How the menu begins: in this voice, after this audio; `key` was pressed already."""

    voice: Voice
    audio: list[Prompt]
    key: str = ""


async def ring_back(call: Call, voice: Voice, board: Switchboard, path: list[str]) -> Opening:
    """Tell the alerts that this number was called for; to others the public ones are said before the menu."""
    number = numbers.of_caller(call, board)
    found = await called.called_for(board.store, number, now=board.now()) if number else []
    if not found:
        return Opening(voice, [voice.prompt("greeting"), *await spoken(voice, board)])
    path.append("ring_back")
    await call.play(voice.prompt("greeting"))
    for each in found[:MOST]:
        voice, key = await _tell(call, board, each, number)
        if key:
            return Opening(voice, [], key)
    return Opening(voice, [])


async def _tell(call: Call, board: Switchboard, each: called.Called, number: str) -> tuple[Voice, str]:
    """Until it is acknowledged, or the caller says nothing; the voice spoken last, and a key for the menu."""
    voice = board.voice(each.language)
    for _ in range(PLAYS):
        message = await say(board, each.alert, voice.language)
        key = await call.gather(voice.prompt("ring_back"), message, *_keys(voice, board, each), first_digit_s=ANSWER_S)
        if key == "1" and not each.acknowledged:
            await called.acknowledge(board.store, number, each.alert.id, now=board.now())
            await call.play(voice.prompt("ring_back_thanks"))
            return voice, ""
        if key == "9":
            voice = board.voice(board.next_language(voice.language))
        elif key != "2":
            return voice, key.replace("*", "")
    return voice, ""


def _keys(voice: Voice, board: Switchboard, each: called.Called) -> list[Prompt]:
    keys = ["pause_group", "ring_back_again"] if each.acknowledged else ["pause_group", "ring_back_menu"]
    other = board.voice(board.next_language(voice.language))
    menu = [voice.prompt(key) for key in keys]
    return menu if other.language is voice.language else [*menu, other.prompt("other_language")]
