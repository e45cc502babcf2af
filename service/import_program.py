"""The program that carries out one import for the service, and ends with it. In the service itself, reading 100,000
rows would hold up every call."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from db.engine.store import Store
from db.staff import jobs
from residents.imports import acts, kept
from service import clock, logs
from service.places import ROOT

if TYPE_CHECKING:
    from service.settings import Settings

NICE = 10
"""Calls go first."""
ENDED_EARLY = (
    "What carried it out ended in the middle of it ({}): nothing was imported or undone. See the log; where memory is "
    "short, import the file in several parts."
)


class Order(Struct, frozen=True):
    """What it is told, in one line on its standard input, which stays open for as long as the service lives."""

    database: str
    home: str
    job: int
    log_level: str
    log_format: str


async def carry_out(settings: Settings, store: Store, job_id: int) -> None:
    """To its end, also where the program dies of it. Raises StoreError."""
    try:
        ended = await _ended(settings, job_id)
        why = f"signal {-ended}" if ended < 0 else f"status {ended}"
    except OSError as error:
        ended, why = 1, f"it could not be started: {error.strerror}"
    job = await jobs.get(store, job_id) if ended else None
    if job:
        await acts.give_up(store, job, ENDED_EARLY.format(why), clock.now())
        kept.forget(settings.home, job)


async def _ended(settings: Settings, job_id: int) -> int:
    """The exit status of the program; cancelled, it is killed."""
    order = Order(settings.database_url, str(settings.home), job_id, settings.log_level, settings.log_format)
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service.import_program"),
        stdin=asyncio.subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,  # a Ctrl-C is for the service, which ends it
    )
    assert program.stdin is not None
    try:
        program.stdin.write(msgspec.json.encode(order) + b"\n")
        return await program.wait()
    except asyncio.CancelledError:
        program.kill()
        await program.wait()
        raise


def main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    os.nice(NICE)
    logs.configure(order.log_level, order.log_format)
    asyncio.run(_carry_out(order))


async def _carry_out(order: Order) -> None:
    work = import_module("residents.imports.work")  # what reads files is loaded here only
    store = await Store.open(order.database)
    try:
        await work.carry_out(store, Path(order.home), order.job, clock.now)
    finally:
        await store.close()


def _end_with_the_service() -> None:
    """However it ends: the store rolls back, and the next service begins again."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
