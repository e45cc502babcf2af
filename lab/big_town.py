"""`make big-town`: an alert to a whole town on SIPp's own network (scenario `uas`), and Tocsin's own report of it.

Everybody rings once and answers without a sound; some have no number at all, and are the doors to knock at.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import json
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lab import ports
from lab.bench import stand, trunk
from lab.bench.part import NotMeasured
from lab.stage import Installation, StageFailed, on_free_ports
from rules import contact_rows
from service import settings

STREETS = ("rue Principale", "rue de l'Église", "chemin du Lac", "rang Saint-Joseph", "avenue des Érables")
SECTORS = ("Village", "Lac", "Rang")
EXCHANGES = ("418554", "418556", "581557", "418558")  # none with 555-1212
NO_NUMBER = 50  # one in so many is written to, and not called
END_S = 3600.0
LOOK_S = 1.0
BUNDLE_S = 30.0  # for the service to have written its report
PORTS_A_CALL = 4
WIDE = 120  # where nobody looks on

console = Console(width=None if sys.stdout.isatty() else WIDE)


@dataclass(frozen=True, slots=True)
class PlayedTown:
    """`report`: `alert report --json`; `shown`: the same in words; `wrong`: what did not come out as it should."""

    report: Mapping[str, Any]
    shown: str
    trunk_use: float
    wrong: tuple[str, ...]


@contextlib.asynccontextmanager
async def network() -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """SIPp: where it takes calls, and its process."""
    port = ports.free(socket.SOCK_DGRAM)
    with tempfile.TemporaryDirectory(prefix="tocsin-sipp-") as scratch:
        process = await asyncio.create_subprocess_exec(
            *(shutil.which("sipp") or "sipp", "-sn", "uas", "-i", ports.LOOPBACK, "-p", str(port), "-nostdin"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=scratch,
        )
        try:
            yield f"{ports.LOOPBACK}:{port}", process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def town(people: int) -> Iterator[Mapping[str, str]]:
    for place in range(people):
        number = f"{EXCHANGES[place % 4]}{place // 4:04}"
        yield dict.fromkeys(contact_rows.COLUMNS, "") | {
            "first_name": "Alix",
            "last_name": f"{place:05}",
            "language": "en" if place % 10 == 9 else "fr",
            "voice": number if has_number(place) else "",
            "email": f"alix{place}@example.org",
            "civic_number": str(1 + place // len(STREETS)),
            "street": STREETS[place % len(STREETS)],
            "city": "Valmont",
            "sector": SECTORS[place % len(SECTORS)],
        }


def has_number(place: int) -> bool:
    return place % NO_NUMBER != 0


def write(path: Path, people: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, contact_rows.COLUMNS)
        table.writeheader()
        table.writerows(town(people))
    return path


def installation(home: Path, host: str, lines: int, calls_per_second: float) -> Installation:
    # SIPp's `uas` answers INVITE and BYE, and no OPTIONS.
    sipp = {"name": "sipp", "host": host, "channels": lines, "calls_per_second": calls_per_second, "qualify": False}
    given = on_free_ports(sipp, rtp_ports=PORTS_A_CALL * lines, TOCSIN_REDIAL_DELAY_S="5")
    return Installation(home, settings.load(None).cache, given)


async def play(home: Path, people: int, lines: int, calls_per_second: float, doors: Path) -> PlayedTown:
    """Raises StageFailed, NotMeasured."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    async with network() as (host, sipp):
        tocsin = installation(home / "tocsin", host, lines, calls_per_second)
        console.print(f"{people} people move in …")
        await stand.done(tocsin, "prompts", "build")
        await stand.done(tocsin, "contacts", "import", str(write(home / "town.csv", people)))
        async with stand.running(tocsin):
            text = ("--text-fr", "Ceci est un essai.", "--text-en", "This is a test.")
            await stand.done(tocsin, "alert", "send", "--title", "Essai", *text, "--channels", "voice")
            await _over(tocsin, sipp, people)
            wrong = await _bundle(tocsin)
            report = (await tocsin.tocsin("alert", "report", "1", "--json")).data()
            shown = (await tocsin.tocsin("alert", "report", "1", "--csv", str(doors))).output
        return PlayedTown(
            report, shown, trunk.use(stand.calls(tocsin), lines), (*wrong, *faults(report, people, doors))
        )


