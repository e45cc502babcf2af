"""A home with the part of the service that answers and does jobs: no telephone is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from records.client import Client
from service.places import ROOT

SOON_S = 60.0

SERVICE = """
import asyncio
from functools import partial
from db.engine.store import Store
from service import clock, import_program, settings, wiring
from service.api import server
from service.api.route import ApiTown
from service.jobs import Jobs

async def main():
    ours = settings.load(None)
    store, policy = await Store.open(ours.database_url), wiring.policy(ours)
    jobs = Jobs(store, policy, clock.now, lambda: None, partial(import_program.carry_out, ours, store))
    town = ApiTown(store, policy, ours.home, clock.now, job=lambda _: jobs.look())
    await asyncio.gather(server.run(town), jobs.run())

asyncio.run(main())
"""


class Served:
    """`settings`: beside the home."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.client = Client(home)
        self.url = f"sqlite:///{home}/tocsin.db"
        self._environment = {**os.environ, "TOCSIN_HOME": str(home), **settings}

    def started(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *words], env=self._environment, cwd=ROOT, stdout=subprocess.DEVNULL)

    @contextmanager
    def service(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.started("-c", SERVICE) as process:
            try:
                until(self.client.answers)
                yield process
            finally:
                process.kill()


def until(done: Callable[[], object]) -> None:
    ends_at = time.monotonic() + SOON_S
    while not done():
        assert time.monotonic() < ends_at
        time.sleep(0.02)
