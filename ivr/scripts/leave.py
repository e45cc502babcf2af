"""A resident who wants no more alerts, at the number that they call from."""

from __future__ import annotations

from alerts.model import Channel
from db import opt_outs
from ivr import numbers
from ivr.switchboard import CONFIRM, Switchboard, Voice, choose
from telephony.call import Call


async def leave(call: Call, voice: Voice, board: Switchboard) -> None:
    number = numbers.of_caller(call, board)
    if not number:
        await call.play(voice.prompt("leave_unknown"))
    elif await confirmed(call, voice):
        await at_once(call, voice, board, number)
    else:
        await call.play(voice.prompt("cancelled"))


async def confirmed(call: Call, voice: Voice) -> bool:
    return await choose(call, voice, "leave_confirm", keys=f"{CONFIRM}2", fresh=True) == CONFIRM


async def at_once(call: Call, voice: Voice, board: Switchboard, number: str) -> None:
    for channel in (Channel.VOICE, Channel.SMS):
        await opt_outs.opt_out(board.store, number, channel, via="telephone", now=board.now())
    await call.play(voice.prompt("left"))
