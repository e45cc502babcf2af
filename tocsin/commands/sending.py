"""`tocsin alert preview`, `send`, `update`, `end`."""

from __future__ import annotations

import asyncio
import getpass
import sys
from typing import Annotated

import typer

from alerts import audience
from alerts.model import Alert, Household, Language, Numbers, Purpose
from alerts.status import AlertStatus
from db import alerts, contacts, opt_outs
from db import service as heartbeat
from db.store import Store
from tocsin import outlook, wiring
from tocsin.commands import common, drafts, showing
from tocsin.commands.common import console
from tocsin.settings import Settings

Id = Annotated[int, typer.Argument(help="The number that `alert send` gave.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it goes out.")]
Wait = Annotated[bool, typer.Option("--wait", help="Stay until everybody was tried; show the result.")]
Everybody = Annotated[bool, typer.Option("--everybody", help="To all whom that alert was for, reached or not.")]
LAST_CALLS_S = 120.0  # for calls under way to come to their end
POLL_S = 0.5


def preview(
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    to: drafts.To = drafts.EVERYBODY,
    but: drafts.Except = [],  # noqa: B006
    title: drafts.Title = "",
    channels: drafts.Channels = "voice,sms",
    purpose: drafts.Why = Purpose.EMERGENCY,
    at: drafts.At = "",
    when_allowed: drafts.WhenAllowed = False,
    until: drafts.Until = "",
    numbers: drafts.WhichNumbers = Numbers.FIRST_REACHED,
    household: drafts.WhichPeople = Household.EACH,
    json: common.Json = False,
) -> None:
    """Show what `alert send` would do with the same options: how many people, who is left out and why, parts of text,
    minutes on the trunks, and when all are reached. Nothing goes out.

    \b
    Example:
      tocsin alert preview --to "street:Rue des Érables:10-98:even" --to postal:J6W --except topic:Essais
        --text-fr "Faites bouillir l'eau une minute." --text-en "Boil your water for one minute."
    """
    ours = common.loaded(log_level="warning")
    when = drafts.When(at, when_allowed, until)
    texts = {Language.FR: text_fr, Language.EN: text_en}
    asked = drafts.draft(
        ours,
        title=title,
        texts=texts,
        to=to,
        but=but,
        channels=channels,
        purpose=purpose,
        when=when,
        numbers=numbers,
        household=household,
    )
    common.with_store(ours, lambda store: _preview(store, ours, asked, json=json))


async def _preview(store: Store, ours: Settings, asked: drafts.Asked, *, json: bool) -> None:
    try:
        found = await outlook.of(store, ours, asked.draft, drafts.local_now(ours), asked.opening)
    except audience.BadTarget as error:
        common.fail(str(error), status=common.WRONG_USAGE)
    if json:
        common.print_json(outlook.as_data(found, asked.draft))
        return
    console.print(outlook.table(found, asked.draft))
    if asked.opening:
        common.warn(_outside(asked))


def send(
    title: drafts.Title,
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    to: drafts.To = drafts.EVERYBODY,
    but: drafts.Except = [],  # noqa: B006
    channels: drafts.Channels = "voice,sms",
    purpose: drafts.Why = Purpose.EMERGENCY,
    at: drafts.At = "",
    when_allowed: drafts.WhenAllowed = False,
    until: drafts.Until = "",
    numbers: drafts.WhichNumbers = Numbers.FIRST_REACHED,
    household: drafts.WhichPeople = Household.EACH,
    yes: Yes = False,
    wait: Wait = False,
    json: common.Json = False,
) -> None:
    """Send an alert to residents: to each in their language, by call and text.

    \b
    Example:
      tocsin alert send --title "Avis d'ébullition" --to "sector:Vieux Bourg" --except topic:Essais
        --text-fr "Faites bouillir l'eau une minute." --wait
        --text-en "Boil your water for one minute."

    It goes out at once while the service runs (`tocsin up`). On a terminal the preview is shown first, and you are
    asked. Follow it with `tocsin alert show ID --watch`, stop it with `tocsin alert pause ID` or `cancel ID`.
    """
    ours = common.loaded(log_level="warning")
    when = drafts.When(at, when_allowed, until)
    texts = {Language.FR: text_fr, Language.EN: text_en}
    asked = drafts.draft(
        ours,
        title=title,
        texts=texts,
        to=to,
        but=but,
        channels=channels,
        purpose=purpose,
        when=when,
        numbers=numbers,
        household=household,
    )
    common.with_store(ours, lambda store: _send(store, ours, asked, yes=yes, wait=wait, json=json))


