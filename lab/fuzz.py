"""`make fuzz`: odd units against the real gateway, over a real socket, into a real store.

Each unit whose length is right is answered under its number. After one whose length is wrong an enquire_link follows,
and is answered. The link is bound once, nothing is raised, the log holds no number and no text, memory stays bounded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import structlog

from db.engine.store import Store
from lab import odd_units
from lab.raw_centre import SUBMIT_SM, RawCentre, UnitHeard, answer
from sms_gateway.app import Gateway
from sms_gateway.providers.smpp import Smpp

UNITS = 100_000
AT_ONCE = 200
"""Units without an answer at any moment."""

ANSWER_S = 30.0
REST_S = 0.05
"""How long the rest of a unit is waited for. In use it is seconds: a hundred thousand units would take hours."""

MOST_GROWN_MB = 64
"""From the first fifth of the units to the last."""

EXPECTED_EVENTS = {
    *("sms_link_up", "sms_received", "sms_receipt", "sms_sent", "sms_not_sent", "sms_response_too_late"),
    *("sms_delivery_not_understood", "sms_delivery_cut_short", "sms_parts_given_up"),
}


@dataclass
class Figures:
    """What came of it."""

    seed: int
    units: int = 0
    answered: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    binds: int = 0
    grown_mb: float = 0.0
    kinds: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    leaks: int = 0

    @property
    def faults(self) -> list[str]:
        found = {
            f"{self.unanswered} units without an answer": self.unanswered,
            f"{self.binds} binds": self.binds != 1,
            f"{self.leaks} log lines with a number or a text": self.leaks,
            f"{self.grown_mb:.0f} MB more": self.grown_mb > MOST_GROWN_MB,
        }
        odd = sorted(set(self.events) - EXPECTED_EVENTS)
        return [text for text, wrong in found.items() if wrong] + [f"event {each}" for each in odd]


class _Log:
    """Counts the events, and looks for what must not be in them."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.leaks = 0

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> Any:
        self.events[str(event["event"])] += 1
        told = repr(event)
        self.leaks += odd_units.MARK in told or any(number.decode()[4:] in told for number in odd_units.NUMBERS[:20])
        raise structlog.DropEvent


async def run(units: int, seed: int, folder: Path) -> Figures:
    log, figures = _Log(), Figures(seed)
    structlog.configure(processors=[log])
    store, centre = await Store.open(f"sqlite:///{folder}/tocsin.db"), RawCentre()
    centre.answers[SUBMIT_SM] = _careless(Random(seed))
    await centre.start()
    provider = Smpp(f"{centre.url}?window=50", "514 555-0100", rest_s=REST_S)
    gateway = asyncio.create_task(Gateway(store, provider, organization="Ville", telephone="+15145550199").run())
    try:
        await asyncio.wait_for(centre.bound.wait(), ANSWER_S)
        await _say_all(centre, gateway, units, Random(seed), figures)
    finally:
        gateway.cancel()
        await asyncio.wait({gateway})
        await centre.close()
        await store.close()
        structlog.reset_defaults()
    figures.binds, figures.events, figures.leaks = centre.binds, dict(log.events), log.leaks
    return figures


def _careless(random: Random) -> Any:
    """How the centre answers the town's texts: taken, refused, without an id."""
    ids = iter(range(1_000_000_000))

    def answered(request: UnitHeard) -> bytes:
        status = random.choice([0, 0, 0, 0x0B, 0x45, 0xFF, 0x423])
        return answer(request, random.choice([b"%x\0" % next(ids), b"", b"\0", b"no zero"]), status)

    return answered


async def _say_all(
    centre: RawCentre, gateway: asyncio.Task[None], units: int, random: Random, figures: Figures
) -> None:
    waiting: set[asyncio.Future[UnitHeard]] = set()
    kinds, statuses, sequence = Counter[str](), Counter[str](), 1_000
    began, memory = time.monotonic(), 0.0
    for said in range(units):
        if said == units // 5:
            memory = _memory_mb()
        odd = odd_units.odd_unit(random, sequence := sequence + 2)
        kinds[odd.kind] += 1
        waiting.add(centre.expect(sequence if odd.answered else sequence + 1))
        centre.say(odd.octets if odd.answered else odd.octets + odd_units.probe(sequence + 1))
        if len(waiting) >= AT_ONCE:
            waiting = await _some(waiting, gateway, statuses, figures)
    while waiting and not figures.unanswered:
        waiting = await _some(waiting, gateway, statuses, figures)
    figures.units, figures.seconds, figures.grown_mb = units, time.monotonic() - began, _memory_mb() - memory
    figures.kinds, figures.statuses = dict(kinds), dict(statuses)


async def _some(
    waiting: set[asyncio.Future[UnitHeard]], gateway: asyncio.Task[None], statuses: Counter[str], figures: Figures
) -> set[asyncio.Future[UnitHeard]]:
    """Wait for an answer; returns what is still waited for. Nothing for long: none of them will come."""
    done, left = await asyncio.wait(waiting, timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
    if gateway.done() or not done:
        figures.unanswered += len(waiting)
        return set()
    for each in done:
        heard = each.result()
        statuses[f"0x{heard.command:08X} 0x{heard.status:02X}"] += 1
    figures.answered += len(done)
    return left


def _memory_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _print(figures: Figures) -> None:
    print(f"{figures.units} units in {figures.seconds:.0f} s (seed {figures.seed}), {figures.answered} answered,")
    print(f"{figures.unanswered} not; {figures.binds} bind; memory {figures.grown_mb:+.0f} MB.")
    for title, counts in (("Units", figures.kinds), ("Answers", figures.statuses), ("Events", figures.events)):
        print(f"{title}:")
        for name, count in sorted(counts.items(), key=lambda each: -each[1]):
            print(f"  {count:7} {name}")
    print("Faults: " + ("; ".join(figures.faults) or "none"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--json", type=Path, default=None)
    asked = parser.parse_args()
    seed = Random().randrange(1_000_000) if asked.seed is None else asked.seed
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(run(asked.units, seed, Path(folder)))
    _print(figures)
    if asked.json:
        asked.json.write_text(json.dumps(asdict(figures) | {"faults": figures.faults}, indent=1))
    sys.exit(bool(figures.faults))


if __name__ == "__main__":
    main()
