"""Writes the bundle of each alert that is over into the home."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from alerts.model import Alert
from db import alerts
from db.errors import StoreError
from db.store import Store
from tocsin import final_report, wiring

LOOK_S = 5.0
LOOK_BACK = timedelta(days=7)

log = structlog.get_logger()


async def run(store: Store, home: Path) -> None:
    """Until cancelled."""
    (home / "reports").mkdir(parents=True, exist_ok=True)
    while True:
        try:
            await write_due(store, home)
        except (StoreError, OSError) as error:
            log.error("report_not_written", error=str(error), again_in_s=LOOK_S)
        await asyncio.sleep(LOOK_S)


async def write_due(store: Store, home: Path) -> None:
    """Raises StoreError, OSError."""
    for alert in await alerts.listing(store):
        if _is_over(alert) and not final_report.place(home, alert).exists() and await _is_quiet(store, alert):
            found = await final_report.of(store, alert)
            await asyncio.to_thread(final_report.bundle, found, final_report.place(home, alert), home / "audio")
            log.info("report_written", alert=alert.id, path=str(final_report.place(home, alert)))


def _is_over(alert: Alert) -> bool:
    return alert.ended_at is not None and alert.ended_at > wiring.now() - LOOK_BACK


async def _is_quiet(store: Store, alert: Alert) -> bool:
    """A cancelled alert may still have calls open."""
    counts = await alerts.counts(store, alert.id)
    return not counts["ringing"] and not counts["waiting"]
