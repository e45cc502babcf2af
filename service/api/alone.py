"""The API in the process of a command, where no service runs on the home: no telephone, no texts. What it stores goes
out when the service runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from db.engine import no_database
from db.engine.errors import StoreError
from db.engine.store import Store
from service import clock, wiring
from service.api import server
from service.api.route import Town
from service.jobs import Jobs
from service.settings import Settings
from supervision.tasks import Tasks
from upkeep.equipment import Upkeep


@contextmanager
def served(settings: Settings) -> Iterator[Path]:
    """The folder of its socket, which nobody else may open."""
    with TemporaryDirectory(prefix="tocsin-") as folder, asyncio.Runner() as runner:
        ready = threading.Event()
        stop: list[asyncio.Event] = []
        failed: list[BaseException] = []

        async def serve() -> None:
            stop.append(asyncio.Event())
            store, opened = await _store(settings)
            try:
                policy = wiring.policy(settings)
                jobs = Jobs(store, policy, clock.now, lambda: None)
                upkeep = Upkeep(wiring.equipment_now)
                town = Town(store, policy, settings.home, clock.now, job=jobs.look, upkeep=upkeep)
                working = Tasks[str]("jobs of a command")
                if opened:
                    working.keep("jobs", jobs.run)
                async with server.served(town, Path(folder)):
                    ready.set()
                    await stop[0].wait()
                await working.close()
            finally:
                await store.close()

        def run() -> None:
            try:
                runner.run(serve())
            except BaseException as error:
                failed.append(error)
            finally:
                ready.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        ready.wait()
        if failed:
            raise failed[0]
        try:
            yield Path(folder)
        finally:
            runner.get_loop().call_soon_threadsafe(stop[0].set)
            thread.join()


async def _store(settings: Settings) -> tuple[Store, bool]:
    """And whether it could be opened: some requests need none, and must be served then, too."""
    try:
        return await Store.open(settings.database_url), True
    except StoreError as error:
        return no_database.store(error), False
