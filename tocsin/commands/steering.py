"""`tocsin alert pause`, `resume`, `cancel`."""

from __future__ import annotations

from typing import Annotated

import typer

from records.alerts import Shown
from tocsin.commands import common, showing
from tocsin.commands.common import console
from tocsin.commands.sending import Id

Now = Annotated[bool, typer.Option("--now", help="End the open calls, too, after telling them so.")]


def pause(id: Id, json: common.Json = False) -> None:  # noqa: A002
    """Place and send nothing more until it is resumed; open calls come to their end."""
    _steer(id, "pause", f"Alert {id} pauses: `tocsin alert resume {id}` goes on.", json=json)


def resume(id: Id, json: common.Json = False) -> None:  # noqa: A002
    """Go on with an alert that was paused."""
    _steer(id, "resume", f"Alert {id} goes on.", json=json)


def cancel(id: Id, now: Now = False, json: common.Json = False) -> None:  # noqa: A002
    """Stop what is not yet placed or sent; open calls come to their end, with --now they are ended."""
    if now:
        _steer(id, "hang-up", f"Alert {id} is cancelled, and its open calls are being ended.", json=json)
    else:
        _steer(id, "cancel", f"Alert {id} is cancelled: nothing more is placed or sent.", json=json)


def _steer(id: int, how: str, said: str, *, json: bool) -> None:  # noqa: A002
    with common.service() as service:
        told = service.post(f"/alerts/{id}/{how}", None, Shown)
    if json:
        showing.show(told, json=True)
    else:
        console.print(said)
