"""Whether the trunks answer OPTIONS, as Asterisk has it (qualify_frequency in dialplans/pjsip.conf)."""

from __future__ import annotations

import asyncio
import contextlib

from dialer.trunks import Trunks
from telephony import ari

FIRST_S = 6.0  # until the first OPTIONS of all trunks had time to be answered
ASK_S = 3.0


async def watch(link: ari.Ari, trunks: Trunks) -> None:
    """Tell the trunks. Runs until cancelled."""
    while True:
        await link.up.wait()
        await asyncio.sleep(FIRST_S)
        with contextlib.suppress(ari.LinkDown):
            while link.up.is_set():
                await _ask(link, trunks)
                await asyncio.sleep(ASK_S)


async def _ask(link: ari.Ari, trunks: Trunks) -> None:
    for state in trunks.states:
        if state.trunk.qualify:
            try:
                state.answers_options(await link.reachable(state.trunk.name))
            except ari.AriError:
                state.answers_options(False)  # Asterisk did not take this trunk: its host has no address, say
