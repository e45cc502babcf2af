"""An Asterisk that is alive and deaf."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import structlog

from lab import ports
from lab.town import LabTown
from service import settings, wiring

HUNG_S = 2.0


async def test_it_is_killed_and_started_again(tmp_path: Path) -> None:
    town = LabTown(tmp_path, wiring.binary(settings.load(None)), tocsin_sip=f"{ports.LOOPBACK}:9")
    own = town.asterisk
    own.hung_s = HUNG_S
    await own.start()
    watching = asyncio.create_task(own.watch())
    try:
        with structlog.testing.capture_logs() as said:
            hung = own.pid
            os.kill(hung, signal.SIGSTOP)
            async with asyncio.timeout(30):
                while not any(line["event"] == "asterisk_started" for line in said):
                    await asyncio.sleep(0.1)
        assert own.pid != hung
        assert [line["event"] for line in said] == ["asterisk_hangs", "asterisk_died", "asterisk_started"]
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await own.stop()
