"""Enrolment by keypad: number, consent, code, active."""

from __future__ import annotations

from db.residents import accounts, contacts
from ivr import codes, numbers
from ivr.switchboard import Switchboard, Voice, choose
from telephony.call import Call

BY_TELEPHONE, BY_TEXT = "1", "2"


async def enrol(call: Call, voice: Voice, board: Switchboard) -> None:
    """Raises db.accounts.TooManyCodes."""
    number = await numbers.ask_number(call, voice, board)
    if not await consents(call, voice):
        return
    way = await choose(call, voice, "code_way", keys="12") if board.texts else BY_TELEPHONE
    consent_id = await give_code(call, voice, board, number, way)
    contact = await codes.ask_code(call, voice, board, number, consent_id=consent_id)
    if contact is not None:
        await finish(call, voice, board, contact, number)


async def consents(call: Call, voice: Voice) -> bool:
    if await choose(call, voice, "consent", keys="12", fresh=True) == "1":
        return True
    await call.play(voice.prompt("consent_refused"))
    return False


async def give_code(call: Call, voice: Voice, board: Switchboard, number: str, way: str) -> int:
    """Store the consent, then give the code by text, on this call, or by a call to the number; the consent's id.

    It is read on this call only to a new number that calls us: a number in the store is claimed by a call or text that
    we place, since a caller's number can be forged.
    """
    new = not await accounts.known(board.store, number)
    caller = numbers.asking(call, board)
    begun = await accounts.enrol(
        board.store,
        number,
        language=voice.language,
        wording=board.studio.wording("consent", voice.language),
        via="telephone",
        now=board.now(),
        caller=caller,
    )
    if way == BY_TEXT:
        await codes.send_by_text(call, voice, board, number, consent_id=begun.consent_id)
    elif new and number == numbers.of_caller(call, board):
        code = await accounts.issue_code(
            board.store, number, caller=caller, now=board.now(), consent_id=begun.consent_id
        )
        await codes.read_out(call, voice, code)
    else:
        await codes.send_by_call(call, voice, board, number, consent_id=begun.consent_id)
    return begun.consent_id


async def finish(call: Call, voice: Voice, board: Switchboard, contact_id: int, number: str) -> None:
    """The contact is active: texts at this number too, where there is a carrier for them?"""
    if board.texts and await choose(call, voice, "texts_too", keys="12") == "1":
        await contacts.add_point(board.store, contact_id, "sms", number, now=board.now())
    await call.play(voice.prompt("enrolled"))
