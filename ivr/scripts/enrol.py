"""Enrolment by keypad: number, consent, code, active."""

from __future__ import annotations

from db import accounts, contacts
from ivr import codes, numbers
from ivr.switchboard import Switchboard, Voice, choose
from telephony.call import Call


async def enrol(call: Call, voice: Voice, board: Switchboard) -> None:
    """Raises db.accounts.TooManyCodes."""
    number = await numbers.ask_number(call, voice, board)
    if await choose(call, voice, "consent", keys="12", fresh=True) == "2":
        await call.play(voice.prompt("consent_refused"))
        return
    way = await choose(call, voice, "code_way", keys="12")
    await give_code(call, voice, board, number, way)
    contact = await codes.ask_code(call, voice, board, number)
    if contact is not None:
        await finish(call, voice, board, contact, number)


async def give_code(call: Call, voice: Voice, board: Switchboard, number: str, way: str) -> None:
    """Store the consent, then give the code by text, on this call, or by a call to the number.

    It is read on this call only to a new number that calls us: a number in the store is claimed by a call or text that
    we place, since a caller's number can be forged.
    """
    new = not await accounts.known(board.store, number)
    version = board.studio.version("consent", voice.language)
    await accounts.enrol(
        board.store, number, language=voice.language, wording_version=version, via="telephone", now=board.now()
    )
    own = number == numbers.of_caller(call, board)
    if way == "2":
        await codes.send_by_text(call, voice, board, number)
    elif own and new:
        code = await accounts.issue_code(board.store, number, caller=numbers.asking(call, board), now=board.now())
        await codes.read_out(call, voice, code)
    else:
        await codes.send_by_call(call, voice, board, number, own=own)


async def finish(call: Call, voice: Voice, board: Switchboard, contact_id: int, number: str) -> None:
    """The contact is active: texts at this number too?"""
    if await choose(call, voice, "texts_too", keys="12") == "1":
        await contacts.add_point(board.store, contact_id, "sms", number, now=board.now())
    await call.play(voice.prompt("enrolled"))
