"""Runs the measurements, prints the table, writes the figures."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lab.bench import calls, people, trunk
from lab.bench.calls import Figures

console = Console()
Rows = list[tuple[str, str]]


async def measure(home: Path) -> tuple[dict[str, float], Rows]:
    """The figures, and what they are made of."""
    for part in ("calls", "trunk", "people"):
        (home / part).mkdir()
    of_calls = await calls.measure(home / "calls")
    # Beside the trunk, which is busy for five minutes and takes little of the machine.
    lines = asyncio.create_task(trunk.measure(home / "trunk"))
    figures, rows = await _people(home / "people")
    use = await lines
    bare, ours, listening = of_calls["bare"], of_calls["tocsin"], of_calls["listening"]
    figures = {
        "calls_per_second_ratio": ours.calls_per_second / bare.calls_per_second,
        "calls_per_second_listening_ratio": listening.calls_per_second / bare.calls_per_second,
        "cpu_per_call_ratio": ours.cpu_ms_per_call / bare.cpu_ms_per_call,
        "trunk_use": use.share,
        **figures,
    }
    told = f"{use.calls} calls of {use.mean_s:.1f} s on average in {use.seconds:.0f} s"
    return figures, [*_call_rows(of_calls), ("trunk", told), *rows]


async def _people(home: Path) -> tuple[dict[str, float], Rows]:
    imported = await people.measure_import(home)
    invite_s = await people.send_to_first_invite_s(home)
    previews = await people.target_1m_s(home)
    few, many = await people.claim_s(home / "few.db", people.FEW), await people.claim_s(home / "many.db", people.MANY)
    figures = {
        "send_to_first_invite_s": invite_s,
        "target_1m_s": max(previews.values()),
        "import_ratio": imported.bare_s / imported.ours_s,
        "claim_cost_1m_to_1k": many / few,
    }
    rows = [
        ("import of 100,000", f"{imported.ours_s:.2f} s; bare executemany {imported.bare_s:.2f} s"),
        ("preview among 1,000,000", ", ".join(f"{name} {took * 1000:.0f} ms" for name, took in previews.items())),
        ("claim of 50", f"{few * 1000:.1f} ms beside 1,000 calls, {many * 1000:.1f} ms beside 1,000,000"),
    ]
    return figures, rows


def _call_rows(found: dict[str, Figures]) -> Rows:
    return [(name.replace("_", " "), _told(each)) for name, each in found.items()]


def _told(each: Figures) -> str:
    own = f"{each.cpu_ms_per_call:.2f} ms a call, " if each.cpu_ms_per_call else ""
    memory = f"; {each.service_mb:.0f} MB" if each.service_mb else ""
    asterisk = f"Asterisk {each.asterisk_ms_per_call:.2f} ms a call, {each.asterisk_mb:.0f} MB"
    return f"{each.calls_per_second:.0f} calls/s, {own}{asterisk}{memory}"


def main() -> None:
    parser = argparse.ArgumentParser(description="What Tocsin costs, as ratios taken in one run.")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        figures, rows = asyncio.run(measure(Path(folder)))
    table = Table("Figure", "Value", header_style="bold")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}")
    table.add_section()
    for row in rows:
        table.add_row(*row)
    console.print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
