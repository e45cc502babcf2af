"""`/v1/streets`: which civic numbers are in which sector."""

from __future__ import annotations

from records.jobs import JobBegun
from records.streets import Streets, StreetsRequest
from residents.streets import acts
from service.api import jobs
from service.api.route import ApiRequest, Route


async def begin(asked: ApiRequest, request: StreetsRequest) -> JobBegun:
    town = asked.town
    return await jobs.begun(asked, await acts.begin(town.store, town.home, request, by=asked.by, now=asked.now))


async def listed(asked: ApiRequest) -> Streets:
    return await acts.listed(asked.town.store)


ROUTES = (
    Route("GET", "/streets", listed, Streets, "The streets of the town, with their sectors"),
    Route("POST", "/streets/import", begin, JobBegun, "Take the streets from a file: a job", body=StreetsRequest),
)
