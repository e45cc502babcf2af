"""Writes the bundle of each alert that is over into the home."""

from __future__ import annotations

import asyncio
import itertools
import os
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from alerts.model import Alert
from db import alerts
from db.errors import StoreError
from db.store import Store
from tocsin import clock, final_report

LOOK_S = 5.0
AGAIN_S = 60.0  # between looks for receipts and calls that came in after the end
LOOK_BACK = timedelta(days=7)

log = structlog.get_logger()


async def run(store: Store, home: Path) -> None:
    """Until cancelled."""
    (home / "reports").mkdir(parents=True, exist_ok=True)
    looks = itertools.cycle([True, *[False] * (round(AGAIN_S / LOOK_S) - 1)])
    while True:
        try:
            await write_due(store, home, again=next(looks), now=clock.now())
        except (StoreError, OSError) as error:
            log.error("report_not_written", error=str(error), again_in_s=LOOK_S)
        await asyncio.sleep(LOOK_S)


async def write_due(store: Store, home: Path, *, again: bool, now: datetime) -> None:
    """Those that are not written yet; `again`: also those for which something came in since. Raises StoreError,
    OSError."""
    for alert in await alerts.ended_since(store, now - LOOK_BACK):
        path = final_report.place(home, alert)
        written_at = _written_at(path)
        if written_at is None:
            due = await _is_quiet(store, alert)
        else:
            due = again and await _is_stale(store, alert, written_at)
        if due:
            await _write(store, alert, path, home / "audio", now)


def _written_at(path: Path) -> float | None:
    return path.stat().st_mtime if path.exists() else None


async def _write(store: Store, alert: Alert, path: Path, audio: Path, now: datetime) -> None:
    found = await final_report.of(store, alert)
    await asyncio.to_thread(final_report.bundle, found, path, audio)
    os.utime(path, (now.timestamp(), now.timestamp()))
    log.info("report_written", alert=alert.id, path=str(path))


async def _is_stale(store: Store, alert: Alert, written_at: float) -> bool:
    changed_at = await alerts.changed_at(store, alert.id)
    return changed_at is not None and changed_at.timestamp() > written_at


async def _is_quiet(store: Store, alert: Alert) -> bool:
    """A cancelled alert may still have calls open."""
    counts = await alerts.counts(store, alert.id)
    return not counts["ringing"] and not counts["waiting"]
