"""`tocsin prompts`: what is said."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from records.progress import Progress
from records.upkeep import Built, ChangedTexts, Checked, Sheet, SheetForm
from tocsin.commands import common
from tocsin.commands.common import console

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What is said on the telephone.")


@app.command()
def build(json: common.Json = False) -> None:
    """Make the audio of every prompt that has none yet, or whose text or recording has changed."""
    with common.service() as service, console.status("Making prompts …") as status:

        def seen(told: Progress) -> None:
            status.update(f"{told.done} of {told.of} prompts …")

        done = service.followed("/prompts/build", None, Built, seen)
    if json:
        common.print_json({"built": done.built, "kept": done.kept, "warnings": done.warnings})
        return
    for warning in done.warnings:
        common.warn(warning)
    console.print(f"{done.built} prompts built, {done.kept} already there: {done.audio}")


@app.command()
def check(json: common.Json = False) -> None:
    """Fail when a prompt that calls play has no text or no audio in a language."""
    with common.service() as service:
        problems = service.get("/prompts/check", Checked).problems
    if json:
        common.print_json({"problems": problems})
    if problems:
        common.fail("\n".join(["prompts are missing:", *(f"  {problem}" for problem in problems)]))
    if not json:
        console.print("Every prompt has its audio.")


@app.command()
def diff(json: common.Json = False) -> None:
    """Show what the town says in other words than the program, as after an upgrade."""
    with common.service() as service:
        found = service.get("/prompts/diff", ChangedTexts)
    if json:
        common.print_json(msgspec.to_builtins(found.texts))
        return
    for each in found.texts:
        shipped = each.shipped or "(the program has no such text)"
        common.say(f"{each.key} ({each.language}), {each.place}\n  - {shipped}\n  + {each.own}", json=False)
    if not found.texts:
        common.say(f"The town has no texts of its own: they go into {found.folder}/fr.yaml and en.yaml.", json=False)


@app.command()
def sheet(file: Annotated[Path, typer.Argument(help="Where to write it: .csv or .md")]) -> None:
    """Write the recording sheet: what a speaker reads aloud, and into which file."""
    form = SheetForm.MARKDOWN if file.suffix.lower() == ".md" else SheetForm.CSV
    with common.service() as service:
        found = service.get("/prompts/sheet", Sheet, form=form)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(found.text, encoding="utf-8")
    console.print(f"Written to {file}. Recordings go into {found.recordings}/LANGUAGE/KEY.wav")
