"""Outbound: the code, read to the number that is being enrolled."""

from __future__ import annotations

from db import accounts
from ivr import codes
from ivr.switchboard import Switchboard, Voice
from telephony.call import Call


async def read_code(call: Call, voice: Voice, board: Switchboard, number: str) -> None:
    """The code is made now, so that its ten minutes begin when it is heard. Raises db.accounts.TooManyCodes."""
    code = await accounts.issue_code(board.store, number, caller="", now=board.now())
    await call.play(voice.prompt("code_call"))
    await codes.read_on_this_call(call, voice, code)
    await call.play(voice.prompt("code_call_end"))
