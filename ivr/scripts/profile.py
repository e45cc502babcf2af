"""The resident's file: log in with number and code, then change what may be changed by keypad."""

from __future__ import annotations

from alerts.model import Channel, Contact
from db import accounts, contacts, opt_outs
from ivr import codes, numbers
from ivr.scripts import enrol, leave
from ivr.switchboard import STOP, Switchboard, Voice, choose, digits
from telephony.call import Call

STOP_BEFORE = "4"  # the key of earlier versions, which some know by heart


async def profile(call: Call, voice: Voice, board: Switchboard) -> None:
    number = await numbers.ask_number(call, voice, board)
    before = await contacts.find(board.store, number)
    contact_id = await log_in(call, voice, board, number)
    if contact_id is None:
        return
    if before is None or not before.active:
        await enrol.finish(call, voice, board, contact_id, number)
    await call.play(voice.prompt("file_active"))
    contact = await contacts.get(board.store, contact_id)
    if contact is not None:
        await change(call, voice, board, contact, number)


async def log_in(call: Call, voice: Voice, board: Switchboard, number: str) -> int | None:
    """Number and code. `#` asks for a new code, given by a call to the number; known or not, the answer is the same.

    Raises db.accounts.TooManyCodes.
    """
    keyed = await digits(call, voice, "enter_code_or_new", max_digits=codes.CODE_DIGITS)
    if keyed == "#":
        own = number == numbers.of_caller(call, board)
        await codes.send_by_call(call, voice, board, number, own=own)
        return await codes.ask_code(call, voice, board, number)
    whole = len(keyed) == codes.CODE_DIGITS and keyed.isdigit()
    contact = await accounts.redeem(board.store, number, keyed, now=board.now()) if whole else None
    if contact is None and keyed:
        await call.play(voice.prompt("code_wrong"))
    return contact if contact is not None else await codes.ask_code(call, voice, board, number)


async def change(call: Call, voice: Voice, board: Switchboard, contact: Contact, number: str) -> None:
    while (key := await choose(call, voice, "file_menu", keys=f"123{STOP}{STOP_BEFORE}*")) != "*":
        if key == "1":
            await contacts.add_point(board.store, contact.id, "sms", number, now=board.now())
            await call.play(voice.prompt("texts_on"))
        elif key == "2":
            await opt_outs.opt_out(board.store, number, Channel.SMS, via="telephone", now=board.now())
            await call.play(voice.prompt("texts_off"))
        elif key == "3":
            await change_language(call, voice, board, contact)
        elif await leave.confirmed(call, voice):
            await leave.at_once(call, voice, board, number)
            return
        else:
            await call.play(voice.prompt("cancelled"))


async def change_language(call: Call, voice: Voice, board: Switchboard, contact: Contact) -> None:
    voice.switch()
    await contacts.set_language(board.store, contact.id, voice.language, now=board.now())
    await call.play(voice.prompt("language_changed"))
