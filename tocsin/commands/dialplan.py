"""`tocsin dialplan`: try the administrator's files before the service gets them."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import typer

from ivr import menus
from telephony import asterisk, check
from tocsin import wiring
from tocsin.commands import common
from tocsin.commands.common import console
from tocsin.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Where calls go: the files in dialplans/.")


@app.callback()
def group() -> None:
    """Where calls go: the files in dialplans/."""


@app.command("check")
def check_files(json: common.Json = False) -> None:
    """Try dialplans/ in a throw-away Asterisk, and the menu against its spoken text."""
    ours = common.loaded(log_level="error")
    found = [*_menu_problems(ours), *_asterisk_problems(ours)]
    if json:
        common.print_json({"problems": found})
    if found:
        common.fail("\n".join(["dialplans/ is not good yet:", *(f"  {problem}" for problem in found)]))
    if not json:
        console.print("dialplans/ is good. `make up` (or a restart of the service) applies it.")


def _asterisk_problems(ours: Settings) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="tocsin-check-") as scratch:
        try:
            binary = wiring.binary(ours)
        except asterisk.AsteriskFailed as error:
            common.fail(str(error))
        return asyncio.run(check.problems(binary, wiring.DIALPLANS, wiring.site_files(ours), Path(scratch)))


def _menu_problems(ours: Settings) -> list[str]:
    try:
        menu = menus.read(wiring.DIALPLANS / "menus.yaml")
    except menus.BadMenu as error:
        return [str(error)]
    studio = wiring.studio(ours)
    return [
        f"prompts/catalogue/{language}.yaml, main_menu: the text does not say key {key} ({menu[key]})"
        for language in ours.languages
        for key in menus.unsaid(menu, studio.text("main_menu", language))
    ]
