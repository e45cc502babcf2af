"""`tocsin prompts`: what is said."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prompts import check as checks
from service import wiring
from tocsin.commands import common, local
from tocsin.commands.common import console

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What is said on the telephone.")


@app.command()
def build(json: common.Json = False) -> None:
    """Make the audio of every prompt that has none yet, or whose text or recording has changed."""
    ours = local.loaded(log_level="warning")
    report = wiring.studio(ours).build()
    if json:
        common.print_json({"built": report.built, "kept": report.kept, "warnings": report.warnings})
        return
    for warning in report.warnings:
        common.warn(warning)
    console.print(f"{report.built} prompts built, {report.kept} already there: {ours.home}/audio")


@app.command()
def check(json: common.Json = False) -> None:
    """Fail when a prompt that calls play has no text or no audio in a language."""
    ours = local.loaded(log_level="warning")
    found = checks.problems(wiring.studio(ours), ours.languages)
    problems = [str(problem) for problem in found]
    if json:
        common.print_json({"problems": problems})
    if problems:
        common.fail("\n".join(["prompts are missing:", *(f"  {problem}" for problem in problems)]))
    if not json:
        console.print("Every prompt has its audio.")


@app.command()
def sheet(file: Annotated[Path, typer.Argument(help="Where to write it: .csv or .md")]) -> None:
    """Write the recording sheet: what a speaker reads aloud, and into which file."""
    ours = local.loaded(log_level="warning")
    checks.write_sheet(wiring.studio(ours), file)
    console.print(f"Written to {file}. Recordings go into {ours.home}/recordings/LANGUAGE/KEY.wav")
