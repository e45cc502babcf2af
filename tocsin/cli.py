"""The command line."""

from __future__ import annotations

import asyncio
import errno
from typing import Annotated

import typer

from db.errors import StoreError
from ivr.menus import BadMenu
from sms_gateway.errors import BadSetting
from telephony.asterisk import AsteriskFailed
from tocsin import service, settings
from tocsin.commands import alert, common, contacts, dialplan, doctor, lab, prompts, status
from tocsin.lock import InUse
from tocsin.service import Role

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

app = typer.Typer(
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
app.add_typer(alert.app, name="alert")
app.add_typer(contacts.app, name="contacts")
app.add_typer(prompts.app, name="prompts")
app.add_typer(dialplan.app, name="dialplan")
app.add_typer(lab.app, name="lab")


@app.command()
def up(
    only: Annotated[str, typer.Option(help="Roles to run, with commas: ivr, dialer, sms. Default: all.")] = "",
) -> None:
    """Run the service in the foreground until Ctrl-C."""
    ours = common.loaded()
    for warning in settings.warnings(ours):
        common.warn(warning)
    asyncio.run(service.run(ours, _roles(only)))


def _roles(only: str) -> list[Role]:
    try:
        return [Role(name.strip()) for name in only.split(",")] if only else list(Role)
    except ValueError:
        common.fail(f"--only is “{only}”: write ivr, dialer, sms or several with commas.", status=common.WRONG_USAGE)


app.command()(status.status)
app.command()(doctor.doctor)


@app.command()
def demo() -> None:
    """Show the main job on simulated telephones: enrolment, import, alert, results. Touches no real line."""
    from lab import demo as show  # the lab is heavy and nothing else here needs it

    raise typer.Exit(asyncio.run(show.run(common.loaded(log_level="warning"))))


def main() -> None:
    """Entry point. Troubles that have a remedy are one line; only faults of ours show a traceback."""
    try:
        app()
    except (StoreError, AsteriskFailed, BadMenu, BadSetting, InUse, service.ServiceFailed) as error:
        common.complain(str(error))
    except OSError as error:
        common.complain(_in_words(error))
    raise SystemExit(common.FAILED)


def _in_words(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    remedy = REMEDIES.get(error.errno or 0, "see that it is there and that this user may read and write it")
    return f"{place}{error.strerror or error}: {remedy}."
