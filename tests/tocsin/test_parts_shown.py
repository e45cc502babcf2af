"""A part of the service that fails is shown wherever operators look."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from db.engine import heartbeat
from db.engine.store import Store
from service import clock, metrics, vitals
from supervision.parts import BackOff, Part, PartFailed, Parts, PartState

SOON_S = 20.0


async def fails(_: Part) -> None:
    raise PartFailed("no room on the disk", remedy="free some room")


async def until_failed(part: Part) -> None:
    async with asyncio.timeout(SOON_S):
        while part.state is not PartState.FAILED:
            await asyncio.sleep(0.01)


async def beaten(home: Path) -> None:
    """A heartbeat of a service whose reports have failed."""
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    parts = Parts(clock.now, print, BackOff(first_s=60))
    async with parts.running("reports", fails) as part:
        await until_failed(part)
        await heartbeat.beat(store, clock.now(), vitals.Vitals(["sms"], clock.now().isoformat(), parts).state())
    await store.close()


@pytest.mark.parametrize("command", [["status"], ["doctor", "--only", "service"]])
def test_by_commands(tmp_path: Path, command: list[str]) -> None:
    asyncio.run(beaten(tmp_path))
    environment = {**os.environ, "TOCSIN_HOME": str(tmp_path), "COLUMNS": "200"}
    done = subprocess.run([sys.executable, "-m", "tocsin", *command], env=environment, capture_output=True, text=True)
    said = done.stdout + done.stderr
    for word in ("reports", "failed", "no room on the disk", "free some room"):
        assert word in said


async def test_by_metrics(tmp_path: Path, unused_tcp_port: int) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    parts = Parts(clock.now, print, BackOff(first_s=60))
    bind = f"127.0.0.1:{unused_tcp_port}"
    now = vitals.Vitals(["sms"], "", parts)
    async with (
        parts.running("metrics", lambda _: metrics.serve(bind, store, now)) as serving,
        parts.running("reports", fails) as part,
    ):
        await until_failed(part)
        assert serving.state is PartState.RUNNING
        text = await fetched(f"http://{bind}/metrics")
    assert 'tocsin_part_up{part="reports"} 0.0' in text
    assert 'tocsin_part_up{part="metrics"} 1.0' in text
    await store.close()


async def fetched(url: str) -> str:
    async with asyncio.timeout(SOON_S), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as response:
                    return await response.text()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
