"""`tocsin alert update` and `end`."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from db.alerts import alerts
from db.engine.store import Store
from rules.model import Alert, Language
from rules.status import AlertStatus
from service import clock, nudge
from service.settings import Settings
from tocsin.commands import common, drafts, sending, showing

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
    texts = {Language.FR: text_fr, Language.EN: text_en}
    when = drafts.When(when_allowed=when_allowed, until=until)

    async def work(store: Store) -> None:
        first = await showing.known(store, id)
        title_ = title or f"Mise à jour : {first.title}"
        asked = _following(ours, first, title_, texts, when, of=[id], everybody=everybody)
        await sending.deliver(store, ours, asked, yes=yes, wait=wait, json=json)

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
    texts = {Language.FR: text_fr, Language.EN: text_en}
    when = drafts.When(when_allowed=when_allowed, until=until)

    async def work(store: Store) -> None:
        first = await showing.known(store, id)
        title_ = title or f"Fin : {first.title}"
        family = await alerts.family(store, id)
        asked = _following(ours, first, title_, texts, when, of=family, everybody=everybody)

        async def stop() -> None:
            for each in family:
                if await alerts.steer(store, each, AlertStatus.CANCELLED, by=getpass.getuser(), now=clock.now()):
                    common.say(f"Alert {each} is cancelled.", json=json)
            await alerts.all_clear(store, id, now=clock.now())
            nudge.give(ours.home)
            await _last_calls(store, family, json=json)
            await alerts.all_clear(store, id, now=clock.now())  # for an update sent meanwhile, too

        await sending.deliver(store, ours, asked, yes=yes, wait=wait, json=json, before=stop)

    common.with_store(ours, work)


def _following(
    ours: Settings,
    first: Alert,
    title: str,
    texts: dict[Language, str],
    when: drafts.When,
    *,
    of: Sequence[int],
    everybody: bool,
) -> drafts.Asked:
    """To the people of these alerts, by the same channels, for the same purpose."""
    return drafts.draft(
        ours,
        title=title,
        texts=texts,
        to=[f"{'alert' if everybody else 'reached'}:{each}" for each in of],
        but=[],
        channels=",".join(first.channels),
        purpose=first.purpose,
        when=when,
        numbers=first.numbers,
        household=first.household,
        follows=first.id,
    )


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
