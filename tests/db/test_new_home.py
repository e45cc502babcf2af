"""Several programs open a brand-new home at the same moment: the service, and an import beside it."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Barrier

from db.engine import heartbeat
from db.engine.store import Store
from tests.db.town import NOW

PROGRAMS = 3
HOMES = 6


def open_all(folder: Path, together: Barrier) -> list[bytes]:
    """The key of each home, opened by all programs at once."""
    return [asyncio.run(open_one(folder / str(number), together)) for number in range(HOMES)]


async def open_one(home: Path, together: Barrier) -> bytes:
    together.wait(60)
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    await heartbeat.beat(store, NOW)
    await store.close()
    return store.code_key


def test_all_get_in_and_agree_on_the_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(PROGRAMS, context) as programs:
        together = manager.Barrier(PROGRAMS)
        jobs = [programs.submit(open_all, tmp_path, together) for _ in range(PROGRAMS)]
        keys = [job.result() for job in jobs]
    assert keys == keys[:1] * PROGRAMS
