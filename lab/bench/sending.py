"""From the command line of `alert send` to the first INVITE at the far side."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from lab import ports
from lab.bench import imports, stand
from lab.bench.far_side import Bell
from lab.bench.part import BenchPart, NotMeasured

FIGURES = ("send_to_first_invite_s",)

LIMIT_S = 60.0
LOOK_S = 0.005


async def measure(home: Path) -> BenchPart:
    """The command is run as anybody would, its own start counted. Its texts are new: their audio is made on the way."""
    await imports.fill(home / "tocsin.db")
    loop = asyncio.get_running_loop()
    transport, bell = await loop.create_datagram_endpoint(Bell, local_addr=(ports.LOOPBACK, 0))
    play = stand.installation(home, bell.host, lines=100, calls_per_second=20.0)
    try:
        async with stand.running(play):
            began, began_at = time.perf_counter(), time.time()
            sending = asyncio.create_task(stand.send(play, "S1"))
            await _rung(bell, sending)
            await sending
            ((stored_at,),) = stand.ask(play, "SELECT (julianday(created_at) - 2440587.5) * 86400 FROM alert")
    finally:
        transport.close()
    whole_s = bell.rung_at - began
    told = f"{whole_s:.2f} s, {stored_at - began_at:.2f} s of it until the command began to store the alert"
    return BenchPart({"send_to_first_invite_s": whole_s}, (("alert send to INVITE", told),))


async def _rung(bell: Bell, sending: asyncio.Task[None]) -> None:
    try:
        async with asyncio.timeout(LIMIT_S):
            while not bell.rung_at:
                if sending.done():
                    sending.result()
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise NotMeasured(f"no INVITE within {LIMIT_S:.0f} s") from None
