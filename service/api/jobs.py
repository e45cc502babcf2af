"""`/v1/jobs`: how far long acts are."""

from __future__ import annotations

from db.engine import heartbeat
from db.staff import jobs
from records.jobs import Begun, Job
from rules.trouble import NotThere
from service.api.route import Asked, Route


async def job(asked: Asked) -> Job:
    return await _found(asked, int(asked.at["id"]))


async def begun(asked: Asked, job_id: int, warnings: tuple[str, ...] = ()) -> Begun:
    """The service is told that there is one to be done."""
    asked.town.job(job_id)
    return Begun(
        job=await _found(asked, job_id),
        warnings=warnings,
        running=await heartbeat.alive(asked.town.store, asked.now),
        timezone=asked.town.policy.timezone,
    )


async def _found(asked: Asked, job_id: int) -> Job:
    found = await jobs.get(asked.town.store, job_id)
    if found is None:
        raise NotThere(f"There is no job {job_id}.")
    return told(found)


def told(job: jobs.Job) -> Job:
    """As the API tells it."""
    return Job(
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


ROUTES = (Route("GET", "/jobs/{id:[0-9]+}", job, Job, "How far a long act is"),)
