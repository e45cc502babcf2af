"""`tocsin alert`: send, follow, stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from alerts import steer
from db.alerts import alerts
from db.engine.store import Store
from service import report
from tocsin.commands import common, following, reporting, sending, showing, steering

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Send an alert, follow it, stop it.")
COMMANDS: tuple[Callable[..., None], ...] = (
    *(sending.preview, sending.send, following.update, following.end),
    *(steering.pause, steering.resume, steering.cancel, reporting.report),
)
for command in COMMANDS:
    app.command()(command)


@app.command()
def show(
    id: Annotated[int, typer.Argument(help="The number that `alert send` gave.")],  # noqa: A002
    watch: Annotated[bool, typer.Option("--watch", help="Follow it live until it ends.")] = False,
    json: common.Json = False,
) -> None:
    """Show what became of everybody in an alert."""
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        await steer.known(store, id)
        if watch:
            await showing.follow(store, ours, id, quiet=json)
        await showing.show(store, ours, id, json=json)

    common.with_store(ours, work)


@app.command("list")
def listing(limit: common.Limit = 50, offset: common.Offset = 0, json: common.Json = False) -> None:
    """List the alerts, newest first, with the town's time when each was sent."""
    ours = common.loaded(log_level="warning")

    async def work(store: Store) -> None:
        found = await alerts.listing(store, limit=limit + 1, offset=offset)
        common.hint_at_more(len(found), limit, offset)
        if json:
            common.print_json([report.as_data(alert, {}, []) for alert in found[:limit]])
            return
        for alert in found[:limit]:
            sent_at = common.clock(ours, alert.created_at)
            common.say(f"{alert.id:>5}  {sent_at}  {alert.status:<10} {alert.title}", json=json)

    common.with_store(ours, work)
