"""`tocsin doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from records.client import Refused, Unanswered
from records.upkeep import Check, Condition, DoctorRequest, Examination, Finding
from service import places
from tocsin import asking
from tocsin.commands import common, files
from tocsin.commands.common import console

MARKS = {Condition.WELL: ("✓ ", "green"), Condition.DOUBTFUL: ("! ", "yellow"), Condition.WRONG: ("✗ ", "red")}

BEGINS_S = 5.0
"""For the service to begin to look: one that hangs is no reason to know nothing."""

app = typer.Typer(add_completion=False)


@app.command()
def doctor(
    only: Annotated[str, typer.Option(help=f"Some checks, with commas: {', '.join(Check)}.")] = "",
    dialplans: Annotated[Path, typer.Option(help="A changed copy of dialplans/.", exists=True, file_okay=False)] = (
        places.DIALPLANS
    ),
    json: common.Json = False,
) -> None:
    """Try everything that an alert needs, and say what to fix. Calls in progress notice nothing.

    Trunks are asked with a real OPTIONS, the dialplan is loaded by a throw-away Asterisk, the database is read through.
    Exit status 1 when something is wrong; what is only doubtful (!) leaves it at 0.
    """
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(Check)):
        common.fail(f"--only: there is no {', '.join(unknown)}; {', '.join(Check)}", status=common.WRONG_USAGE)
    found = _found(DoctorRequest(only=tuple(map(Check, names)), plans=files.plans(dialplans)))
    bad = any(finding.state is Condition.WRONG for finding in found)
    if json:
        common.print_json({"well": not bad, "checks": msgspec.to_builtins(found)})
    else:
        _print(found)
    raise typer.Exit(common.FAILED if bad else 0)


def _found(asked: DoctorRequest) -> Sequence[Finding]:
    """By the service; by this command itself where none runs, or it can't: that is when a doctor is needed."""
    if service := asking.running():
        try:
            return service.followed("/doctor", asked, Examination, begins_s=BEGINS_S).findings
        except (Refused, Unanswered) as error:
            common.warn(f"The service could not look ({error}): this command does it by itself.")
    found: Sequence[Finding] = import_module("tocsin.commands.local").examined(asked)
    return found


def _print(found: Sequence[Finding]) -> None:
    for finding in found:
        console.print(Text.assemble(MARKS[finding.state], (f"{finding.check}: ", "bold"), finding.said), soft_wrap=True)
        if finding.remedy:
            console.print(f"    {finding.remedy}", soft_wrap=True, markup=False, highlight=False)
