"""`tocsin contacts export` and `erase`: what a resident may ask for (Loi 25)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import msgspec
import typer

from records.residents import Erased, PersonalFile
from tocsin.commands import common, files

Number = Annotated[str, typer.Argument(help="A telephone number of the resident, in any usual form.")]
Which = Annotated[int | None, typer.Option("--id", help="Which resident, where several have the number.")]
To = Annotated[Path | None, typer.Option("--to", help="Write it to this file, which only you can read.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask first.")]


def export(number: Number, id: Which = None, to: To = None) -> None:  # noqa: A002
    """Print all that is kept of one resident, as JSON.

    That is: file, numbers, consents with their words, alerts with each call and text, calls to the line, imports. The
    journal says that it was given.
    """
    with common.service() as service:
        found = service.get(f"/residents/{quote(number, safe='')}/file", PersonalFile, id=id)
    if to is None:
        common.print_json(msgspec.to_builtins(found))
    else:
        files.write_for_owner_only(to, msgspec.json.format(msgspec.json.encode(found), indent=2))
        common.console.print(f"Written: {to}", markup=False)


def erase(number: Number, id: Which = None, yes: Yes = False, json: common.Json = False) -> None:  # noqa: A002
    """Erase one resident, on the disk, too. It can't be undone.

    Name, address, numbers, consents, codes, texts and calls go. The counts of past alerts stay, and an opt-out that
    holds, so that no file brings the number back.
    """
    if not yes:
        if not sys.stdin.isatty():
            common.fail("Erasing can't be undone: add --yes to go on.", status=common.WRONG_USAGE)
        common.confirm(f"Erase the resident who has {number}? This can't be undone.")
    chosen = "" if id is None else f"?id={id}"
    with common.service() as service:
        done = service.post(f"/residents/{quote(number, safe='')}/erase{chosen}", None, Erased)
    if json:
        common.print_json(msgspec.to_builtins(done))
        return
    common.console.print(
        f"Erased: resident {done.contact}, {done.numbers} numbers, named in {len(done.alerts)} alerts."
    )
    if done.groups:
        common.console.print(f"Taken out of the groups: {', '.join(done.groups)}.", markup=False)
    if done.kept:
        common.console.print(f"{done.kept} opt-outs stay, so that no file brings the numbers back.")
