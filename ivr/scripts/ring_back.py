"""A resident calls the number that called them: they hear that alert at once, and `1` acknowledges it."""

from __future__ import annotations

from collections.abc import Sequence

from db.alerts import ring_back as called
from ivr import number_entry
from ivr.context import OTHER_LANGUAGE, TRIES, Context, Voice, offer
from ivr.scripts.hear_alerts import say, spoken
from prompts.keys import Key
from prompts.studio import Prompt
from rules import wording
from telephony.call import Call

ANSWER_S = 4.0
LATE_ANSWER_S = 8.0  # once more, for who is slow
MOST = 3  # alerts told to one caller
PLAYS = 6  # questions about one alert
MENU = "*"


async def ring_back(call: Call, voice: Voice, context: Context, path: list[str]) -> list[Prompt] | None:
    """Tell the alerts for which this number has rung; to others the public ones are said before the menu. What is meant
    for single numbers is told once the code is given (`tell_private`): a caller's number can be forged. Returns how the
    menu begins; None when the caller is done: only a key that nothing else uses leads from an alert to the menu, where
    1 enrols."""
    number = number_entry.of_caller(call, context)
    found = await called.called_for(context.store, number, now=context.now()) if number else []
    private = [] if all(each.public for each in found) else [Key.RING_BACK_PRIVATE]
    public = [each for each in found if each.public]
    if not public:
        return [*voice.say(Key.GREETING, *private), *await spoken(voice, context)]
    path.append("ring_back")
    await call.play(voice.prompt(Key.GREETING))
    unanswered = None
    for each in public[:MOST]:
        voice.speak(wording.text_for(each.alert.texts, each.language)[1])
        key = await _tell(call, voice, context, each, number)
        if key == MENU:
            return voice.say(*private)
        unanswered = None if key == "1" else each
    return await _end(call, voice, context, unanswered, number, private)


async def tell_private(call: Call, voice: Voice, context: Context, number: str) -> None:
    """To who has given the code of this number: what is meant for it alone, until it is acknowledged."""
    for each in await called.called_for(context.store, number, now=context.now()):
        if not each.public and not each.acknowledged:
            await _tell(call, voice, context, each, number)


async def _tell(call: Call, voice: Voice, context: Context, each: called.Called, number: str) -> str:
    """Until it is acknowledged, or the caller says nothing; the last key. Only a key of this question counts."""
    keys = Key.RING_BACK_AGAIN if each.acknowledged else Key.RING_BACK_MENU
    audio, answer_s = await _message(voice, context, each), ANSWER_S
    for _ in range(PLAYS):
        key = await call.gather(*audio, *voice.say(keys, offer), first_digit_s=answer_s, fresh=True)
        if key == "1":
            await _thank(call, voice, context, each, number)
        if key in ("1", MENU) or (not key and answer_s == LATE_ANSWER_S):
            return key
        told_again = key == "2" or (key == OTHER_LANGUAGE and voice.switch())
        audio = await _message(voice, context, each) if told_again else voice.say(*([Key.WRONG_KEY] if key else []))
        answer_s = ANSWER_S if key else LATE_ANSWER_S
    return ""


async def _message(voice: Voice, context: Context, each: called.Called) -> list[Prompt]:
    return [*voice.say(Key.RING_BACK), await say(context, each.alert, voice.language), *voice.say(Key.PAUSE_GROUP)]


async def _thank(call: Call, voice: Voice, context: Context, each: called.Called, number: str) -> None:
    if not each.acknowledged:
        await called.acknowledge(context.store, number, each.alert.id, now=context.now())
    await call.play(voice.prompt(Key.RING_BACK_THANKS))


async def _end(
    call: Call, voice: Voice, context: Context, unanswered: called.Called | None, number: str, private: Sequence[Key]
) -> list[Prompt] | None:
    """A `1` that comes only now acknowledges the alert told last; one more is thanked for all the same. MENU goes on to
    the menu."""
    for _ in range(TRIES):
        key = await call.gather(*voice.say(*private, Key.RING_BACK_END), fresh=True)
        if key == MENU:
            return []
        if key == "1" and unanswered is not None:
            await _thank(call, voice, context, unanswered, number)
            unanswered = None
        elif key == "1":
            await call.play(voice.prompt(Key.RING_BACK_THANKS))
        elif key != OTHER_LANGUAGE or not voice.switch():
            break
    await call.play(voice.prompt(Key.GOODBYE))
    return None
