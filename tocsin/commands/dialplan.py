"""`tocsin dialplan`: try the administrator's files before the service gets them."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ivr import menus
from prompts.keys import Key
from service import wiring
from service.settings import Settings
from telephony import asterisk, check
from tocsin.commands import common, local
from tocsin.commands.common import console

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Where calls go: the files in dialplans/.")


@app.callback()
def group() -> None:
    """Where calls go: the files in dialplans/."""


@app.command("check")
def check_files(
    folder: Annotated[Path, typer.Argument(help="A changed copy of dialplans/.", exists=True, file_okay=False)] = (
        wiring.DIALPLANS
    ),
    json: common.Json = False,
) -> None:
    """Try the files in a throw-away Asterisk, and the menu against its spoken text. Calls in progress notice nothing.

    What is wrong is listed with its file and line, and what to do; the exit status is then 1.
    """
    ours = local.loaded(log_level="critical")
    found = [*_menu_problems(ours, folder), *_asterisk_problems(ours, folder)]
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
            f"{folder} is good. A restart of the service applies what is in {wiring.DIALPLANS}.", soft_wrap=True
        )


def _asterisk_problems(ours: Settings, folder: Path) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="tocsin-check-") as scratch:
        try:
            binary = wiring.binary(ours)
        except asterisk.AsteriskFailed as error:
            common.fail(str(error))
        return asyncio.run(check.problems(binary, folder, wiring.site_files(ours), Path(scratch)))


def _menu_problems(ours: Settings, folder: Path) -> list[str]:
    try:
        menu = menus.read(folder / "menus.yaml")
    except menus.BadMenu as error:
        return [str(error)]
    studio = wiring.studio(ours)
    return [
        f"prompts/catalogue/{language}.yaml, main_menu: the text does not say key {key} ({menu[key]})"
        for language in ours.languages
        for key in menus.unsaid(menu, studio.text(Key.MAIN_MENU, language))
    ]
