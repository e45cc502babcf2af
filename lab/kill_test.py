"""`make kill-test`: alerts to residents while the service and its Asterisk are killed, cut off and stalled at random.

Judged by what the residents' telephones saw beside what the store says (lab.kill_test_judge).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lab.kill_test_people import residents
from lab.kill_test_report import figures, table, told
from lab.kill_test_run import Result, Ring, at_random

RUNS = 30
RESIDENTS = 200
BLOWS = 5
LINES = 60

WIDE = 130  # where nobody looks on

console = Console(width=None if sys.stdout.isatty() else WIDE)


async def runs(home: Path, *, number: int, seed: int, people: int, blows: int, lines: int) -> list[Result]:
    """All on one installation, as its days would come; each run has residents and blows of its own."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    chances = {run: random.Random(f"{seed}/{run}") for run in range(number)}
    towns = {run: residents(people, run=run, chance=chances[run]) for run in chances}
    results = []
    async with Ring.ready(home, channels=lines, calls_per_second=lines / 2) as ring:
        await ring.move_in(towns)
        with _progress() as bar:
            task = bar.add_task("", total=number, faults=0)
            for run, town in towns.items():
                results.append(await ring.run(run, town, at_random(chances[run], blows)))
                if results[-1].violations:
                    console.print(told(ring, results[-1]), markup=False, highlight=False, soft_wrap=True)
                bar.update(task, advance=1, faults=sum(len(result.violations) for result in results))
    return results


def _progress() -> Progress:
    columns = [TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    return Progress(*columns, TextColumn("violations: {task.fields[faults]}"), console=console)


def main() -> None:
    parser = argparse.ArgumentParser(description="Alerts to residents, killed in the middle; 1 when anything is wrong.")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many alerts (default: {RUNS})")
    parser.add_argument("--residents", type=int, default=RESIDENTS, help=f"of each (default: {RESIDENTS})")
    parser.add_argument("--blows", type=int, default=BLOWS, help=f"most of them in a run (default: {BLOWS})")
    parser.add_argument("--lines", type=int, default=LINES, help=f"of the trunk (default: {LINES})")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="the same again as in that run")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    chosen = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tocsin-kill-test-"))
    console.print(f"seed {chosen.seed}; {home}")
    many = {"number": chosen.runs, "people": chosen.residents, "blows": chosen.blows, "lines": chosen.lines}
    results = asyncio.run(runs(home, seed=chosen.seed, **many))
    console.print(table(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures(results)) + "\n")
    if any(result.violations for result in results):
        console.print(f"The store and the log are in {home}/tocsin")
        sys.exit(1)
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