async def _over(tocsin: Installation, sipp: asyncio.subprocess.Process, people: int) -> None:
    """Until everybody was tried; raises NotMeasured where that can't be any more."""
    columns = [TextColumn("people"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    ends_at = time.monotonic() + END_S
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=people)
        while stand.ask(tocsin, "SELECT status FROM alert") != [("done",)]:
            ((over,),) = stand.ask(tocsin, "SELECT count(*) FROM delivery WHERE outcome IS NOT NULL")
            bar.update(task, completed=over)
            for name, process in (("SIPp", sipp), ("the service", tocsin.service)):
                if process and process.returncode is not None:
                    raise NotMeasured(f"{name} ended with status {process.returncode}")
            if time.monotonic() > ends_at:
                raise NotMeasured(f"{over} of {people} people were tried within {END_S:.0f} s")
            await asyncio.sleep(LOOK_S)
        bar.update(task, completed=people)


async def _bundle(tocsin: Installation) -> list[str]:
    """The service writes one by itself."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BUNDLE_S):
            while not list((tocsin.home / "reports").glob("*.zip")):
                await asyncio.sleep(LOOK_S)
            return []
    return [f"the service wrote no report within {BUNDLE_S:.0f} s"]


def faults(report: Mapping[str, Any], people: int, doors: Path) -> Iterator[str]:
    """What the report should say of a town where whoever has a number answers, and does not."""
    expected = {f"Alix {place:05}" for place in range(people) if not has_number(place)}
    missed = {door["name"] for door in report["not_reached"]}
    if report["people"] != people:
        yield f"the report counts {report['people']} people in place of {people}"
    if missed - expected:
        yield f"{len(missed - expected)} people with a number were not reached, {min(missed - expected)} among them"
    if expected - missed:
        yield f"{len(expected - missed)} people without a number are not among the doors"
    with doors.open(encoding="utf-8-sig", newline="") as file:
        written = {row["name"] for row in csv.DictReader(file)}
    if written != missed:
        yield f"{doors} holds {len(written)} doors, the report {len(missed)}"


def main() -> None:
    parser = argparse.ArgumentParser(description="An alert to a whole town on SIPp; 1 when anything is wrong.")
    parser.add_argument("--people", type=int, default=2000, help="how many live there (default: 2000)")
    parser.add_argument("--lines", type=int, default=100, help="of the trunk (default: 100)")
    parser.add_argument("--calls-per-second", type=float, default=20.0, help="of the trunk (default: 20)")
    parser.add_argument("--json", type=Path, help="also write Tocsin's report there")
    parser.add_argument("--doors", type=Path, help="write the door-to-door list there, as CSV")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tocsin-big-town-") as folder:
        home = Path(folder)
        doors = (chosen.doors or home / "doors.csv").absolute()
        try:
            played = asyncio.run(play(home, chosen.people, chosen.lines, chosen.calls_per_second, doors))
        except (StageFailed, NotMeasured) as error:
            console.print(f"Given up: {error}", style="red", markup=False)
            sys.exit(1)
    console.print(played.shown, markup=False, highlight=False)
    told = f"{len(played.report['not_reached'])} doors to knock at; {time.monotonic() - began:.0f} s in all"
    console.print(f"Trunk use {played.trunk_use:.3f} of {chosen.lines} lines; {told}.")
    if chosen.json:
        found = {**played.report, "trunk_use": played.trunk_use}
        chosen.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    for fault in played.wrong:
        console.print(f"Wrong: {fault}", style="red", markup=False)
    sys.exit(1 if played.wrong else 0)


if __name__ == "__main__":
    main()
