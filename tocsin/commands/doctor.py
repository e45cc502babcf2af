"""`tocsin doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from service import logs, settings, wiring
from service.bad_settings import BadSettings
from tocsin.commands import common
from tocsin.commands.common import console
from upkeep.doctor import examine
from upkeep.doctor.finding import Finding, State, wrong

MARKS = {State.WELL: ("✓ ", "green"), State.DOUBTFUL: ("! ", "yellow"), State.WRONG: ("✗ ", "red")}

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    only: Annotated[str, typer.Option(help=f"Some checks, with commas: {', '.join(examine.NAMES)}.")] = "",
    dialplans: Annotated[Path, typer.Option(help="A changed copy of dialplans/.", exists=True, file_okay=False)] = (
        wiring.DIALPLANS
    ),
    json: common.Json = False,
) -> None:
    """Try everything that an alert needs, and say what to mend. Calls in progress notice nothing.

    Trunks are asked with a real OPTIONS, the dialplan is loaded by a throw-away Asterisk, the database is read through.
    Exit status 1 when something is wrong; what is only doubtful (!) leaves it at 0.
    """
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(examine.NAMES)):
        common.fail(f"--only: there is no {', '.join(unknown)}; {', '.join(examine.NAMES)}", status=common.WRONG_USAGE)
    found = _found(names, dialplans)
    bad = any(finding.state is State.WRONG for finding in found)
    if json:
        common.print_json({"well": not bad, "checks": [asdict(finding) for finding in found]})
    else:
        _print(found)
    raise typer.Exit(common.FAILED if bad else 0)


def _found(names: Sequence[str], dialplans: Path) -> list[Finding]:
    try:
        ours = settings.load()
    except BadSettings as error:
        remedy = "correct it in .env or the environment: docs/operating.md has each setting"
        return [wrong("settings", str(problem), remedy) for problem in error.problems]
    logs.configure("critical", ours.log_format)
    return asyncio.run(examine.examine(wiring.equipment(ours), only=names, dialplans=dialplans))


def _print(found: Sequence[Finding]) -> None:
    for finding in found:
        console.print(Text.assemble(MARKS[finding.state], (f"{finding.check}: ", "bold"), finding.said), soft_wrap=True)
        if finding.remedy:
            console.print(f"    {finding.remedy}", soft_wrap=True, markup=False, highlight=False)
