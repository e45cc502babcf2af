"""Long acts that somebody asked for: how far they are."""

from __future__ import annotations

from db.engine.store import Store
from db.staff import jobs
from records.jobs import Job
from rules.trouble import NotThere


async def find(store: Store, job_id: int) -> Job:
    """As the API tells it. Raises NotThere."""
    found = await jobs.get(store, job_id)
    if found is None:
        raise NotThere(f"There is no job {job_id}.")
    return Job(
        id=found.id,
        kind=found.kind,
        subject=found.subject,
        by=found.who,
        at=found.at.isoformat(),
        progress=dict(found.progress),
        result=dict(found.result) if found.result is not None else None,
        error=found.error,
        ended_at=found.ended_at.isoformat() if found.ended_at else None,
    )
