"""`make far-side`: Tocsin on a far side that the lab did not make, one call for each way to take it."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lab.bench.part import NotMeasured
from lab.far_side import answers, callers, document, refusals, ringing
from lab.far_side.callers import CallerHeard
from lab.far_side.play import Came, play
from lab.stage import StageFailed

GROUPS = {"refusals": refusals.ways, "ringing": ringing.ways, "answers": answers.ways}
WIDE = 140  # where nobody looks on

console = Console(width=None if sys.stdout.isatty() else WIDE)


async def played(groups: Sequence[str], only: str) -> tuple[list[Came], list[CallerHeard]]:
    chosen = [[way for way in GROUPS[name]() if only in way.what] for name in groups]
    calling = [each for each in callers.CALLERS if only in each.what]
    ways = asyncio.gather(*(play(ways) for ways in chosen if ways))
    came, heard = await asyncio.gather(ways, callers.play(calling))
    return list(itertools.chain(*came)), heard


def callers_table(heard: Sequence[CallerHeard]) -> Table:
    shown = Table("who calls", "known", "path", "")
    for each in heard:
        cells = (each.caller.what, "yes" if each.known else "no", each.path)
        shown.add_row(*cells, "" if each.right else "wrong", style=None if each.right else "red")
    return shown


def table(came: Sequence[Came]) -> Table:
    shown = Table("far side", "SIP", "Q.850", "disposition", "told", "again", "")
    for each in came:
        way = each.way
        expected = "" if each.right else f"expected {way.disposition}, told {way.told}, again {way.again}"
        cells = (way.what, each.sip or "", each.cause or "", each.disposition, "yes" if each.told else "no", each.again)
        shown.add_row(*map(str, cells), expected, style=None if each.right else "red")
    return shown


def record(each: Came) -> Mapping[str, Any]:
    names = ("disposition", "told", "again", "sip", "cause", "right")
    return {"far_side": each.way.what, **{name: getattr(each, name) for name in names}}


def call_record(each: CallerHeard) -> Mapping[str, Any]:
    return {"who_calls": each.caller.what, "known": each.known, "path": each.path, "right": each.right}


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Tocsin on SIPp, one call for each way to take it; 1 when one is wrong."
    )
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--only", default="", help="ways with these words alone")
    parser.add_argument("--json", type=Path, help="also write what came there")
    parser.add_argument("--document", type=Path, help="write what is expected there, as Markdown, and place no call")
    chosen = parser.parse_args()
    if chosen.document:
        chosen.document.write_text(document.written(GROUPS))
        return
    began = time.monotonic()
    try:
        came, heard = asyncio.run(played(chosen.groups, chosen.only))
    except (NotMeasured, StageFailed, TimeoutError) as error:
        console.print(f"Given up: {error or 'a call did not end'}", style="red", markup=False)
        sys.exit(1)
    console.print(table(came), markup=False)
    console.print(callers_table(heard), markup=False)
    wrong = sum(not each.right for each in came) + sum(not each.right for each in heard)
    console.print(f"{len(came)} ways, {len(heard)} callers, {wrong} wrong, {time.monotonic() - began:.0f} s.")
    if chosen.json:
        chosen.json.write_text(
            json.dumps([*map(record, came), *map(call_record, heard)], indent=2, ensure_ascii=False) + "\n"
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
