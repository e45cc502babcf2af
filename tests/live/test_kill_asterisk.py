"""Asterisk killed in the middle of an alert, alone or with the service."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from lab.stage import Stage
from tests.live.blows import Blow, strike_and_check
from tests.live.conftest import StageIn


async def kill_asterisk(play: Stage) -> None:
    os.kill(play.asterisk_pid(), signal.SIGKILL)


async def kill_both(play: Stage) -> None:
    await play.kill()
    os.kill(play.asterisk_pid(), signal.SIGKILL)
    await asyncio.sleep(1)
    await play.start()


async def stall_asterisk(play: Stage) -> None:
    """It hangs for longer than a command may take; calls are open before and after, some in mid-verdict."""
    os.kill(play.asterisk_pid(), signal.SIGSTOP)
    await asyncio.sleep(12.5)
    os.kill(play.asterisk_pid(), signal.SIGCONT)


@pytest.mark.parametrize("blow", [kill_asterisk, kill_both, stall_asterisk])
async def test_killed_in_the_middle(blow: Blow, stage_in: StageIn, tmp_path: Path) -> None:
    await strike_and_check(stage_in, tmp_path, blow)
