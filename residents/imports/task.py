"""One job that is being carried out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from db.engine.connection import Connection
from db.engine.store import Store
from db.staff import jobs
from db.staff.jobs import Job
from residents.imports import acts

TELL_S = 0.5
"""Between two words of how far it is."""


@dataclass(slots=True)
class Task:
    """One job, and what it needs."""

    store: Store
    home: Path
    job: Job
    clock: Callable[[], datetime]
    told_at: float = 0.0

    async def tell(self, phase: str, read: int = 0, rows: int = 0) -> None:
        """How far it is: at once where a phase begins, else now and then."""
        progress = {**self.job.progress, "phase": phase, "read": read, "rows": max(read, rows)}
        if phase == self.job.progress.get("phase") and time.monotonic() < self.told_at + TELL_S:
            await asyncio.sleep(0)
            return
        await jobs.get_on(self.store, self.job.id, progress)
        self.job, self.told_at = replace(self.job, progress=progress), time.monotonic()

    async def end(self, c: Connection, result: dict[str, Any]) -> None:
        await jobs.end(c, self.job.id, self.clock(), result=result)

    async def give_up(self, why: str) -> None:
        await acts.give_up(self.store, self.job, why, self.clock())
