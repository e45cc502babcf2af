"""`/v1/uploads` and `/v1/imports`: files of residents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from records.imports import FileSeen, ImportRequest, Imports, Stayed, Uploaded
from records.jobs import JobBegun
from residents.imports import acts, kept
from service.api import jobs
from service.api.route import ApiRequest, Route
from staff.jobs import told

LISTED = 20


async def upload(asked: ApiRequest, octets: AsyncIterator[bytes]) -> Uploaded:
    return await kept.keep(asked.town.home, octets)


async def begin(asked: ApiRequest, request: ImportRequest) -> JobBegun:
    town = asked.town
    return await jobs.begun(asked, await acts.begin(town.store, town.home, request, by=asked.by, now=asked.now))


async def preview(asked: ApiRequest, request: ImportRequest) -> JobBegun:
    town = asked.town
    return await jobs.begun(asked, await acts.preview(town.store, town.home, request, by=asked.by, now=asked.now))


async def undo(asked: ApiRequest) -> JobBegun:
    job_id = await acts.undo(asked.town.store, int(asked.at["id"]), by=asked.by, now=asked.now)
    return await jobs.begun(asked, job_id)


async def listed(asked: ApiRequest) -> Imports:
    found, unlisted = await acts.past(asked.town.store, limit=asked.number("limit", LISTED), now=asked.now)
    return Imports(imports=tuple(found), jobs=tuple(map(told, unlisted)), timezone=asked.town.policy.timezone)


async def seen(asked: ApiRequest) -> Path:
    return kept.there(kept.seen(asked.town.home, int(asked.at["id"])))


async def refused(asked: ApiRequest) -> Path:
    return kept.there(kept.refused(asked.town.home, int(asked.at["id"])))


ROUTES = (
    Route("POST", "/uploads", upload, Uploaded, "Send a file of residents, as it is", body=bytes),
    Route("GET", "/imports", listed, Imports, "The imports, newest first (`limit`)"),
    Route("POST", "/imports/preview", preview, JobBegun, "See what an import would do: a job", body=ImportRequest),
    Route("POST", "/imports", begin, JobBegun, "Import a file of residents: a job", body=ImportRequest),
    Route("POST", "/imports/{id:[0-9]+}/undo", undo, JobBegun, "Undo an import: a job"),
    Route("GET", "/jobs/{id:[0-9]+}/seen", seen, FileSeen, "What an import or its preview saw in the file"),
    Route("GET", "/jobs/{id:[0-9]+}/left", seen, Stayed, "Whom an undo left as they are"),
    Route("GET", "/jobs/{id:[0-9]+}/refused.csv", refused, "text/csv", "The rows that an import skipped"),
)
