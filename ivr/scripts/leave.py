"""A resident who wants no more alerts, at the number that they call from or have logged in with."""

from __future__ import annotations

from ivr import code_entry, number_entry
from ivr.context import CONFIRM, Context, Voice, choose
from prompts.keys import Key
from residents import leaving
from rules import channels
from telephony.call import Call


async def leave(call: Call, voice: Voice, context: Context) -> None:
    """Raises TooManyCodes."""
    number = number_entry.of_caller(call, context)
    if number:
        await at(call, voice, context, number)
    else:
        await call.play(voice.prompt(Key.LEAVE_UNKNOWN))


async def at(call: Call, voice: Voice, context: Context, number: str) -> bool:
    """Who has given the number's code on this call leaves by the confirming key. A caller's number alone shows nothing:
    a text or a call to that number asks once more. Whether they have left. Raises TooManyCodes."""
    proved = number in context.proved
    question = Key.LEAVE_CONFIRM if proved else Key.LEAVE_ASK
    if await choose(call, voice, question, keys=f"{CONFIRM}2", fresh=True) != CONFIRM:
        await call.play(voice.prompt(Key.CANCELLED))
    elif proved:
        await leaving.confirmed(context.town, number, via="telephone")
        await call.play(voice.prompt(Key.LEFT))
        return True
    else:
        await _ask_there(call, voice, context, number)
    return False


async def _ask_there(call: Call, voice: Voice, context: Context, number: str) -> None:
    """Nothing changes yet, and the caller is told so. A call goes to the line that calls us: it must be free first.
    Raises Hangup then."""
    channel = await leaving.channel_to_ask(context.town, number)
    spoken = channels.TRAITS[channel].spoken
    prompt = voice.prompt(Key.LEAVE_BY_CALL if spoken else Key.LEAVE_BY_TEXT)
    try:
        await leaving.ask(
            context.town,
            number,
            channel,
            language=voice.language,
            asked_from=number_entry.asking(call, context),
            due_at=code_entry.when_free(context, prompt),
        )
    except leaving.AskedAlready:
        await call.play(voice.prompt(Key.LEAVE_ASKED_ALREADY))
        return
    await call.play(prompt)
    if spoken:
        await code_entry.free_line(call)
