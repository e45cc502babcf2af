"""A resident who wants no more alerts, at the number that they call from or have logged in with."""

from __future__ import annotations

from db.residents import leaving, opt_outs
from ivr import codes, numbers
from ivr.switchboard import CONFIRM, Switchboard, Voice, choose
from rules.model import Language
from telephony.call import Call

TEXT = {
    Language.FR: "{organization} : ne plus recevoir d'alertes à ce numéro ? Répondez ARRET. Sinon, ignorez ce texto.",
    Language.EN: "{organization}: no more alerts at this number? Reply STOP. If not, ignore this text.",
}


async def leave(call: Call, voice: Voice, board: Switchboard) -> None:
    """Raises db.accounts.TooManyCodes."""
    number = numbers.of_caller(call, board)
    if number:
        await at(call, voice, board, number)
    else:
        await call.play(voice.prompt("leave_unknown"))


async def at(call: Call, voice: Voice, board: Switchboard, number: str) -> bool:
    """Who has given the number's code on this call leaves by the confirming key. A caller's number alone shows nothing:
    a text or a call to that number asks once more. Whether they have left. Raises db.accounts.TooManyCodes."""
    proved = number in board.proved
    question = "leave_confirm" if proved else "leave_ask"
    if await choose(call, voice, question, keys=f"{CONFIRM}2", fresh=True) != CONFIRM:
        await call.play(voice.prompt("cancelled"))
    elif proved:
        await opt_outs.leave(board.store, number, via="telephone", now=board.now())
        await call.play(voice.prompt("left"))
        return True
    else:
        await _ask_there(call, voice, board, number)
    return False


async def _ask_there(call: Call, voice: Voice, board: Switchboard, number: str) -> None:
    """Nothing changes yet, and the caller is told so."""
    try:
        if board.texts and await leaving.takes_texts(board.store, number):
            await _by_text(call, voice, board, number)
        else:
            await _by_call(call, voice, board, number)
    except leaving.AskedAlready:
        await call.play(voice.prompt("leave_asked_already"))


async def _by_text(call: Call, voice: Voice, board: Switchboard, number: str) -> None:
    body = TEXT[voice.language].format(organization=board.organization)
    caller = numbers.asking(call, board)
    await leaving.ask_by_text(board.store, number, body, language=voice.language, caller=caller, now=board.now())
    await call.play(voice.prompt("leave_by_text"))


async def _by_call(call: Call, voice: Voice, board: Switchboard, number: str) -> None:
    """The line that we are about to call is the one that calls us. Raises Hangup."""
    prompt = voice.prompt("leave_by_call")
    await leaving.ask_by_call(
        board.store,
        number,
        language=voice.language,
        caller=numbers.asking(call, board),
        now=board.now(),
        due_at=codes.when_free(board, prompt),
    )
    await call.play(prompt)
    await codes.free_line(call)
