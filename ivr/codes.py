"""Giving a code, and asking for it: how a resident shows that a number is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from alerts.model import Language
from db import accounts, attempts, messages
from ivr import numbers
from ivr.switchboard import OTHER_LANGUAGE, TRIES, Said, Switchboard, Voice, digits
from telephony.call import Call

CODE_DIGITS = 6
CODE_WAIT_S = 60.0  # for a text to arrive, or the other telephone to ring and the code to be read twice
LINE_FREE = timedelta(seconds=5)  # the line that we are about to call is the one that calls us
ENDED_S = 3.0
ASK_AGAIN = 5  # a code is void after five wrong tries
FLOOD_REMEDY = "see who calls the line; a trunk with a limit of its own keeps a flood from costing much"

log = structlog.get_logger()

TEXT = {
    Language.FR: "{organization} : votre code est {code}. Valide 10 minutes. Rien demandé ? Ignorez ce texto.",
    Language.EN: "{organization}: your code is {code}. Valid 10 minutes. Did not ask for it? Ignore this text.",
}


async def read_out(call: Call, voice: Voice, code: str, *, after: Sequence[Said] = ("code_again",)) -> str:
    """Twice, in two groups of three; `1` to hear it again. Returns the key that ended it, `""` for none."""
    key = "1"
    for _ in range(TRIES):
        await call.play(*voice.say("code_is"), *voice.code(code))
        key = await call.gather(*voice.say(*after))
        if key != "1" and not (key == OTHER_LANGUAGE and voice.switch()):
            break
    return key


async def send_by_text(call: Call, voice: Voice, board: Switchboard, number: str) -> None:
    """Raises db.accounts.TooManyCodes."""
    code = await accounts.issue_code(board.store, number, caller=numbers.asking(call, board), now=board.now())
    body = TEXT[voice.language].format(organization=board.organization, code=code)
    await messages.queue(
        board.store, number, body, language=voice.language, now=board.now(), secret=True, waits=accounts.VALID
    )
    await call.play(voice.prompt("code_by_text"))


async def send_by_call(call: Call, voice: Voice, board: Switchboard, number: str, *, own: bool) -> None:
    """Tocsin calls the number and dictates the code there (ivr/scripts/read_code.py makes it then). When that is the
    line that calls us, it must be free first: this call ends. Raises db.accounts.TooManyCodes, and Hangup when `own`.
    """
    now = board.now()
    prompt = voice.prompt("code_by_call_own" if own else "code_by_call_other")
    due_at = now + timedelta(seconds=prompt.seconds) + LINE_FREE if own else now
    caller = numbers.asking(call, board)
    await attempts.queue_code(board.store, number, language=voice.language, now=now, due_at=due_at, caller=caller)
    await call.play(prompt)
    if own:
        await call.hang_up()
        await call.ended(ENDED_S)


def complain(refused: accounts.TooManyCodes) -> None:
    """A flood of requests is somebody else's affair than the caller's: toll fraud, or a day of enrolment."""
    if refused.flood:
        log.error("codes_at_their_ceiling", over=refused.scope, until=refused.until.isoformat(), remedy=FLOOD_REMEDY)


async def ask_code(call: Call, voice: Voice, board: Switchboard, number: str) -> int | None:
    """The contact that the code opens; None when no code fitted."""
    for _ in range(ASK_AGAIN):
        code = await digits(call, voice, "enter_code", max_digits=CODE_DIGITS, first_digit_s=CODE_WAIT_S)
        if not code:
            return None
        # Fewer digits are a slip of the finger, not a wrong try.
        whole = len(code) == CODE_DIGITS and code.isdigit()
        contact = await accounts.redeem(board.store, number, code, now=board.now()) if whole else None
        if contact is not None:
            return contact
        await call.play(voice.prompt("code_wrong"))
    await call.play(voice.prompt("code_void"))
    return None
