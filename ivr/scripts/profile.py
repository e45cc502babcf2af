"""The resident's file: log in with number and code, then change what may be changed by keypad."""

from __future__ import annotations

from ivr import code_entry, number_entry
from ivr.context import STOP, Context, Voice, choose, digits
from ivr.scripts import enrol, leave
from ivr.scripts.ring_back import tell_private
from prompts.keys import Key
from residents import choices, enrolment
from rules.code import DIGITS
from rules.model import Contact
from telephony.call import Call

STOP_BEFORE = "4"  # the key of earlier versions, which some know by heart


async def profile(call: Call, voice: Voice, context: Context) -> None:
    number = await number_entry.ask_number(call, voice, context)
    was_active = await enrolment.was_active(context.town, number)
    contact_id = await log_in(call, voice, context, number)
    contact = await enrolment.file(context.town, contact_id)
    if contact is None or not await active(call, voice, context, contact, number, was_active=was_active):
        return
    await tell_private(call, voice, context, number)
    await call.play(voice.prompt(Key.FILE_ACTIVE))
    await change(call, voice, context, contact, number)


async def active(
    call: Call, voice: Voice, context: Context, contact: Contact, number: str, *, was_active: bool
) -> bool:
    """A code to log in finishes no enrolment: who has one under way agrees here, on a number that is theirs."""
    if not contact.active:
        if not await enrol.consents(call, voice):
            return False
        wording = context.studio.wording(Key.CONSENT, voice.language)
        await enrolment.agree(context.town, contact, number, wording=wording, via="telephone")
    if not was_active:
        await enrol.finish(call, voice, context, contact.id, number)
    return True


async def log_in(call: Call, voice: Voice, context: Context, number: str) -> int | None:
    """Number and code. `#` asks for a new code, given by a call to the number; known or not, the answer is the same.

    Raises TooManyCodes.
    """
    keyed = await digits(call, voice, Key.ENTER_CODE_OR_NEW, max_digits=DIGITS)
    if keyed == "#":
        await code_entry.send_by_call(call, voice, context, number)
        return await code_entry.ask_code(call, voice, context, number)
    contact = await code_entry.redeem(context, number, keyed)
    if contact is None and keyed:
        await call.play(voice.prompt(Key.CODE_WRONG))
    return contact if contact is not None else await code_entry.ask_code(call, voice, context, number)


async def change(call: Call, voice: Voice, context: Context, contact: Contact, number: str) -> None:
    menu = (Key.FILE_MENU_TEXTS, Key.FILE_MENU) if context.texts else (Key.FILE_MENU,)
    keys = f"{'12' if context.texts else ''}3{STOP}{STOP_BEFORE}*"
    while (key := await choose(call, voice, *menu, keys=keys)) != "*":
        if key == "1":
            await choices.texts_on(context.town, contact.id, number)
            await call.play(voice.prompt(Key.TEXTS_ON))
        elif key == "2":
            await choices.texts_off(context.town, number, via="telephone")
            await call.play(voice.prompt(Key.TEXTS_OFF))
        elif key == "3":
            await change_language(call, voice, context, contact)
        elif await leave.at(call, voice, context, number):
            return


async def change_language(call: Call, voice: Voice, context: Context, contact: Contact) -> None:
    voice.switch()
    await choices.language(context.town, contact.id, voice.language)
    await call.play(voice.prompt(Key.LANGUAGE_CHANGED))
