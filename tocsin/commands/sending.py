"""`tocsin alert preview` and `send`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from db.alerts import alerts, store_alert, targets
from db.engine import heartbeat
from db.engine.store import Store
from rules import audience, schedule
from rules.model import Channel, Household, Language, Numbers, Purpose
from rules.outcome import REACHED, DeliveryOutcome
from service import clock, nudge, outlook
from service.settings import Settings
from tocsin.commands import common, drafts, showing
from tocsin.commands.common import console

Id = Annotated[int, typer.Argument(help="The number that `alert send` gave.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it goes out.")]
Wait = Annotated[bool, typer.Option("--wait", help="Stay until everybody was tried; show the result.")]


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
        common.warn(_outside(ours, asked))


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
    common.with_store(ours, lambda store: deliver(store, ours, asked, yes=yes, wait=wait, json=json))


def _outside(ours: Settings, asked: drafts.Asked) -> str:
    opening = common.clock(ours, asked.opening) if asked.opening else ""
    return (
        f"An alert for {asked.draft.purpose} may not ring at this hour ({schedule.HOURS}). Send it with "
        f"--when-allowed, which begins at {opening}, or use --purpose emergency when lives or health are at stake."
    )


async def deliver(
    store: Store,
    ours: Settings,
    asked: drafts.Asked,
    *,
    yes: bool,
    wait: bool,
    json: bool,
    before: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Check, ask, store; with `wait`, until it is over. `before`: what is done once nothing speaks against it."""
    if asked.opening:
        common.fail(_outside(ours, asked))
    if Channel.VOICE in asked.draft.channels:
        nudge.give(ours.home, asked.draft.texts)
    await _ask(store, ours, asked, yes=yes or json)
    if before:
        await before()
    alert_id = await _store(store, ours, asked.draft, json=json)
    if wait:
        await showing.follow(store, ours, alert_id, quiet=json)
    if wait or json:
        await showing.show(store, ours, alert_id, json=json)
    counts = await alerts.counts(store, alert_id)
    over = wait or counts[DeliveryOutcome.LEFT_OUT] == sum(counts.values())
    if over and not any(counts[each] for each in REACHED):
        common.fail(f"Alert {alert_id} reached nobody: `tocsin alert report {alert_id} --csv FILE` lists the doors.")


async def _ask(store: Store, ours: Settings, asked: drafts.Asked, *, yes: bool) -> None:
    """Whether to go on, on a terminal; else only what is doubtful is said."""
    try:
        if not yes and sys.stdin.isatty() and sys.stdout.isatty():
            await _preview(store, ours, asked, json=False)
            common.confirm("Send it?")
        elif unknown := await targets.unknown_numbers(store, asked.draft.target):
            common.warn(f"{outlook.unknown_numbers(unknown)}.")
    except audience.BadTarget as error:
        common.fail(str(error), status=common.WRONG_USAGE)


async def _store(store: Store, ours: Settings, draft: audience.Draft, *, json: bool) -> int:
    by, now = getpass.getuser(), clock.now()
    try:
        created = await store_alert.create(
            store, draft, ours.allowed_area_codes, by=by, now=now, organization=ours.organization
        )
    except audience.BadTarget as error:
        common.fail(str(error), status=common.WRONG_USAGE)
    except store_alert.NobodyThere:
        common.fail(_nobody(draft))
    nudge.give(ours.home)
    if not json:
        begins = f" It begins at {common.clock(ours, draft.starts_at)}." if draft.starts_at else ""
        told = f"Alert {created.id}: {created.people} to reach, {created.left_out} left out.{begins}"
        console.print(told, soft_wrap=True)
    if not await heartbeat.alive(store, clock.now()):
        common.warn("The service is not running: nothing goes out until `make up`.")
    return created.id


def _nobody(draft: audience.Draft) -> str:
    if draft.follows is not None:
        return f"Alert {draft.follows} reached nobody, so nothing was sent; --everybody tells all whom it was for."
    return f"Nobody in the store matches “{draft.target}”. `tocsin contacts list` shows who is there."
