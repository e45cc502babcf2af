"""The resident's file: log in with number and code, then change what may be changed by keypad."""

from __future__ import annotations

from db.residents import accounts, contacts, opt_outs
from ivr import codes, numbers
from ivr.scripts import enrol, leave
from ivr.scripts.ring_back import tell_private
from ivr.switchboard import STOP, Switchboard, Voice, choose, digits
from rules.code import DIGITS
from rules.model import Channel, Contact
from telephony.call import Call

STOP_BEFORE = "4"  # the key of earlier versions, which some know by heart


async def profile(call: Call, voice: Voice, board: Switchboard) -> None:
    number = await numbers.ask_number(call, voice, board)
    before = await contacts.find(board.store, number)
    contact_id = await log_in(call, voice, board, number)
    contact = await contacts.get(board.store, contact_id) if contact_id is not None else None
    if contact is None or not await active(call, voice, board, before, contact, number):
        return
    await tell_private(call, voice, board, number)
    await call.play(voice.prompt("file_active"))
    await change(call, voice, board, contact, number)


async def active(
    call: Call, voice: Voice, board: Switchboard, before: Contact | None, contact: Contact, number: str
) -> bool:
    """A code to log in finishes no enrolment: who has one under way agrees here, on a number that is theirs."""
    if not contact.active:
        if not await enrol.consents(call, voice):
            return False
        wording = board.studio.wording("consent", voice.language)
        await accounts.agree(board.store, contact.id, number, wording=wording, via="telephone", now=board.now())
    if before is None or not before.active:
        await enrol.finish(call, voice, board, contact.id, number)
    return True


async def log_in(call: Call, voice: Voice, board: Switchboard, number: str) -> int | None:
    """Number and code. `#` asks for a new code, given by a call to the number; known or not, the answer is the same.

    Raises db.accounts.TooManyCodes.
    """
    keyed = await digits(call, voice, "enter_code_or_new", max_digits=DIGITS)
    if keyed == "#":
        await codes.send_by_call(call, voice, board, number)
        return await codes.ask_code(call, voice, board, number)
    contact = await codes.redeem(board, number, keyed)
    if contact is None and keyed:
        await call.play(voice.prompt("code_wrong"))
    return contact if contact is not None else await codes.ask_code(call, voice, board, number)


async def change(call: Call, voice: Voice, board: Switchboard, contact: Contact, number: str) -> None:
    menu = ("file_menu_texts", "file_menu") if board.texts else ("file_menu",)
    keys = f"{'12' if board.texts else ''}3{STOP}{STOP_BEFORE}*"
    while (key := await choose(call, voice, *menu, keys=keys)) != "*":
        if key == "1":
            await contacts.add_point(board.store, contact.id, "sms", number, now=board.now())
            await call.play(voice.prompt("texts_on"))
        elif key == "2":
            await opt_outs.opt_out(board.store, number, Channel.SMS, via="telephone", now=board.now())
            await call.play(voice.prompt("texts_off"))
        elif key == "3":
            await change_language(call, voice, board, contact)
        elif await leave.at(call, voice, board, number):
            return


async def change_language(call: Call, voice: Voice, board: Switchboard, contact: Contact) -> None:
    voice.switch()
    await contacts.set_language(board.store, contact.id, voice.language, now=board.now())
    await call.play(voice.prompt("language_changed"))
