"""`/v1/alerts/…/all-clear` and `/v1/jobs`: long acts."""

from __future__ import annotations

from alerts import all_clear, compose, preview
from alerts.send import outside_hours
from db.engine import heartbeat
from records.alerts import FollowRequest, Previewed
from records.jobs import Begun, Job
from service.api.route import Asked, Route
from staff import jobs


async def preview_all_clear(asked: Asked, request: FollowRequest) -> Previewed:
    town, alert_id = asked.town, int(asked.at["id"])
    ending = await all_clear.request(town.store, alert_id, request)
    composed = compose.compose(town.policy, ending, asked.now, follows=alert_id)
    found = await preview.of(town.store, town.policy, composed, asked.now)
    return Previewed(
        preview=preview.answer(found, composed.draft),
        unknown=preview.unknown_numbers(found.unknown),
        warnings=composed.warnings,
        refusal=outside_hours(composed) if composed.opening else "",
        timezone=town.policy.timezone,
    )


async def give_all_clear(asked: Asked, request: FollowRequest) -> Begun:
    town = asked.town
    job_id, warnings = await all_clear.begin(
        town.store, town.policy, int(asked.at["id"]), request, by=asked.by, now=asked.now
    )
    town.job()
    return Begun(
        job=await jobs.find(town.store, job_id),
        warnings=warnings,
        running=await heartbeat.alive(town.store, asked.now),
        timezone=town.policy.timezone,
    )


async def job(asked: Asked) -> Job:
    return await jobs.find(asked.town.store, int(asked.at["id"]))


ROUTES = (
    Route(
        "POST",
        "/alerts/{id:[0-9]+}/all-clear/preview",
        preview_all_clear,
        Previewed,
        "What the all clear would do",
        body=FollowRequest,
    ),
    Route(
        "POST",
        "/alerts/{id:[0-9]+}/all-clear",
        give_all_clear,
        Begun,
        "Stop an alert and its updates, then tell those whom they reached: a job",
        body=FollowRequest,
    ),
    Route("GET", "/jobs/{id:[0-9]+}", job, Job, "How far a long act is"),
)
