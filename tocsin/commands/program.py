"""The command line, whole."""

from __future__ import annotations

import errno
import functools
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from rules.operator_error import OperatorError
from service import owner_only
from tocsin.commands import common

COMMANDS = {
    "alert": "Send an alert, follow it, stop it.",
    "templates": "Alerts that are ready to be sent: `tocsin alert send --template NAME`.",
    "contacts": "The residents: import, list, show.",
    "streets": "The streets of the town: which civic numbers are in which sector.",
    "topics": "What residents can follow.",
    "staff": "Those who run it: their telephones, roles and PINs.",
    "prompts": "What is said on the telephone.",
    "dialplan": "Where calls go: the files in dialplans/.",
    "lab": "The town in a box: telephones and texts that are only simulated.",
    "up": "Run the service in the foreground until Ctrl-C.",
    "status": "Say how the service is: its link to Asterisk, each trunk, what waits, the alerts under way, the disk.",
    "doctor": "Try everything that an alert needs, and say what to fix.",
    "demo": "Show the main job on simulated telephones: enrolment, import, alert, results.",
}
"""What the list of commands says of each: the first line of its own help."""
NOT_OURS = "give this user the right to it, or choose another folder with TOCSIN_HOME"
REMEDIES = {
    errno.ENOSPC: "free some room on that disk, then try again",
    errno.EDQUOT: "free some room, or ask for more, then try again",
    errno.EACCES: NOT_OURS,
    errno.EPERM: NOT_OURS,
    errno.EROFS: "the disk can only be read: choose another folder with TOCSIN_HOME",
    errno.ENOTDIR: "a file is in the place of a folder: move it away, or choose another folder with TOCSIN_HOME",
    errno.EEXIST: "a file is in the place of a folder: move it away, or choose another folder with TOCSIN_HOME",
}


class Commands(TyperGroup):
    """Each is a module of `commands`, loaded when it is called for, and not to be listed: all of them take a second."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=said) for name, said in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, made(command.name) if command else None, rest


@functools.cache
def made(name: str) -> Any:
    """One of COMMANDS, ready to parse its arguments."""
    command = typer.main.get_command(import_module(f"tocsin.commands.{name}").app)
    command.name = name
    return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Tocsin: a town's alert line. Residents enrol by telephone; alerts go out by voice and text; "
    "every result is known.",
    epilog="First steps: `tocsin demo` shows everything on simulated telephones. For a real line copy .env.example to "
    ".env (docs/operating.md explains each setting), start the service with `tocsin up`, and in another terminal "
    "`tocsin contacts import FILE.csv`, then `tocsin alert send --help`. "
    "Exit status: 0 done, 1 failed, 2 wrong usage; what is wrong is said on standard error, with what to do.",
)


@app.callback()
def tocsin() -> None:
    """Its commands are in their own modules."""


def main() -> NoReturn:
    """Troubles that have a remedy are one line; only faults of ours show a traceback."""
    owner_only.for_owner_only()
    try:
        app()
    except OperatorError as error:
        common.complain(str(error))
    except OSError as error:
        common.complain(_in_words(error))
    raise SystemExit(common.FAILED)


def _in_words(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    remedy = REMEDIES.get(error.errno or 0, "see that it is there and that this user may read and write it")
    return f"{place}{error.strerror or error}: {remedy}."
