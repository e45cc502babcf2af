"""`tocsin up`."""

from __future__ import annotations

from typing import Annotated

import typer
import uvloop

from service import program, settings
from service.roles import Role
from tocsin.commands import common, local

app = typer.Typer(add_completion=False)


@app.command()
def up(
    only: Annotated[str, typer.Option(help="Roles to run, with commas: ivr, dialer, sms. Default: all.")] = "",
) -> None:
    """Run the service in the foreground until Ctrl-C."""
    ours = local.loaded()
    for warning in settings.warnings(ours):
        common.warn(warning)
    roles = _roles(only)
    uvloop.run(program.run(ours, roles))


def _roles(only: str) -> list[Role]:
    try:
        return [Role(name.strip()) for name in only.split(",")] if only else list(Role)
    except ValueError:
        common.fail(f"--only is “{only}”: write ivr, dialer, sms or several with commas.", status=common.WRONG_USAGE)
