"""An alert on the screen: followed, shown."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.live import Live

from records.alerts import SAID, AlertView, Shown
from records.client import Client
from rules.status import AlertStatus
from service.progress import progress
from tocsin.commands import common
from tocsin.commands.common import console
from tocsin.views import people
from tocsin.views.watch import Watch

ENDED = (AlertStatus.DONE, AlertStatus.CANCELLED)
POLL_S = 0.5


def follow(service: Client, alert_id: int, *, quiet: bool) -> None:
    """Until the alert has ended; live on a terminal."""
    look = partial(service.get, f"/alerts/{alert_id}/progress", Shown)
    watch: Watch | None = None
    with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:
        while (told := common.patiently(look)).alert.status not in ENDED:
            if not quiet:
                watch = watch or Watch(ZoneInfo(told.timezone))
                live.update(watch.view(told.alert, told.waits, told.trunks, datetime.fromisoformat(told.now)))
            time.sleep(POLL_S)


def show(told: Shown, *, json: bool) -> None:
    alert = told.alert
    if json:
        common.print_json(as_data(alert))
        return
    console.print(progress(alert, told.waits))
    if alert.expires_at and alert.status not in ENDED:
        console.print(f"It ends at the latest at {common.clock(told.timezone, alert.expires_at)}.")
    console.print(people.table(alert.deliveries))


def as_data(alert: AlertView) -> dict[str, Any]:
    """`alert show --json`, which others read."""
    data: dict[str, Any] = msgspec.to_builtins(alert)
    for delivery in data["deliveries"]:
        delivery["attempts"] = [_without_words(one) for one in delivery["attempts"]]
    return data


def _without_words(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != SAID}
