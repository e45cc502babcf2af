"""`tocsin alert pause`, `resume`, `cancel`."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from alerts import steer
from db.engine.store import Store
from rules.status import AlertStatus
from service import clock, nudge
from service.settings import Settings
from tocsin.commands import common, showing
from tocsin.commands.common import console
from tocsin.commands.sending import Id

Now = Annotated[bool, typer.Option("--now", help="End the open calls, too, after telling them so.")]


def pause(id: Id, json: common.Json = False) -> None:  # noqa: A002
    """Place and send nothing more until it is resumed; open calls come to their end."""
    _steer(id, AlertStatus.PAUSED, f"Alert {id} pauses: `tocsin alert resume {id}` goes on.", json=json)


def resume(id: Id, json: common.Json = False) -> None:  # noqa: A002
    """Go on with an alert that was paused."""
    _steer(id, AlertStatus.RUNNING, f"Alert {id} goes on.", json=json)


def cancel(id: Id, now: Now = False, json: common.Json = False) -> None:  # noqa: A002
    """Stop what is not yet placed or sent; open calls come to their end, with --now they are ended."""
    if not now:
        _steer(id, AlertStatus.CANCELLED, f"Alert {id} is cancelled: nothing more is placed or sent.", json=json)
        return
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        await steer.hang_up(store, id, by=getpass.getuser(), now=clock.now())
        nudge.give(ours.home)
        await _said(store, ours, id, f"Alert {id} is cancelled, and its open calls are being ended.", json=json)

    common.with_store(ours, work)


def _steer(id: int, to: AlertStatus, said: str, *, json: bool) -> None:  # noqa: A002
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        await steer.steer(store, id, to, by=getpass.getuser(), now=clock.now())
        nudge.give(ours.home)
        await _said(store, ours, id, said, json=json)

    common.with_store(ours, work)


async def _said(store: Store, ours: Settings, alert_id: int, said: str, *, json: bool) -> None:
    if json:
        await showing.show(store, ours, alert_id, json=True)
    else:
        console.print(said)
