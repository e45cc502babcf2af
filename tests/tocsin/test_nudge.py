"""A word to the service, over the real socket."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tocsin import nudge


async def test_it_is_felt_and_nobody_waits_for_it(tmp_path: Path) -> None:
    home = tmp_path / ("a-name-too-long-for-the-address-of-a-socket-" * 4)
    home.mkdir()
    nudge.give(home)  # nobody is there
    felt = asyncio.Event()
    async with nudge.felt(home, felt.set):
        nudge.give(home)
        await asyncio.wait_for(felt.wait(), 5)
    nudge.give(home)  # nobody is there any more
    async with nudge.felt(home, felt.clear):  # the socket of the one before lies there still
        assert felt.is_set()


async def test_a_service_without_it_runs_all_the_same(tmp_path: Path) -> None:
    (tmp_path / nudge.SOCKET).mkdir()
    async with nudge.felt(tmp_path, lambda: None):
        nudge.give(tmp_path)
