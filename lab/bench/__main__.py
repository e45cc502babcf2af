"""Runs the measurements one after the other, prints the table, writes the figures."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lab.bench import calls, claims, imports, memory, previews, sending, trunk
from lab.bench.part import BenchPart, NotMeasured, Rows
from lab.stage import StageFailed

WIDE = 150  # where nobody looks on

console = Console(width=None if sys.stdout.isatty() else WIDE)


@dataclass(frozen=True, slots=True)
class Measurement:
    """`figures`: the names of what it gives; `usual_s`: what it takes, about; `limit_s`: then it is given up."""

    figures: tuple[str, ...]
    usual_s: int
    limit_s: float
    measure: Callable[[Path], Awaitable[BenchPart]]


PARTS = {
    "calls": Measurement(calls.FIGURES, 120, 360, calls.measure),
    "trunk": Measurement(trunk.FIGURES, 330, 600, trunk.measure),
    "import": Measurement(imports.FIGURES, 30, 240, imports.measure),
    "send": Measurement(sending.FIGURES, 25, 240, sending.measure),
    "preview": Measurement(previews.FIGURES, 30, 300, previews.measure),
    "claim": Measurement(claims.FIGURES, 20, 240, claims.measure),
    "memory": Measurement(memory.FIGURES, 300, 900, memory.measure),
}
LONG = ("memory",)
"""Only when asked for."""
USUAL = tuple(name for name in PARTS if name not in LONG)


@dataclass(frozen=True, slots=True)
class BenchFound:
    """`failed`: the parts that gave nothing, each with the reason."""

    figures: dict[str, float | None]
    rows: Rows
    failed: dict[str, str]


async def run(chosen: Sequence[str], home: Path) -> BenchFound:
    """Each part by itself; one that fails does not keep the others from running."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    told = dict.fromkeys([*USUAL, *chosen])
    figures: dict[str, float | None] = {name: None for part in told for name in PARTS[part].figures}
    rows: list[tuple[str, str]] = []
    failed: dict[str, str] = {}
    for place, name in enumerate(chosen, 1):
        console.print(f"{place}/{len(chosen)} {name}: about {PARTS[name].usual_s} s …")
        began = time.monotonic()
        (home / name).mkdir()
        with _failure(name, failed):
            async with asyncio.timeout(PARTS[name].limit_s):
                part = await PARTS[name].measure(home / name)
            figures |= part.figures
            rows += part.rows
        console.print(f"    {failed.get(name, 'done')} after {time.monotonic() - began:.0f} s", markup=False)
    return BenchFound(figures, tuple(rows), failed)


@contextlib.contextmanager
def _failure(name: str, failed: dict[str, str]) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        failed[name] = f"NOT MEASURED: given up after {PARTS[name].limit_s:.0f} s"
    except (NotMeasured, StageFailed) as error:
        failed[name] = f"NOT MEASURED: {error}"
    except Exception as error:
        console.print_exception()
        failed[name] = f"NOT MEASURED: {error!r}"


def table(found: BenchFound) -> Table:
    view = Table("Figure", "Value", header_style="bold")
    for name, value in found.figures.items():
        view.add_row(name, "–" if value is None else f"{value:.3f}")
    view.add_section()
    for row in found.rows:
        view.add_row(*row)
    return view


def _parts(text: str) -> list[str]:
    names = [name for name in text.replace(",", " ").split() if name]
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose among {', '.join(PARTS)}")
    return names or list(USUAL)


def main() -> None:
    parser = argparse.ArgumentParser(description="What Tocsin costs, as ratios taken in one run.")
    parser.add_argument("--json", type=Path, help="also write the figures there; null: not measured")
    parser.add_argument(
        "--parts", type=_parts, default=list(USUAL), help=f"among {','.join(PARTS)} (default: {','.join(USUAL)})"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        found = asyncio.run(run(chosen.parts, Path(folder)))
    console.print(table(found))
    for name, why in found.failed.items():
        console.print(f"{name}: {why}", style="red", markup=False)
    if chosen.json:
        chosen.json.write_text(json.dumps(found.figures, indent=2) + "\n")
    sys.exit(1 if found.failed else 0)


if __name__ == "__main__":
    main()
