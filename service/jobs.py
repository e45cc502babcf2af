"""Carries out stored acts, one task for each, until they are done: also those of a service before this one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from alerts import all_clear
from db.engine.store import Store
from db.staff import jobs
from db.staff.jobs import Job
from residents.imports import acts
from rules.policy import Policy
from supervision.tasks import Tasks

LOOK_S = 5.0
"""Between two looks for what another program stored, or what failed."""


class Jobs:
    """`news` is called when an alert is stored. `import_` carries out one import, preview or undo, by its id; they are
    done one after the other. `ours`: which jobs are to be done here."""

    def __init__(
        self,
        store: Store,
        policy: Policy,
        clock: Callable[[], datetime],
        news: Callable[[], object],
        import_: Callable[[int], Awaitable[object]],
        ours: Callable[[Job], bool] = lambda _: True,
    ) -> None:
        self._store, self._policy, self._clock, self._news = store, policy, clock, news
        self._import, self._ours = import_, ours
        self._importing = asyncio.Lock()
        self._tasks = Tasks[int]("job", event="job_failed")
        self._new = asyncio.Event()

    def look(self) -> None:
        """There is one to be done."""
        self._new.set()

    async def run(self) -> None:
        """Until cancelled. Raises StoreError."""
        try:
            while True:
                self._new.clear()
                for job in await jobs.unfinished(self._store):
                    if job.id not in self._tasks and self._ours(job):
                        self._tasks.start(job.id, self._carry_out(job))
                await self._wait()
        finally:
            await self._tasks.close()

    async def _carry_out(self, job: Job) -> None:
        if job.kind == all_clear.KIND:
            await all_clear.carry_out(self._store, self._policy, job, self._clock)
        if job.kind in acts.KINDS:
            async with self._importing:
                await self._import(job.id)
        self._news()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._new.wait()
        except TimeoutError:
            pass
