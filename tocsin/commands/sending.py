"""`tocsin alert preview` and `send`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from alerts import preview as preview_
from alerts import send as send_
from alerts.compose import Composed
from alerts.send import outside_hours
from db.alerts import alerts, targets
from db.engine import heartbeat
from db.engine.store import Store
from rules.model import Channel, Household, Numbers, Purpose
from rules.outcome import REACHED, DeliveryOutcome
from service import clock, nudge, wiring
from service.settings import Settings
from tocsin import outlook
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
    asked = drafts.request(
        title=title,
        text_fr=text_fr,
        text_en=text_en,
        to=to,
        but=but,
        channels=channels,
        purpose=purpose,
        at=at,
        when_allowed=when_allowed,
        until=until,
        numbers=numbers,
        household=household,
    )
    common.with_store(ours, lambda store: _preview(store, ours, drafts.composed(ours, asked), json=json))


async def _preview(store: Store, ours: Settings, composed: Composed, *, json: bool) -> None:
    found = await preview_.of(store, wiring.policy(ours), composed, clock.now())
    if json:
        common.print_json(outlook.as_data(found, composed.draft))
        return
    console.print(outlook.table(found, composed.draft))
    if composed.opening:
        common.warn(outside_hours(composed))


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
    asked = drafts.request(
        title=title,
        text_fr=text_fr,
        text_en=text_en,
        to=to,
        but=but,
        channels=channels,
        purpose=purpose,
        at=at,
        when_allowed=when_allowed,
        until=until,
        numbers=numbers,
        household=household,
    )
    common.with_store(
        ours, lambda store: deliver(store, ours, drafts.composed(ours, asked), yes=yes, wait=wait, json=json)
    )


async def deliver(
    store: Store,
    ours: Settings,
    composed: Composed,
    *,
    yes: bool,
    wait: bool,
    json: bool,
    before: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Check, ask, store; with `wait`, until it is over. `before`: what is done once nothing speaks against it."""
    if composed.opening:
        common.fail(outside_hours(composed))
    if Channel.VOICE in composed.draft.channels:
        nudge.give(ours.home, composed.draft.texts)
    await _ask(store, ours, composed, yes=yes or json)
    if before:
        await before()
    alert_id = await _store(store, ours, composed, json=json)
    if wait:
        await showing.follow(store, ours, alert_id, quiet=json)
    if wait or json:
        await showing.show(store, ours, alert_id, json=json)
    counts = await alerts.counts(store, alert_id)
    over = wait or counts[DeliveryOutcome.LEFT_OUT] == sum(counts.values())
    if over and not any(counts[each] for each in REACHED):
        common.fail(f"Alert {alert_id} reached nobody: `tocsin alert report {alert_id} --csv FILE` lists the doors.")


async def _ask(store: Store, ours: Settings, composed: Composed, *, yes: bool) -> None:
    """Whether to go on, on a terminal; else only what is doubtful is said."""
    if not yes and sys.stdin.isatty() and sys.stdout.isatty():
        await _preview(store, ours, composed, json=False)
        common.confirm("Send it?")
    elif unknown := await targets.unknown_numbers(store, composed.draft.target):
        common.warn(f"{outlook.unknown_numbers(unknown)}.")


async def _store(store: Store, ours: Settings, composed: Composed, *, json: bool) -> int:
    created = await send_.send(store, wiring.policy(ours), composed, by=getpass.getuser(), now=clock.now())
    nudge.give(ours.home)
    if not json:
        starts_at = composed.draft.starts_at
        begins = f" It begins at {common.clock(ours, starts_at)}." if starts_at else ""
        told = f"Alert {created.id}: {created.people} to reach, {created.left_out} left out.{begins}"
        console.print(told, soft_wrap=True)
    if not await heartbeat.alive(store, clock.now()):
        common.warn("The service is not running: nothing goes out until `make up`.")
    return created.id
