"""`tocsin alert`: send, follow, stop."""

from __future__ import annotations

import asyncio
import getpass
import zoneinfo
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.live import Live

from alerts import audience, quiet_hours
from alerts.model import Alert, Channel, Language, Purpose
from alerts.status import AlertStatus
from db import alerts, contacts, opt_outs
from db import service as heartbeat
from db.store import Store
from tocsin import report, wiring
from tocsin.commands import common
from tocsin.commands.common import console
from tocsin.progress import progress
from tocsin.settings import Settings
from tocsin.watch import Watch

app = typer.Typer(no_args_is_help=True, help="Send an alert, follow it, stop it.")
ENDED = (AlertStatus.DONE, AlertStatus.CANCELLED)
POLL_S = 0.5


@app.command()
def send(
    title: Annotated[str, typer.Option(help="Short name of the alert, for the record.")],
    text_fr: Annotated[str, typer.Option(help="What is said and texted in French.")] = "",
    text_en: Annotated[str, typer.Option(help="What is said and texted in English.")] = "",
    to: Annotated[list[str], typer.Option(help="all, sector:NAME or number:N. May be given several times.")] = ["all"],  # noqa: B006
    channels: Annotated[str, typer.Option(help="voice, sms or both with a comma.")] = "voice,sms",
    purpose: Annotated[Purpose, typer.Option(help="Only an emergency rings at any hour.")] = Purpose.EMERGENCY,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until everybody was tried; show the result.")] = False,
    json: common.Json = False,
) -> None:
    """Send an alert to residents: to each in their language, by call and text.

    \b
    Example:
      tocsin alert send --title "Avis d'ébullition" --to "sector:Vieux Bourg"
        --text-fr "Faites bouillir l'eau une minute." --wait
        --text-en "Boil your water for one minute."

    It goes out at once while the service runs (`tocsin up`). Follow it with `tocsin alert show ID --watch`,
    stop it with `tocsin alert cancel ID`.
    """
    ours = common.loaded(log_level="warning")
    draft = _draft(ours, title, text_fr, text_en, to, channels, purpose)
    if not quiet_hours.may_contact(purpose, datetime.now(zoneinfo.ZoneInfo(ours.timezone))):
        common.fail(
            f"An alert for {purpose} may not ring at this hour (weekdays 9:00 to 21:30, weekends 10:00 to 18:00). "
            "Send it later, or use --purpose emergency when lives or health are at stake."
        )
    common.with_store(ours, lambda store: _send(store, ours, draft, wait=wait, json=json))


def _draft(
    ours: Settings, title: str, text_fr: str, text_en: str, to: Sequence[str], channels: str, purpose: Purpose
) -> audience.Draft:
    texts = {Language.FR: text_fr.strip(), Language.EN: text_en.strip()}
    missing = [f"--text-{language}" for language in ours.languages if not texts[language]]
    if missing:
        common.fail(f"{' and '.join(missing)} must hold the text of the alert.", status=common.WRONG_USAGE)
    try:
        target = audience.Target.parse(to)
    except audience.BadTarget as error:
        common.fail(str(error), status=common.WRONG_USAGE)
    return audience.Draft(
        title=title,
        texts={language: texts[language] for language in ours.languages},
        purpose=purpose,
        target=target,
        channels=_channels(ours, channels),
        redials=ours.redials,
        redial_delay_s=ours.redial_delay_s,
    )


def _channels(ours: Settings, asked: str) -> tuple[Channel, ...]:
    """The channels asked for that this site can serve; the others are said."""
    try:
        wanted = tuple(dict.fromkeys(Channel(name.strip()) for name in asked.split(",")))
    except ValueError:
        common.fail(f"--channels is “{asked}”: write voice, sms or voice,sms.", status=common.WRONG_USAGE)
    needs = {Channel.VOICE: "TOCSIN_TRUNKS", Channel.SMS: "TOCSIN_SMS_URL"}
    ready = {Channel.VOICE: bool(ours.trunks), Channel.SMS: bool(ours.sms_url.get_secret_value())}
    for channel in wanted:
        if not ready.get(channel):
            common.warn(f"No {channel} goes out: {needs.get(channel, 'that channel')} is not set.")
    served = tuple(channel for channel in wanted if ready.get(channel))
    return served or common.fail("Nothing can go out: set TOCSIN_TRUNKS or TOCSIN_SMS_URL in .env.")


