"""A resident who wants no more alerts, at the number that they call from."""

from __future__ import annotations

from alerts.model import Channel
from db import opt_outs
from ivr import numbers
from ivr.switchboard import Switchboard, Voice, choose
from telephony.call import Call


async def leave(call: Call, voice: Voice, board: Switchboard) -> None:
    number = numbers.of_caller(call, board)
    if not number:
        await call.play(voice.prompt("leave_unknown"))
        return
    if await choose(call, voice, voice.prompt("leave_confirm"), keys="12") == "2":
        await call.play(voice.prompt("cancelled"))
        return
    for channel in (Channel.VOICE, Channel.SMS):
        await opt_outs.opt_out(board.store, number, channel, via="telephone", now=board.now())
    await call.play(voice.prompt("left"))
