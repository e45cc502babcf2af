"""Giving a code, and asking for it: how a resident shows that a number is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from ivr import number_entry
from ivr.context import OTHER_LANGUAGE, TRIES, Context, Said, Voice, digits
from prompts.keys import Key
from prompts.studio import Prompt
from residents import codes
from residents.codes import TooManyCodes
from rules.code import DIGITS, WRONG_TRIES
from telephony.call import Call

CODE_WAIT_S = 60.0  # for a text to arrive, or the other telephone to ring and the code to be read twice
LINE_FREE = timedelta(seconds=5)  # the line that we are about to call is the one that calls us
ENDED_S = 3.0
ASK_AGAIN = WRONG_TRIES
FLOOD_REMEDY = "see who calls the line; a trunk with a limit of its own keeps a flood from costing much"

log = structlog.get_logger()


async def read_out(call: Call, voice: Voice, plain: str, *, after: Sequence[Said] = (Key.CODE_AGAIN,)) -> str:
    """Twice, in two groups of three; `1` to hear it again. Returns the key that ended it, `""` for none."""
    key = "1"
    for _ in range(TRIES):
        await call.play(*voice.say(Key.CODE_IS), *voice.code(plain))
        key = await call.gather(*voice.say(*after))
        if key != "1" and not (key == OTHER_LANGUAGE and voice.switch()):
            break
    return key


async def send_by_call(call: Call, voice: Voice, context: Context, number: str) -> None:
    """A code to log in: Tocsin calls the number and dictates it there. Raises TooManyCodes, and Hangup as `told`
    does."""
    await codes.by_call(
        context.town,
        number,
        language=voice.language,
        asked_from=number_entry.asking(call, context),
        due_at=may_ring_at(call, voice, context, number),
    )
    await told(call, voice, context, number)


def may_ring_at(call: Call, voice: Voice, context: Context, number: str) -> datetime:
    """When the line that calls us is to be called, it must be free first, once it has heard so."""
    if number != number_entry.of_caller(call, context):
        return context.now()
    return when_free(context, voice.prompt(Key.CODE_BY_CALL_OWN))


async def told(call: Call, voice: Voice, context: Context, number: str) -> None:
    """That the code comes by a call. When that is to the line that calls us, this call ends: raises Hangup."""
    own = number == number_entry.of_caller(call, context)
    await call.play(voice.prompt(Key.CODE_BY_CALL_OWN if own else Key.CODE_BY_CALL_OTHER))
    if own:
        await free_line(call)


def when_free(context: Context, last: Prompt) -> datetime:
    """When the line that calls us can be called, once it has heard this."""
    return context.now() + timedelta(seconds=last.seconds) + LINE_FREE


async def free_line(call: Call) -> None:
    """Raises Hangup."""
    await call.hang_up()
    await call.ended(ENDED_S)


def complain(refused: TooManyCodes) -> None:
    """A flood of requests is somebody else's affair than the caller's: toll fraud, or a day of enrolment."""
    if refused.flood:
        log.error("codes_at_their_ceiling", over=refused.scope, until=refused.until.isoformat(), remedy=FLOOD_REMEDY)


async def ask_code(
    call: Call, voice: Voice, context: Context, number: str, *, consent_id: int | None = None
) -> int | None:
    """The contact that the code opens; None when no code fitted. `consent_id`: given on this call."""
    for _ in range(ASK_AGAIN):
        keyed = await digits(call, voice, Key.ENTER_CODE, max_digits=DIGITS, first_digit_s=CODE_WAIT_S)
        if not keyed:
            return None
        contact = await redeem(context, number, keyed, consent_id=consent_id)
        if contact is not None:
            return contact
        await call.play(voice.prompt(Key.CODE_WRONG))
    await call.play(voice.prompt(Key.CODE_VOID))
    return None


async def redeem(context: Context, number: str, keyed: str, *, consent_id: int | None = None) -> int | None:
    """The contact that the code opens; from now on the number is the caller's, on this call."""
    contact = await codes.prove(context.town, number, keyed, consent_id=consent_id)
    if contact is not None:
        context.proved.add(number)
    return contact
