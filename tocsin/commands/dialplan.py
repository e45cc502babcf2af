"""`tocsin dialplan`: try the administrator's files before the service gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from records.upkeep import Checked, DialplanRequest
from service import places
from tocsin.commands import common, files
from tocsin.commands.common import console

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Where calls go: the files in dialplans/.")


@app.callback()
def group() -> None:
    """Where calls go: the files in dialplans/."""


@app.command("check")
def check_files(
    folder: Annotated[Path, typer.Argument(help="A changed copy of dialplans/.", exists=True, file_okay=False)] = (
        places.DIALPLANS
    ),
    json: common.Json = False,
) -> None:
    """Try the files in a throw-away Asterisk, and the menu against its spoken text. Calls in progress notice nothing.

    What is wrong is listed with its file and line, and what to do; the exit status is then 1.
    """
    asked = DialplanRequest(plans=files.plans(folder))
    with common.service() as service:
        found = service.followed("/dialplan/check", asked, Checked).problems
    if json:
        common.print_json({"problems": found})
    if found:
        common.fail(
            "\n".join(
                [
                    f"{folder} is not good yet; correct this, then check it again:",
                    *(f"  {problem}" for problem in found),
                ]
            )
        )
    if not json:
        console.print(
            f"{folder} is good. A restart of the service applies what is in {places.DIALPLANS}.", soft_wrap=True
        )