def _outside(asked: drafts.Asked) -> str:
    opening = f"{asked.opening:%Y-%m-%d %H:%M}" if asked.opening else ""
    return (
        f"An alert for {asked.draft.purpose} may not ring at this hour (weekdays 9:00 to 21:30, weekends 10:00 to "
        f"18:00). Send it with --when-allowed, which begins at {opening}, or use --purpose emergency when lives or "
        "health are at stake."
    )


async def _send(store: Store, ours: Settings, asked: drafts.Asked, *, yes: bool, wait: bool, json: bool) -> int:
    draft = asked.draft
    if asked.opening:
        common.fail(_outside(asked))
    if not (yes or json) and sys.stdin.isatty() and sys.stdout.isatty():
        await _preview(store, ours, asked, json=False)
        typer.confirm("Send it?", abort=True)
    try:
        residents = await contacts.matching(store, draft.target)
    except audience.BadTarget as error:
        common.fail(str(error), status=common.WRONG_USAGE)
    if not residents:
        common.fail(f"Nobody in the store matches “{draft.target}”. `tocsin contacts list` shows who is there.")
    stopped = await opt_outs.opt_outs(store)
    planned, left_out = audience.plan(residents, draft, stopped, ours.allowed_area_codes)
    alert_id = await alerts.create(
        store, draft, planned, left_out, by=getpass.getuser(), now=wiring.now(), organization=ours.organization
    )
    if not json:
        told = len(planned) + sum(len(one.told_with) for one in planned)
        begins = f" It begins at {draft.starts_at:%Y-%m-%d %H:%M}." if draft.starts_at else ""
        console.print(f"Alert {alert_id}: {told} to reach, {len(left_out)} left out.{begins}")
    if not await heartbeat.alive(store, wiring.now()):
        common.warn("The service is not running: nothing goes out until `make up`.")
    if wait:
        await showing.follow(store, alert_id, quiet=json)
    if wait or json:
        await showing.show(store, alert_id, json=json)
    return alert_id


def update(
    id: Id,  # noqa: A002
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    title: drafts.Title = "",
    everybody: Everybody = False,
    until: drafts.Until = "",
    yes: Yes = False,
    wait: Wait = False,
    json: common.Json = False,
) -> None:
    """Tell those whom an alert reached what is new. The first alert goes on; who is reached by it later is not told:
    --everybody tells all whom it was for."""
    ours = common.loaded(log_level="warning")
    texts = {Language.FR: text_fr, Language.EN: text_en}

    async def work(store: Store) -> None:
        first = await showing.known(store, id)
        asked = _following(ours, first, title or f"Mise à jour : {first.title}", texts, until, everybody=everybody)
        await _send(store, ours, asked, yes=yes, wait=wait, json=json)

    common.with_store(ours, work)


def end(
    id: Id,  # noqa: A002
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    title: drafts.Title = "",
    everybody: Everybody = False,
    until: drafts.Until = "",
    yes: Yes = False,
    wait: Wait = False,
    json: common.Json = False,
) -> None:
    """Give the all clear: stop an alert, let its open calls come to their end, then tell exactly those whom it
    reached. --everybody tells all whom it was for."""
    ours = common.loaded(log_level="warning")
    texts = {Language.FR: text_fr, Language.EN: text_en}

    async def work(store: Store) -> None:
        first = await showing.known(store, id)
        asked = _following(ours, first, title or f"Fin : {first.title}", texts, until, everybody=everybody)
        await alerts.steer(store, id, AlertStatus.CANCELLED, by=getpass.getuser(), now=wiring.now())
        await _last_calls(store, id)
        await _send(store, ours, asked, yes=yes, wait=wait, json=json)

    common.with_store(ours, work)


def _following(
    ours: Settings, first: Alert, title: str, texts: dict[Language, str], until: str, *, everybody: bool
) -> drafts.Asked:
    """To the same people, by the same channels, for the same purpose."""
    return drafts.draft(
        ours,
        title=title,
        texts=texts,
        to=[f"alert:{first.id}" if everybody else f"reached:{first.id}"],
        but=[],
        channels=",".join(first.channels),
        purpose=first.purpose,
        when=drafts.When(until=until),
        numbers=first.numbers,
        household=first.household,
        follows=first.id,
    )


async def _last_calls(store: Store, alert_id: int) -> None:
    """Who is being told at this moment counts among those reached."""
    ends_at = asyncio.get_running_loop().time() + LAST_CALLS_S
    while asyncio.get_running_loop().time() < ends_at:
        if not (await alerts.counts(store, alert_id))["ringing"]:
            return
        await asyncio.sleep(POLL_S)
    common.warn("Some calls of the first alert are still open: whoever they reach is not told of its end.")
