"""`tocsin alert update` and `end`."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated
from uuid import uuid4

import typer

from records.alerts import FollowRequest
from records.client import Client
from records.jobs import JobBegun, JobView
from rules.model import Language
from tocsin.commands import common, drafts, sending

Everybody = Annotated[bool, typer.Option("--everybody", help="To all whom that alert was for, reached or not.")]
POLL_S = 0.5


def update(
    id: sending.Id,  # noqa: A002
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    template: drafts.Template = "",
    fill: drafts.Fill = [],  # noqa: B006
    title: drafts.Title = "",
    everybody: Everybody = False,
    when_allowed: drafts.WhenAllowed = False,
    until: drafts.Until = "",
    yes: sending.Yes = False,
    wait: sending.Wait = False,
    json: common.Json = False,
) -> None:
    """Tell those whom an alert reached what is new. The first alert goes on; who is reached by it later is not told:
    --everybody tells all whom it was for."""
    asked = FollowRequest(
        texts={Language.FR: text_fr, Language.EN: text_en},
        template=template,
        fill=drafts.filled(fill),
        title=title,
        everybody=everybody,
        when_allowed=when_allowed,
        until=until,
    )
    with common.service() as service:
        sending.deliver(service, f"/alerts/{id}/updates", asked, yes=yes, wait=wait, json=json)


def end(
    id: sending.Id,  # noqa: A002
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    template: drafts.Template = "",
    fill: drafts.Fill = [],  # noqa: B006
    title: drafts.Title = "",
    everybody: Everybody = False,
    when_allowed: drafts.WhenAllowed = False,
    until: drafts.Until = "",
    yes: sending.Yes = False,
    wait: sending.Wait = False,
    json: common.Json = False,
) -> None:
    """Give the all clear: stop an alert and its updates, let their open calls come to their end, then tell exactly
    those whom they reached. --everybody tells all whom they were for."""
    asked = FollowRequest(
        texts={Language.FR: text_fr, Language.EN: text_en},
        template=template,
        fill=drafts.filled(fill),
        title=title,
        everybody=everybody,
        when_allowed=when_allowed,
        until=until,
    )
    with common.service() as service:
        path = f"/alerts/{id}/all-clear"
        sending.ask(service, path, asked, yes=yes or json)
        begun = service.post(path, asked, JobBegun, key=str(uuid4()))
        for warning in begun.warnings:
            common.warn(warning)
        alert_id = _followed(service, begun, json=json)
        sending.finish(service, alert_id, over=wait, wait=wait, json=json)


def _followed(service: Client, begun: JobBegun, *, json: bool) -> int:
    """Until the all clear is on its way, whoever leaves; its alert."""
    job = begun.job
    said: set[int] = set()
    waits = False
    while True:
        for each in job.progress.get("cancelled", ()):
            if each not in said:
                common.say(f"Alert {each} is cancelled.", json=json)
            said.add(each)
        if job.ended_at:
            return _ended(begun, job, json=json)
        if job.progress.get("under_way") and not waits:
            common.say("Calls and texts under way come to their end first, within 120 s.", json=json)
            waits = True
        time.sleep(POLL_S)
        job = common.patiently(partial(service.get, f"/jobs/{job.id}", JobView))


def _ended(begun: JobBegun, job: JobView, *, json: bool) -> int:
    if job.result is None:
        common.fail(job.error or "The all clear was given up.")
    sending.say_stored(
        job.result["alert"],
        job.result["people"],
        job.result["left_out"],
        starts_at=job.result["starts_at"],
        timezone=begun.timezone,
        running=begun.running,
        json=json,
    )
    return int(job.result["alert"])
