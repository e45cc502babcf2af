"""What every command needs: errors in words, JSON, questions."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, NoReturn, TypeVar

import rich
import typer
from rich.console import Console
from rich.text import Text

from records.client import Client, Refused, Unanswered
from records.problem import WrongField
from rules import moments
from tocsin import asking

FAILED, WRONG_USAGE = 1, 2
REJECTED = 422
AGAIN_S = 0.5
T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print data for machines.")]

Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]
Offset = Annotated[int, typer.Option(help="Skip so many.", min=0)]

console = rich.get_console()


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


@contextmanager
def service() -> Iterator[Client]:
    """The service of this home; what it refuses is said, and ends the command."""
    try:
        with asking.service() as client:
            yield client
    except Refused as error:
        problem = error.problem
        if problem.status == REJECTED and problem.wrong:
            refuse(problem.wrong)
        fail(problem.detail)
    except Unanswered as error:
        fail(
            f"The service did not answer ({error}). It may have done what was asked: look by `tocsin alert list` or "
            "`tocsin contacts imports`, and at how it is by `tocsin status`, before you try it again."
        )


def patiently(look: Callable[[], T], what: str = "the alert") -> T:
    """What `look` sees; while the service does not answer, as when it is started again, it looks again and says so
    once. `what`: is left alone by whoever looks no more."""
    said = False
    while True:
        try:
            return look()
        except Unanswered:
            if not said:
                warn(f"The service does not answer; it is asked again until it does. Ctrl-C leaves {what} as it is.")
            said = True
            time.sleep(AGAIN_S)


def refuse(wrong: tuple[WrongField, ...]) -> NoReturn:
    """By the options, as they were typed."""
    fail("\n".join(f"{_option(each)}{each.detail}" for each in wrong), status=WRONG_USAGE)


def _option(wrong: WrongField) -> str:
    option = f"--{wrong.field.replace('_', '-')}" if wrong.field else ""
    return f"{option}, {wrong.place}: " if wrong.place else f"{option} " if option else ""


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


def clock(timezone: str, moment: datetime | str) -> str:
    """By the town's clocks, which it names. `moment`: a text is ISO 8601."""
    return moments.in_words(datetime.fromisoformat(moment) if isinstance(moment, str) else moment, timezone)


def print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
