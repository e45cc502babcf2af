"""`/v1/jobs`: how far long acts are."""

from __future__ import annotations

from db.engine import heartbeat
from records.jobs import Begun, Job
from service.api.route import Asked, Route
from staff import jobs


async def job(asked: Asked) -> Job:
    return await jobs.find(asked.town.store, int(asked.at["id"]))


async def begun(asked: Asked, job_id: int, warnings: tuple[str, ...] = ()) -> Begun:
    """The service is told that there is one to be done."""
    asked.town.job(job_id)
    return Begun(
        job=await jobs.find(asked.town.store, job_id),
        warnings=warnings,
        running=await heartbeat.alive(asked.town.store, asked.now),
        timezone=asked.town.policy.timezone,
    )


ROUTES = (Route("GET", "/jobs/{id:[0-9]+}", job, Job, "How far a long act is"),)
