"""The service killed in the middle of an alert, its Asterisk left alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lab import ears, resident
from lab.stage import Stage
from tests.live.blows import Blow, strike_and_check
from tests.live.conftest import StageIn


async def kill_service(play: Stage) -> None:
    await play.kill()
    await asyncio.sleep(3)
    await play.start()


async def kill_service_at_once(play: Stage) -> None:
    for _ in range(2):
        await play.kill()
        await play.start()
        await asyncio.sleep(1.5)


@pytest.mark.parametrize("blow", [kill_service, kill_service_at_once])
async def test_killed_in_the_middle(blow: Blow, stage_in: StageIn, tmp_path: Path) -> None:
    await strike_and_check(stage_in, tmp_path, blow)


async def test_apology_while_the_service_is_down(stage_in: StageIn) -> None:
    async with stage_in() as play:
        await play.start()
        await play.kill()
        await asyncio.sleep(1)
        async with play.town.handset("4185550140") as phone:
            await phone.until_hung_up(40)
            heard = phone.pcm()
        for language in ("fr", "en"):
            apology = resident.samples(play.home / "audio" / language / "apology.wav")
            assert ears.contains(heard, apology).share > 0.9
