"""Asking for a telephone number by keypad, reading it back."""

from __future__ import annotations

from ivr.context import TRIES, Context, GaveUp, Voice, choose, digits, spelled_out
from prompts.keys import Key
from residents import numbers
from residents.numbers import NotAllowed
from rules.phone import BadNumber
from telephony.call import Call

DIGITS = 10


def of_caller(call: Call, context: Context) -> str:
    """The number called from, E.164; "" when it is hidden, foreign or not one that we would call."""
    return numbers.of_caller(context.town, call.caller)


def asking(call: Call, context: Context) -> str:
    """Who asks, for the limits of codes."""
    return of_caller(call, context) or numbers.HIDDEN


async def ask_number(call: Call, voice: Voice, context: Context) -> str:
    """Ten digits, or `#` for the number called from; read back until confirmed. Raises GaveUp."""
    own = of_caller(call, context)
    question = Key.ENTER_NUMBER_OR_OWN if own else Key.ENTER_NUMBER
    for _ in range(TRIES):
        keyed = await digits(call, voice, question, max_digits=DIGITS, eraser="*", ignored_first="1")
        number = own if keyed == "#" else await _checked(call, voice, context, keyed)
        if number and await _confirmed(call, voice, number):
            return number
    raise GaveUp


async def _checked(call: Call, voice: Voice, context: Context, keyed: str) -> str:
    if not keyed:
        return ""
    try:
        return numbers.read(context.town, keyed)
    except BadNumber:
        await call.play(voice.prompt(Key.NUMBER_WRONG))
    except NotAllowed:
        await call.play(voice.prompt(Key.NUMBER_NOT_ALLOWED))
    return ""


async def _confirmed(call: Call, voice: Voice, number: str) -> bool:
    readback = Key.NUMBER_IS, spelled_out(number), Key.NUMBER_RIGHT
    return await choose(call, voice, *readback, keys="12") == "1"
