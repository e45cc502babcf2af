"""An alert to a whole town on SIPp's own network (scenario `uas`): report, door-to-door list, use of the trunk.

`python -m lab.big_town --people 2000`. Everybody rings once and answers without a sound; some have no number at all.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import json
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from alerts import contact_rows
from lab import ports
from lab.stage import Installation
from tocsin import settings

STREETS = ("rue Principale", "rue de l'Église", "chemin du Lac", "rang Saint-Joseph", "avenue des Érables")
SECTORS = ("Village", "Lac", "Rang")
EXCHANGES = ("418555", "418556", "581557", "418558")
NO_NUMBER = 50  # one in so many is written to, and not called
END_S = 3600.0
RTP_PORTS = 2
SHARES = (0.5, 0.9, 0.99, 1.0)
REACHED = ("acknowledged", "heard", "left_on_machine")

console = Console()


@contextlib.asynccontextmanager
async def network() -> AsyncIterator[str]:
    """SIPp; where it takes calls."""
    sipp = shutil.which("sipp")
    if not sipp:
        raise SystemExit("sipp is missing: apt-get install sip-tester")
    port = ports.free(socket.SOCK_DGRAM)
    with tempfile.TemporaryDirectory(prefix="tocsin-sipp-") as scratch:
        process = await asyncio.create_subprocess_exec(
            *(sipp, "-sn", "uas", "-i", ports.LOOPBACK, "-p", str(port), "-nostdin"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=scratch,
        )
        try:
            yield f"{ports.LOOPBACK}:{port}"
        finally:
            process.kill()
            await process.wait()


def town(people: int) -> Iterable[Mapping[str, str]]:
    for place in range(people):
        number = f"{EXCHANGES[place % 4]}{place // 4:04}"
        yield dict.fromkeys(contact_rows.COLUMNS, "") | {
            "first_name": "Alix",
            "last_name": f"{place:05}",
            "language": "en" if place % 10 == 9 else "fr",
            "voice": "" if place % NO_NUMBER == 0 else number,
            "email": f"alix{place}@example.org",
            "civic_number": str(1 + place // len(STREETS)),
            "street": STREETS[place % len(STREETS)],
            "city": "Valmont",
            "sector": SECTORS[place % len(SECTORS)],
        }


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0] if rows else ["name"])
        table.writeheader()
        table.writerows(rows)
    return path


def given(host: str, lines: int, calls_per_second: float) -> dict[str, str]:
    first, last = ports.free_rtp_range(2 * RTP_PORTS * lines)
    trunk = {"name": "sipp", "host": host, "channels": lines, "calls_per_second": calls_per_second, "qualify": False}
    return {
        "TOCSIN_TRUNKS": json.dumps([trunk]),
        "TOCSIN_SIP_BIND": f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}",
        "TOCSIN_RTP_PORTS": f"{first}-{last}",
        "TOCSIN_ARI_PORT": str(ports.free()),
        "TOCSIN_CALLER_ID_NAME": "VILLE VALMONT",
        "TOCSIN_CALLER_ID_NUMBER": "4185551000",
        "TOCSIN_ORGANIZATION": "Valmont",
        "TOCSIN_METRICS_BIND": "off",
    }


async def play(home: Path, people: int, lines: int, calls_per_second: float) -> dict[str, Any]:
    rows = list(town(people))
    file = write(home / "town.csv", rows)
    async with network() as host:
        tocsin = Installation(home / "tocsin", settings.load(None).cache, given(host, lines, calls_per_second))
        try:
            await done(tocsin, "prompts", "build")
            await tocsin.start()
            await done(tocsin, "contacts", "import", str(file))
            text = ("--text-fr", "Ceci est un essai.", "--text-en", "This is a test.")
            sent = await done(tocsin, "alert", "send", "--title", "Essai", *text, "--channels", "voice", "--json")
            async with asyncio.timeout(END_S):
                while (shown := await done(tocsin, "alert", "show", str(sent["id"]), "--json"))["status"] != "done":
                    await asyncio.sleep(5)
            return {"alert": shown, "status": await done(tocsin, "status", "--json"), "rows": rows}
        finally:
            await tocsin.clear()


async def done(tocsin: Installation, *arguments: str) -> Any:
    printed = await tocsin.tocsin(*arguments)
    if printed.status:
        raise SystemExit(printed.errors)
    return printed.data() if "--json" in arguments else None


def report(played: Mapping[str, Any], lines: int) -> dict[str, Any]:
    people = played["alert"]["deliveries"]
    calls = [attempt for each in people for attempt in each["attempts"] if attempt["placed_at"]]
    placed = sorted(moment(call["placed_at"]) for call in calls)
    ended = sorted(moment(each["attempts"][-1]["ended_at"]) for each in people if each["attempts"])
    busy = sum(min(moment(call["ended_at"]), placed[-1]) - moment(call["placed_at"]) for call in calls)
    began = moment(played["alert"]["created_at"])
    return {
        "people": len(people),
        "outcomes": dict(Counter(each["outcome"] for each in people)),
        "dispositions": dict(Counter(call["disposition"] for call in calls)),
        "calls": len(calls),
        "first_call_after_s": round(placed[0] - began, 2),
        "calls_per_second": round((len(calls) - 1) / (placed[-1] - placed[0]), 2),
        "tried_after_s": {f"{share:.0%}": round(at(ended, share) - began, 1) for share in SHARES},
        "trunk_use": round(busy / lines / (placed[-1] - placed[0]), 3),
        "memory_mb": {name: round(octets / 1e6) for name, octets in played["status"]["memory"].items()},
    }


def at(moments: Sequence[float], share: float) -> float:
    """The moment by which that share of them had come."""
    return moments[max(0, int(share * len(moments)) - 1)]


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def door_to_door(played: Mapping[str, Any]) -> list[dict[str, str]]:
    """Who was not reached, street by street."""
    where = {f"{row['first_name']} {row['last_name']}": row for row in played["rows"]}
    missed = [each for each in played["alert"]["deliveries"] if each["outcome"] not in REACHED]
    rows = [
        {key: where[each["name"]][key] for key in ("street", "civic_number")}
        | {"name": each["name"], "outcome": each["outcome"], "reason": each["reason"]}
        for each in missed
    ]
    return sorted(rows, key=lambda row: (row["street"], int(row["civic_number"])))


def main() -> None:
    parser = argparse.ArgumentParser(description="An alert to a whole town on SIPp's own network.")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--calls-per-second", type=float, default=20.0)
    parser.add_argument("--json", type=Path, help="also write the report there")
    parser.add_argument("--doors", type=Path, help="write the door-to-door list there, as CSV")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tocsin-big-town-") as folder:
        played = asyncio.run(play(Path(folder), chosen.people, chosen.lines, chosen.calls_per_second))
    found, doors = report(played, chosen.lines), door_to_door(played)
    table = Table("What", "How much", header_style="bold")
    for name, value in found.items():
        table.add_row(name.replace("_", " "), str(value))
    console.print(table)
    console.print(f"{len(doors)} doors to knock at; {time.monotonic() - began:.0f} s in all.")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2, ensure_ascii=False))
    if chosen.doors:
        write(chosen.doors, doors)
    sys.exit(0)


if __name__ == "__main__":
    main()
