"""Pausing, resuming and cancelling an alert, and finding it."""

from __future__ import annotations

from datetime import datetime

from db.alerts import alerts
from db.engine.store import Store
from rules.model import Alert
from rules.operator_error import NotNow, NotThere
from rules.status import AlertStatus

DONE = {AlertStatus.PAUSED: "paused", AlertStatus.RUNNING: "resumed", AlertStatus.CANCELLED: "cancelled"}


async def known(store: Store, alert_id: int) -> Alert:
    """Raises NotThere."""
    alert = await alerts.get(store, alert_id)
    if alert is None:
        raise NotThere(f"There is no alert {alert_id}. `tocsin alert list` shows them.")
    return alert


async def steer(store: Store, alert_id: int, to: AlertStatus, *, by: str, now: datetime) -> None:
    """`to`: one of DONE. Raises NotThere, NotNow."""
    alert = await known(store, alert_id)
    waits = to is AlertStatus.RUNNING and alert.status is not AlertStatus.PAUSED
    if waits or not await alerts.steer(store, alert_id, to, by=by, now=now):
        raise NotNow(f"Alert {alert_id} is {alert.status}: it cannot be {DONE[to]}.")


async def hang_up(store: Store, alert_id: int, *, by: str, now: datetime) -> None:
    """Cancel it, and have its open calls ended. Raises NotThere, NotNow."""
    alert = await known(store, alert_id)
    if not await alerts.hang_up(store, alert_id, by=by, now=now):
        raise NotNow(f"Alert {alert_id} is {alert.status} already: there is nothing to end.")
