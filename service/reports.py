"""Writes the bundle of each alert that is over into the home."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from alerts import report
from db.alerts import alerts
from db.engine.errors import StoreError
from db.engine.store import Store
from rules.model import Alert
from service import clock
from supervision.parts import Part

LOOK_S = 5.0
AGAIN_S = 60.0  # between looks for receipts and calls that came in after the end
LOOK_BACK = timedelta(days=7)
LONGEST = timedelta(hours=1)  # between two tries of a report that can't be written
REMEDY = "`tocsin alert export ID` says more; free some room, or correct the rights of the folder reports"

log = structlog.get_logger()


class Reports:
    """Writes them, until cancelled. One that can't be written is passed over, said, and tried again later and later."""

    def __init__(self, store: Store, home: Path, now: Callable[[], datetime] = clock.now) -> None:
        self._store, self._home, self._now = store, home, now
        self.passed_over: dict[int, _PassedOver] = {}

    async def run(self, part: Part) -> None:
        looks = itertools.cycle([True, *[False] * (round(AGAIN_S / LOOK_S) - 1)])
        while True:
            (self._home / "reports").mkdir(mode=0o700, parents=True, exist_ok=True)
            await self.write_due(again=next(looks), now=self._now())
            if told := [f"alert {alert_id}: {each.error}" for alert_id, each in self.passed_over.items()]:
                part.complain("not written: " + "; ".join(told), remedy=REMEDY)
            else:
                part.well()
            await asyncio.sleep(LOOK_S)

    async def write_due(self, *, again: bool, now: datetime) -> None:
        """Those that are not written yet; `again`: also those for which something came in since. Raises StoreError."""
        due = await alerts.ended_since(self._store, now - LOOK_BACK)
        for gone in self.passed_over.keys() - {alert.id for alert in due}:
            del self.passed_over[gone]
        for alert in due:
            before = self.passed_over.get(alert.id)
            if before is None or now >= before.until:
                await self._try(alert, before, again=again or before is not None, now=now)

    async def _try(self, alert: Alert, before: _PassedOver | None, *, again: bool, now: datetime) -> None:
        try:
            await _write_if_due(self._store, self._home, alert, again=again, now=now)
        except Exception as error:
            passed_over = _PassedOver.after(before, error, now)
            self.passed_over[alert.id] = passed_over
            log.error(
                "report_not_written",
                alert=alert.id,
                error=passed_over.error,
                again_in_s=(passed_over.until - now).total_seconds(),
                exc_info=None if isinstance(error, (StoreError, OSError)) else error,
            )
        else:
            self.passed_over.pop(alert.id, None)


@dataclass(frozen=True, slots=True)
class _PassedOver:
    """A report that could not be written, and is not tried before `until`."""

    error: str
    delay: timedelta
    until: datetime

    @classmethod
    def after(cls, before: _PassedOver | None, error: Exception, now: datetime) -> _PassedOver:
        delay = min(LONGEST, 2 * before.delay) if before else timedelta(seconds=LOOK_S)
        return cls(str(error) or repr(error), delay, now + delay)


async def _write_if_due(store: Store, home: Path, alert: Alert, *, again: bool, now: datetime) -> None:
    path = report.place(home, alert)
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
    found = await report.of(store, alert)
    await asyncio.to_thread(report.bundle, found, path, audio)
    os.utime(path, (now.timestamp(), now.timestamp()))
    log.info("report_written", alert=alert.id, path=str(path))


async def _is_stale(store: Store, alert: Alert, written_at: float) -> bool:
    changed_at = await alerts.changed_at(store, alert.id)
    return changed_at is not None and changed_at.timestamp() > written_at


async def _is_quiet(store: Store, alert: Alert) -> bool:
    """A cancelled alert may still have calls open."""
    counts = await alerts.counts(store, alert.id)
    return not counts["ringing"] and not counts["waiting"]
