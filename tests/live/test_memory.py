"""Asterisk gives back the memory of calls that are over."""

from __future__ import annotations

import asyncio
import uuid

from lab.town import LabTown
from telephony import processes
from tests.live.conftest import StageIn

CALLS = 900
AT_ONCE = 300
MUCH = 8 << 20  # octets; the calls leave about three times as many


async def test_asterisk_gives_back_the_memory_of_calls(stage_in: StageIn) -> None:
    async with stage_in() as play:
        play.town.asterisk.trim_s, play.town.asterisk.small = 0.5, 0
        before = processes.resident(play.town.asterisk.pid)
        for _ in range(CALLS // AT_ONCE):
            await asyncio.gather(*(_call(play.town) for _ in range(AT_ONCE)))
        grown = processes.resident(play.town.asterisk.pid)
        assert grown > before + MUCH, "else there is nothing to give back"
        keeping = asyncio.create_task(play.town.asterisk.keep_small())
        try:
            async with asyncio.timeout(30):
                while processes.resident(play.town.asterisk.pid) > (before + grown) / 2:
                    await asyncio.sleep(0.2)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def _call(town: LabTown) -> None:
    channel_id = uuid.uuid4().hex
    query = {"endpoint": "Local/s@handset", "context": "handset", "extension": "s", "priority": 1}
    body = {"variables": {"HANDSET_FILE": str(town.home / "heard" / channel_id)}}
    await town.link.command("POST", f"channels/{channel_id}", body, timeout=10, **query)
    await asyncio.sleep(0.5)
    await town.link.hang_up(channel_id)
