"""`tocsin alert`: send, follow, stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from records.alerts import Listed, Shown
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
    with common.service() as service:
        told = service.get(f"/alerts/{id}", Shown)
        if watch:
            showing.follow(service, id, quiet=json)
            told = service.get(f"/alerts/{id}", Shown)
    showing.show(told, json=json)


@app.command("list")
def listing(limit: common.Limit = 50, offset: common.Offset = 0, json: common.Json = False) -> None:
    """List the alerts, newest first, with the town's time when each was sent."""
    with common.service() as service:
        found = service.get("/alerts", Listed, limit=limit, cursor=offset)
    if found.next:
        common.hint_at_more(limit + 1, limit, offset)
    if json:
        common.print_json([showing.as_data(alert) for alert in found.alerts])
        return
    for alert in found.alerts:
        sent_at = common.clock(found.timezone, alert.created_at or "")
        common.say(f"{alert.id:>5}  {sent_at}  {alert.status:<10} {alert.title}", json=json)
