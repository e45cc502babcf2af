"""`tocsin contacts revive`."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from sqlalchemy import ColumnElement

from db.engine.store import Store
from db.residents import doubts
from db.residents.doubts import Doubt
from rules import phone, schedule
from service import clock
from service.settings import Settings
from tocsin.commands import common, local
from tocsin.commands.common import console

Number = Annotated[str, typer.Argument(help="One telephone number, in any usual form.")]
OfAlert = Annotated[int, typer.Option("--alert", help="All that this alert found.", min=0)]
Since = Annotated[str, typer.Option(help="All found since then: 14:30, 2026-03-04 or “2026-03-04 14:30”.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the numbers, change nothing.")]


def revive(
    number: Number = "",
    alert: OfAlert = 0,
    since: Since = "",
    dry_run: DryRun = False,
    json: common.Json = False,
) -> None:
    """Call numbers again that were suspected or found dead, as after a fault of a trunk or a carrier.

    The next alert calls and texts them as any other. What networks said of them before no longer counts.
    """
    ours = local.loaded(log_level="warning")
    if sum(map(bool, (number, alert, since))) != 1:
        common.fail("give one of NUMBER, --alert ID and --since MOMENT", status=common.WRONG_USAGE)
    which = _which(ours, number, alert, since)

    async def work(store: Store) -> list[Doubt]:
        if dry_run:
            return await doubts.find(store, which)
        return await doubts.revive(store, which, by=getpass.getuser(), now=clock.now())

    found = local.with_store(ours, work)
    if json:
        common.print_json({"dry_run": dry_run, "numbers": [data(each) for each in found]})
        return
    _print(ours, found, dry_run=dry_run)


def _which(ours: Settings, number: str, alert: int, since: str) -> ColumnElement[bool]:
    try:
        if number:
            return doubts.of_number(phone.parse(number))
        if alert:
            return doubts.of_alert(alert)
        now = clock.now().astimezone(ZoneInfo(ours.timezone))
        moment = schedule.read(since, now)
        return doubts.since(moment if moment <= now else moment - timedelta(days=1))
    except (phone.BadNumber, schedule.BadMoment) as error:
        common.fail(str(error), status=common.WRONG_USAGE)


def data(doubt: Doubt) -> dict[str, Any]:
    return {
        "number": doubt.address,
        "channel": doubt.channel,
        "was": doubt.standing,
        "said_at": doubt.said_at.isoformat(),
    }


def _print(ours: Settings, found: Sequence[Doubt], *, dry_run: bool) -> None:
    if found:
        table = Table("Number", "Channel", "Was", "Said not to exist", header_style="bold")
        for each in found:
            table.add_row(
                phone.national(each.address), each.channel, each.standing, common.clock(ours.timezone, each.said_at)
            )
        console.print(table)
    done = "would be called again" if dry_run else "are called again from the next alert on"
    console.print(f"{len(found)} numbers {done}." if found else "None of these is suspected or dead.", markup=False)
