"""A person's number, said aloud."""

from __future__ import annotations

from ivr.switchboard import Switchboard, Voice
from telephony.call import Call


async def reception(call: Call, voice: Voice, board: Switchboard) -> None:
    said = [*voice.number(board.reception), voice.prompt("pause_group")]
    await call.gather(voice.prompt("reception"), *said, *said, first_digit_s=0.5)
