"""An alert on the screen: looked up, followed, shown."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live

from alerts.steer import known
from db.alerts import alerts
from db.engine import heartbeat
from db.engine.store import Store
from rules.status import AlertStatus
from service import clock, report
from service.progress import progress
from service.settings import Settings
from tocsin.commands import common
from tocsin.commands.common import console
from tocsin.watch import Watch

ENDED = (AlertStatus.DONE, AlertStatus.CANCELLED)
POLL_S = 0.5


async def follow(store: Store, ours: Settings, alert_id: int, *, quiet: bool) -> None:
    """Until the alert has ended; live on a terminal."""
    watch = Watch(ZoneInfo(ours.timezone))
    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:
        while (alert := await known(store, alert_id)).status not in ENDED:
            if not quiet:
                counts, beat = await alerts.counts(store, alert_id), await heartbeat.last(store, clock.now())
                live.update(watch.view(alert, counts, beat.state.get("trunks", []), clock.now()))
            await asyncio.sleep(POLL_S)


async def show(store: Store, ours: Settings, alert_id: int, *, json: bool) -> None:
    alert = await known(store, alert_id)
    counts = await alerts.counts(store, alert_id)
    deliveries = await alerts.deliveries(store, alert_id)
    if json:
        common.print_json(report.as_data(alert, counts, deliveries))
        return
    console.print(progress(alert, counts))
    if alert.expires_at and alert.status not in ENDED:
        console.print(f"It ends at the latest at {common.clock(ours, alert.expires_at)}.")
    console.print(report.table(deliveries))
