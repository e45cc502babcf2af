"""Asking for a telephone number by keypad, reading it back."""

from __future__ import annotations

from ivr import context
from ivr.context import TRIES, Context, GaveUp, Voice, choose
from prompts.keys import Key
from residents import numbers
from residents.numbers import NotAllowed
from rules.phone import BadNumber
from telephony.call import Call

DIGITS = 10


def of_caller(call: Call, board: Context) -> str:
    """The number called from, E.164; "" when it is hidden, foreign or not one that we would call."""
    return numbers.of_caller(board.town, call.caller)


def asking(call: Call, board: Context) -> str:
    """Who asks, for the limits of codes."""
    return of_caller(call, board) or numbers.HIDDEN


async def ask_number(call: Call, voice: Voice, board: Context) -> str:
    """Ten digits, or `#` for the number called from; read back until confirmed. Raises GaveUp."""
    own = of_caller(call, board)
    question = Key.ENTER_NUMBER_OR_OWN if own else Key.ENTER_NUMBER
    for _ in range(TRIES):
        keyed = await context.digits(call, voice, question, max_digits=DIGITS, eraser="*", ignored_first="1")
        number = own if keyed == "#" else await _checked(call, voice, board, keyed)
        if number and await _confirmed(call, voice, number):
            return number
    raise GaveUp


async def _checked(call: Call, voice: Voice, board: Context, keyed: str) -> str:
    if not keyed:
        return ""
    try:
        return numbers.read(board.town, keyed)
    except BadNumber:
        await call.play(voice.prompt(Key.NUMBER_WRONG))
    except NotAllowed:
        await call.play(voice.prompt(Key.NUMBER_NOT_ALLOWED))
    return ""


async def _confirmed(call: Call, voice: Voice, number: str) -> bool:
    readback = Key.NUMBER_IS, context.number(number), Key.NUMBER_RIGHT
    return await choose(call, voice, *readback, keys="12") == "1"
