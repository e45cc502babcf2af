"""The all clear: one stored act. It stops an alert and its updates, lets their open calls come to their end, then tells
exactly those whom they reached. The service carries it out to its end, whoever goes away, and again after a kill."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import msgspec
from msgspec.structs import replace

from alerts import compose, follow, steer
from alerts.send import nobody, outside_hours
from db.alerts import alerts, endings, store_alert
from db.alerts.store_alert import Created
from db.engine.connection import Connection
from db.engine.store import Store
from db.staff import jobs, journal
from db.staff.jobs import Job
from records.alerts import AlertRequest, FollowRequest
from records.rejected import Rejected
from rules.audience import Draft
from rules.operator_error import NotNow, NotThere
from rules.policy import Policy
from rules.status import AlertStatus

KIND = "all_clear"
LAST_CALLS = timedelta(seconds=120)
"""For calls and texts under way to come to their end: whoever is being told then counts among those reached."""
LOOK_S = 0.5

Clock = Callable[[], datetime]


async def request(store: Store, alert_id: int, asked: FollowRequest) -> AlertRequest:
    """The alert that says that it is over. Raises NotThere."""
    first = await steer.known(store, alert_id)
    return follow.all_clear(first, asked, await alerts.family(store, alert_id))


async def begin(
    store: Store, policy: Policy, alert_id: int, asked: FollowRequest, *, by: str, now: datetime
) -> tuple[int, tuple[str, ...]]:
    """The job, and warnings. Nothing that is wrong with the request is found out later. Raises Rejected, NotThere,
    NotNow."""
    composed = compose.compose(policy, await request(store, alert_id, asked), now, follows=alert_id)
    if composed.opening:
        raise NotNow(outside_hours(composed))
    family = await alerts.family(store, alert_id)
    until = composed.draft.expires_at.isoformat(sep=" ") if asked.until and composed.draft.expires_at else ""
    kept = msgspec.to_builtins(replace(asked, until=until, when_allowed=True))
    async with store.writing() as c:
        if any(job.kind == KIND and _alert(job) in family for job in await jobs.going(c)):
            raise NotNow(f"The all clear of alert {alert_id} is being given already.")
        job_id = await jobs.create(c, KIND, f"alert {alert_id}", kept, by=by, now=now)
        await journal.record(c, by, "gave the all clear", f"alert {alert_id}", {"job": job_id}, now)
    return job_id, composed.warnings


async def carry_out(store: Store, policy: Policy, job: Job, clock: Clock) -> None:
    """From wherever it stands: each step may be done again. Raises StoreError."""
    alert_id = _alert(job)
    while (job := await _stopped(store, job, clock())).progress["under_way"] and clock() < job.at + LAST_CALLS:
        await asyncio.sleep(LOOK_S)
    try:
        asked = msgspec.convert(job.request, FollowRequest)
        composed = compose.compose(policy, await request(store, alert_id, asked), clock(), follows=alert_id)
        await store_alert.create(
            store,
            composed.draft,
            policy.area_codes,
            by=job.who,
            now=clock(),
            organization=policy.organization,
            also=partial(_end, job_id=job.id, draft=composed.draft, now=clock()),
        )
    except (Rejected, NotThere) as error:
        await _give_up(store, job, str(error), clock())
    except store_alert.NoRecipients:
        await _give_up(store, job, nobody(composed.draft), clock())


def _alert(job: Job) -> int:
    return int(job.subject.rpartition(" ")[2])


async def _stopped(store: Store, job: Job, now: datetime) -> Job:
    """Stop the alert and its updates, those sent meanwhile, too; see whether somebody is still being told."""
    family = await alerts.family(store, _alert(job))
    cancelled = list(job.progress.get("cancelled", ()))
    for each in family:
        if await alerts.steer(store, each, AlertStatus.CANCELLED, by=job.who, now=now):
            cancelled.append(each)
    await endings.sweep(store, now)  # of an alert that was cancelled by a service killed in the middle of it
    await alerts.all_clear(store, _alert(job), now=now)
    counts = [await alerts.counts(store, each) for each in family]
    under_way = sum(each["ringing"] + each["waiting"] for each in counts)
    progress = {"cancelled": cancelled, "under_way": under_way}
    if progress != job.progress:
        await jobs.get_on(store, job.id, progress)
    return replace(job, progress=progress)


async def _end(c: Connection, created: Created, *, job_id: int, draft: Draft, now: datetime) -> None:
    result = {
        "alert": created.id,
        "people": created.people,
        "left_out": created.left_out,
        "starts_at": draft.starts_at.isoformat() if draft.starts_at else None,
    }
    await jobs.end(c, job_id, now, result=result)


async def _give_up(store: Store, job: Job, why: str, now: datetime) -> None:
    async with store.writing() as c:
        await jobs.end(c, job.id, now, error=why)