async def _send(store: Store, ours: Settings, draft: audience.Draft, *, wait: bool, json: bool) -> None:
    residents = await contacts.matching(store, draft.target)
    if not residents:
        common.fail(f"Nobody in the store matches “{draft.target}”. `tocsin contacts list` shows who is there.")
    stopped = await opt_outs.opt_outs(store)
    planned, left_out = audience.plan(residents, draft, stopped, ours.allowed_area_codes)
    alert_id = await alerts.create(
        store, draft, planned, left_out, by=getpass.getuser(), now=wiring.now(), organization=ours.organization
    )
    if not json:
        console.print(f"Alert {alert_id}: {len(planned)} to reach, {len(left_out)} left out.")
    if not await heartbeat.alive(store, wiring.now()):
        common.warn("The service is not running: nothing goes out until `make up`.")
    if wait:
        await _follow(store, alert_id, quiet=json)
    if wait or json:
        await _print(store, alert_id, json=json)


@app.command()
def show(
    id: Annotated[int, typer.Argument(help="The number that `alert send` gave.")],  # noqa: A002
    watch: Annotated[bool, typer.Option("--watch", help="Follow it live until it ends.")] = False,
    json: common.Json = False,
) -> None:
    """Show what became of everybody in an alert."""
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        await _known(store, id)
        if watch:
            await _follow(store, id, quiet=json)
        await _print(store, id, json=json)

    common.with_store(ours, work)


@app.command()
def cancel(
    id: Annotated[int, typer.Argument(help="The number that `alert send` gave.")],  # noqa: A002
    json: common.Json = False,
) -> None:
    """Stop what is not yet placed or sent; open calls come to their end."""
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        alert = await _known(store, id)
        if not await alerts.move(store, id, AlertStatus.CANCELLED, wiring.now()):
            common.fail(f"Alert {id} is {alert.status} already: there is nothing to cancel.")
        if json:
            await _print(store, id, json=True)
        else:
            console.print(f"Alert {id} is cancelled: nothing more is placed or sent.")

    common.with_store(ours, work)


@app.command("list")
def listing(json: common.Json = False) -> None:
    """List the alerts, newest first."""
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        found = await alerts.listing(store)
        if json:
            common.print_json([report.as_data(alert, {}, []) for alert in found])
            return
        for alert in found:
            console.print(
                f"{alert.id:>5}  {alert.created_at:%Y-%m-%d %H:%M}  {alert.status:<10} {alert.title}", markup=False
            )

    common.with_store(ours, work)


async def _known(store: Store, alert_id: int) -> Alert:
    alert = await alerts.get(store, alert_id)
    if alert is None:
        common.fail(f"There is no alert {alert_id}. `tocsin alert list` shows them.")
    return alert


async def _follow(store: Store, alert_id: int, *, quiet: bool) -> None:
    """Until the alert has ended; live on a terminal."""
    watch = Watch()
    with Live(console=common.complaints, refresh_per_second=4, transient=True) as live:
        while (alert := await _known(store, alert_id)).status not in ENDED:
            if not quiet:
                counts, beat = await alerts.counts(store, alert_id), await heartbeat.last(store, wiring.now())
                live.update(watch.view(alert, counts, beat.state.get("trunks", []), wiring.now()))
            await asyncio.sleep(POLL_S)


async def _print(store: Store, alert_id: int, *, json: bool) -> None:
    alert = await _known(store, alert_id)
    counts = await alerts.counts(store, alert_id)
    deliveries = await alerts.deliveries(store, alert_id)
    if json:
        common.print_json(report.as_data(alert, counts, deliveries))
        return
    console.print(progress(alert, counts))
    console.print(report.table(deliveries))
