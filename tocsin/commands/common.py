"""What every command needs: settings, store, errors in words, JSON."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import rich
import typer
from rich.console import Console
from rich.text import Text

from alerts.rejected import NotNow, NotThere, Rejected
from db.engine.store import Store
from records.problem import Wrong
from service import logs, settings
from service.bad_settings import BadSettings

FAILED, WRONG_USAGE = 1, 2
Json = Annotated[bool, typer.Option("--json", help="Print data for machines.")]

Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Offset = Annotated[int, typer.Option(help="Skip so many.", min=0)]

console = rich.get_console()
T = TypeVar("T")


def complain(message: str, colour: str = "red") -> None:
    """Say on standard error what is wrong, as it stands: brackets in it are no markup."""
    Console(stderr=True).print(Text.assemble(("tocsin: ", colour), message), soft_wrap=True)


def fail(message: str, *, status: int = FAILED) -> NoReturn:
    """Say what is wrong and stop."""
    complain(message)
    raise typer.Exit(status)


def warn(message: str) -> None:
    """Say what is probably not meant, and go on."""
    complain(message, "yellow")


def loaded(*, log_level: str = "") -> settings.Settings:
    """The settings, or the reason why they can't be used; logging is configured by them."""
    try:
        ours = settings.load()
    except BadSettings as error:
        fail("\n".join(["These settings can't be used:", *(f"  {problem}" for problem in error.problems)]))
    logs.configure(log_level or ours.log_level, ours.log_format)
    return ours


@contextmanager
def refusals() -> Iterator[None]:
    """What a use case says against a request, by the options as they were typed."""
    try:
        yield
    except Rejected as error:
        lines = [f"{_option(each)}{each.detail}" for each in error.wrong]
        fail("\n".join(lines), status=WRONG_USAGE)
    except (NotThere, NotNow) as error:
        fail(str(error))


def _option(wrong: Wrong) -> str:
    option = f"--{wrong.field.replace('_', '-')}" if wrong.field else ""
    return f"{option}, {wrong.place}: " if wrong.place else f"{option} " if option else ""


def with_store(ours: settings.Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store, do the work, close it."""

    async def run() -> T:
        store = await Store.open(ours.database_url)
        try:
            return await work(store)
        finally:
            await store.close()

    with refusals():
        return asyncio.run(run())


def confirm(question: str) -> None:
    """Go on, or abort. Ctrl-C aborts at once: asyncio's own answer to it would wait for the key."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        typer.confirm(question, abort=True)
    finally:
        signal.signal(signal.SIGINT, before)


def say(message: str, *, json: bool) -> None:
    """What was done; nothing when only data are wanted."""
    if not json:
        console.print(message, markup=False, soft_wrap=True)


def hint_at_more(found: int, limit: int, offset: int) -> None:
    """`found`: one more than the limit when there are more."""
    if found > limit:
        warn(f"There are more than these {limit}: --offset {offset + limit} shows the next ones.")


def clock(ours: settings.Settings, moment: datetime) -> str:
    """By the town's clocks, which it names."""
    return f"{moment.astimezone(ZoneInfo(ours.timezone)):%Y-%m-%d %H:%M} ({ours.timezone})"


def print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
