"""`tocsin alert update` and `end`."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from alerts import follow, steer
from db.alerts import alerts
from db.engine.store import Store
from records.alerts import FollowRequest
from rules.model import Language
from rules.status import AlertStatus
from service import clock, nudge
from tocsin.commands import common, drafts, sending

Everybody = Annotated[bool, typer.Option("--everybody", help="To all whom that alert was for, reached or not.")]
LAST_CALLS_S = 120.0  # for calls under way to come to their end
POLL_S = 0.5


def update(
    id: sending.Id,  # noqa: A002
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
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
    ours = common.loaded(log_level="warning")
    asked = FollowRequest(
        texts={Language.FR: text_fr, Language.EN: text_en},
        title=title,
        everybody=everybody,
        when_allowed=when_allowed,
        until=until,
    )

    async def work(store: Store) -> None:
        first = await steer.known(store, id)
        composed = drafts.composed(ours, follow.update(first, asked), follows=id)
        await sending.deliver(store, ours, composed, yes=yes, wait=wait, json=json)

    common.with_store(ours, work)


def end(
    id: sending.Id,  # noqa: A002
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
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
    ours = common.loaded(log_level="warning")
    asked = FollowRequest(
        texts={Language.FR: text_fr, Language.EN: text_en},
        title=title,
        everybody=everybody,
        when_allowed=when_allowed,
        until=until,
    )

    async def work(store: Store) -> None:
        first = await steer.known(store, id)
        family = await alerts.family(store, id)
        composed = drafts.composed(ours, follow.all_clear(first, asked, family), follows=id)

        async def stop() -> None:
            for each in family:
                if await alerts.steer(store, each, AlertStatus.CANCELLED, by=getpass.getuser(), now=clock.now()):
                    common.say(f"Alert {each} is cancelled.", json=json)
            await alerts.all_clear(store, id, now=clock.now())
            nudge.give(ours.home)
            await _last_calls(store, family, json=json)
            await alerts.all_clear(store, id, now=clock.now())  # for an update sent meanwhile, too

        await sending.deliver(store, ours, composed, yes=yes, wait=wait, json=json, before=stop)

    common.with_store(ours, work)


async def _last_calls(store: Store, family: Sequence[int], *, json: bool) -> None:
    """Who is being told at this moment, by a call or a text, counts among those reached."""
    ends_at = asyncio.get_running_loop().time() + LAST_CALLS_S
    said = False
    while asyncio.get_running_loop().time() < ends_at:
        counts = [await alerts.counts(store, each) for each in family]
        if not any(each["ringing"] or each["waiting"] for each in counts):
            return
        if not said:
            common.say(f"Calls and texts under way come to their end first, within {LAST_CALLS_S:.0f} s.", json=json)
            said = True
        await asyncio.sleep(POLL_S)
    common.warn("Some calls or texts are still under way: whoever they reach is not told of the end.")
