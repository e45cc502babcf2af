"""The API in the process of a command, where no service runs on the home: no telephone, no texts. What it stores goes
out when the service runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from db.engine import no_database
from db.engine.errors import StoreError
from db.engine.store import Store
from residents.imports import acts
from service import clock, wiring
from service.api import server
from service.api.route import ApiTown
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
            async with _served(settings, Path(folder)):
                ready.set()
                await stop[0].wait()

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


@asynccontextmanager
async def _served(settings: Settings, folder: Path) -> AsyncIterator[None]:
    """Some requests need no database, and are served without one, too."""
    policy, upkeep = wiring.policy(settings), Upkeep(wiring.equipment_now)
    try:
        store = await Store.open(settings.database_url)
    except StoreError as error:
        store = no_database.store(error)
        async with server.served(ApiTown(store, policy, settings.home, clock.now, upkeep=upkeep), folder):
            yield
        return
    try:
        async with (
            _jobs(settings, store) as job,
            server.served(ApiTown(store, policy, settings.home, clock.now, job=job, upkeep=upkeep), folder),
        ):
            yield
    finally:
        await store.close()


@asynccontextmanager
async def _jobs(settings: Settings, store: Store) -> AsyncIterator[Callable[[int], None]]:
    """Those that are asked for; yields what is told of each. Imports of others are done before its own, so that the
    newest file counts; its own are given up with it, so that an interrupted command does nothing later."""
    asked = list[int]()
    jobs = Jobs(
        *(store, wiring.policy(settings), clock.now, lambda: None),
        import_=lambda job_id: _import(settings, store, job_id),
        ours=lambda job: job.kind not in acts.KINDS or job.id <= max(asked, default=0),
    )

    def job(job_id: int) -> None:
        asked.append(job_id)
        jobs.look()

    working = Tasks[str]("jobs of a command")
    working.keep("jobs", jobs.run)
    try:
        yield job
    finally:
        await working.close()
        await acts.withdraw(store, settings.home, asked, now=clock.now())


async def _import(settings: Settings, store: Store, job_id: int) -> None:
    """In this process, where no call waits for it."""
    await import_module("residents.imports.work").carry_out(store, settings.home, job_id, clock.now)
