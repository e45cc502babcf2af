"""Long acts that somebody asked for: how far they are."""

from __future__ import annotations

from db.engine.store import Store
from db.staff import jobs
from records.jobs import JobView
from rules.operator_error import NotThere


async def find(store: Store, job_id: int) -> JobView:
    """Raises NotThere."""
    found = await jobs.get(store, job_id)
    if found is None:
        raise NotThere(f"There is no job {job_id}.")
    return told(found)


def told(job: jobs.Job) -> JobView:
    """As the API tells it."""
    return JobView(
        id=job.id,
        kind=job.kind,
        subject=job.subject,
        by=job.who,
        at=job.at.isoformat(),
        progress=dict(job.progress),
        result=dict(job.result) if job.result is not None else None,
        error=job.error,
        ended_at=job.ended_at.isoformat() if job.ended_at else None,
    )
