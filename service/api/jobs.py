"""`/v1/jobs`: how far long acts are."""

from __future__ import annotations

from db.engine import heartbeat
from records.jobs import JobBegun, JobView
from service.api.route import ApiRequest, Route
from staff import jobs


async def job(asked: ApiRequest) -> JobView:
    return await jobs.find(asked.town.store, int(asked.at["id"]))


async def begun(asked: ApiRequest, job_id: int, warnings: tuple[str, ...] = ()) -> JobBegun:
    """The service is told that there is one to be done."""
    asked.town.job(job_id)
    return JobBegun(
        job=await jobs.find(asked.town.store, job_id),
        warnings=warnings,
        running=await heartbeat.alive(asked.town.store, asked.now),
        timezone=asked.town.policy.timezone,
    )


ROUTES = (Route("GET", "/jobs/{id:[0-9]+}", job, JobView, "How far a long act is"),)
