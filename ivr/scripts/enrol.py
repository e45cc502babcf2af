"""Enrolment by keypad: number, consent, code, active."""

from __future__ import annotations

from ivr import code_entry, number_entry
from ivr.context import Context, Voice, choose
from prompts.keys import Key
from residents import choices, enrolment
from residents.enrolment import Way
from telephony.call import Call

BY_TELEPHONE, BY_TEXT = "1", "2"


async def enrol(call: Call, voice: Voice, context: Context) -> None:
    """Raises TooManyCodes."""
    number = await number_entry.ask_number(call, voice, context)
    if not await consents(call, voice):
        return
    way = await choose(call, voice, Key.CODE_WAY, keys="12") if context.texts else BY_TELEPHONE
    consent_id = await give_code(call, voice, context, number, way)
    contact = await code_entry.ask_code(call, voice, context, number, consent_id=consent_id)
    if contact is not None:
        await finish(call, voice, context, contact, number)


async def consents(call: Call, voice: Voice) -> bool:
    if await choose(call, voice, Key.CONSENT, keys="12", fresh=True) == "1":
        return True
    await call.play(voice.prompt(Key.CONSENT_REFUSED))
    return False


async def give_code(call: Call, voice: Voice, context: Context, number: str, way: str) -> int:
    """By text, on this call, or by a call to the number; the consent's id. Raises TooManyCodes."""
    town, own = context.town, number_entry.of_caller(call, context)
    begun = await enrolment.begin(
        town,
        number,
        await enrolment.way_for(town, number, called_from=own, by_text=way == BY_TEXT),
        language=voice.language,
        wording=context.studio.wording(Key.CONSENT, voice.language),
        via="telephone",
        asked_from=number_entry.asking(call, context),
        due_at=code_entry.may_ring_at(call, voice, context, number),
    )
    if begun.way is Way.TEXT:
        await call.play(voice.prompt(Key.CODE_BY_TEXT))
    elif begun.way is Way.HERE:
        await code_entry.read_out(call, voice, begun.code)
    else:
        await code_entry.told(call, voice, context, number)
    return begun.consent_id


async def finish(call: Call, voice: Voice, context: Context, contact_id: int, number: str) -> None:
    """The contact is active: texts at this number too, where there is a carrier for them?"""
    if context.texts and await choose(call, voice, Key.TEXTS_TOO, keys="12") == "1":
        await choices.texts_on(context.town, contact_id, number)
    await call.play(voice.prompt(Key.ENROLLED))
