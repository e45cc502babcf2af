"""`tocsin alert preview` and `send`."""

from __future__ import annotations

import sys
from typing import Annotated
from uuid import uuid4

import msgspec
import typer

from records.alerts import AlertRequest, FollowRequest, Previewed, Sent, Shown
from records.client import Client
from rules.outcome import REACHED
from tocsin.commands import common, drafts, showing
from tocsin.commands.common import console
from tocsin.views.preview import table

Id = Annotated[int, typer.Argument(help="The number that `alert send` gave.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it goes out.")]
Wait = Annotated[bool, typer.Option("--wait", help="Stay until everybody was tried; show the result.")]


@drafts.described()
def preview(asked: AlertRequest, *, json: common.Json = False) -> None:
    """Show what `alert send` would do with the same options: how many people, who is left out and why, parts of text,
    minutes on the trunks, and when all are reached. Nothing goes out.

    \b
    Example:
      tocsin alert preview --to "street:Rue des Érables:10-98:even" --to postal:J6W --except topic:Essais
        --text-fr "Faites bouillir l'eau une minute." --text-en "Boil your water for one minute."
    """
    with common.service() as service:
        found = service.post("/alerts/preview", asked, Previewed)
    if json:
        common.print_json(msgspec.to_builtins(found.preview))
    else:
        show_preview(found)
        if found.refusal:
            common.warn(found.refusal)


def show_preview(found: Previewed) -> None:
    for warning in found.warnings:
        common.warn(warning)
    console.print(table(found))


@drafts.described()
def send(asked: AlertRequest, *, yes: Yes = False, wait: Wait = False, json: common.Json = False) -> None:
    """Send an alert to residents: to each in their language, by call and text.

    \b
    Example:
      tocsin alert send --title "Avis d'ébullition" --to "sector:Vieux Bourg" --except topic:Essais
        --text-fr "Faites bouillir l'eau une minute." --wait
        --text-en "Boil your water for one minute."

    It goes out at once while the service runs (`tocsin up`). On a terminal the preview is shown first, and you are
    asked. Follow it with `tocsin alert show ID --watch`, stop it with `tocsin alert pause ID` or `cancel ID`.
    """
    with common.service() as service:
        deliver(service, "/alerts", asked, yes=yes, wait=wait, json=json)


def deliver(
    service: Client, path: str, asked: AlertRequest | FollowRequest, *, yes: bool, wait: bool, json: bool
) -> None:
    """Ask, send; with `wait`, until it is over."""
    ask(service, path, asked, yes=yes or json)
    told = service.post(path, asked, Sent, key=str(uuid4()))
    for warning in told.warnings:
        common.warn(warning)
    say_stored(
        told.id,
        told.people,
        told.left_out,
        starts_at=told.starts_at,
        timezone=told.timezone,
        running=told.running,
        json=json,
    )
    finish(service, told.id, over=wait or told.nobody, wait=wait, json=json)


def ask(service: Client, path: str, asked: AlertRequest | FollowRequest, *, yes: bool) -> None:
    """Whether to go on, on a terminal."""
    if yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    found = service.post(f"{path}/preview", asked, Previewed)
    if found.refusal:
        common.fail(found.refusal)
    show_preview(found)
    common.confirm("Send it?")


def say_stored(
    alert_id: int, people: int, left_out: int, *, starts_at: str | None, timezone: str, running: bool, json: bool
) -> None:
    begins = f" It begins at {common.clock(timezone, starts_at)}." if starts_at else ""
    common.say(f"Alert {alert_id}: {people} to reach, {left_out} left out.{begins}", json=json)
    if not running:
        common.warn("The service is not running: nothing goes out until `make up`.")


def finish(service: Client, alert_id: int, *, over: bool, wait: bool, json: bool) -> None:
    """With `wait`, until it is over, and what came of it. Fails where it is over and reached nobody."""
    if wait:
        showing.follow(service, alert_id, quiet=json)
    told = service.get(f"/alerts/{alert_id}", Shown) if wait or json else None
    if told:
        showing.show(told, json=json)
    if over and not (told and any(told.alert.counts[each] for each in REACHED)):
        common.fail(f"Alert {alert_id} reached nobody: `tocsin alert report {alert_id} --csv FILE` lists the doors.")
