"""`/v1/alerts/…/all-clear`."""

from __future__ import annotations

from alerts import all_clear, compose, preview, templates
from alerts.send import refusal
from records.alerts import FollowRequest, Previewed
from records.jobs import JobBegun
from service.api import jobs
from service.api.route import ApiRequest, Route


async def preview_all_clear(asked: ApiRequest, request: FollowRequest) -> Previewed:
    town, alert_id = asked.town, int(asked.at["id"])
    ending = await all_clear.request(town.store, alert_id, templates.news(town.home, request))
    composed = compose.compose(town.policy, ending, asked.now, follows=alert_id)
    found = await preview.of(town.store, town.policy, composed, asked.now)
    return Previewed(
        preview=preview.answer(found, composed.draft),
        unknown=preview.unknown_numbers(found.unknown),
        warnings=composed.warnings,
        refusal=refusal(composed),
        timezone=town.policy.timezone,
    )


async def give_all_clear(asked: ApiRequest, request: FollowRequest) -> JobBegun:
    town, ready = asked.town, templates.news(asked.town.home, request)
    job_id, warnings = await all_clear.begin(
        town.store, town.policy, int(asked.at["id"]), ready, by=asked.by, now=asked.now
    )
    return await jobs.begun(asked, job_id, warnings)


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
        JobBegun,
        "Stop an alert and its updates, then tell those whom they reached: a job",
        body=FollowRequest,
    ),
)
