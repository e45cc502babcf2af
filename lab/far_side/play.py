"""Plays ways on a real service: an alert to one number for each, until the first call of each is over."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.bench import far_side, stand
from lab.bench.part import NotMeasured
from lab.far_side.scenario import joined, pause, refuse, say
from lab.far_side.way import Again, FarWay, number
from lab.stage import Installation, on_free_ports
from rules import contact_rows
from service import settings

RING_S = 24
REDIAL_DELAY_S = 600
SOON_S = 60.0
HEARD = 0.8
PATIENCE_S = 90.0
LOOK_S = 0.25
ALIVE = "581[0-9]{{2}}{digit}[0-9]{{4}}"
ALIVE_EVERY_S = 2.4
"""Numbers that ring, each tenth of them so much later, and are busy: the trunk carries calls all the time, whatever the
others meet. Without a sign of life for 5 s Tocsin takes a trunk with three silent calls for dead."""

CALLS = """
SELECT address, status, disposition, sip, cause, heard, (julianday(due_at) - 2440587.5) * 86400,
    (julianday(ended_at) - 2440587.5) * 86400
FROM attempt ORDER BY due_at, id
"""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a way. `sip`, `cause`: as they are stored."""

    way: FarWay
    disposition: str
    again: Again
    told: bool
    sip: int | None
    cause: int | None

    @property
    def right(self) -> bool:
        way = self.way
        return (self.disposition, self.again, self.told) == (way.disposition, way.again, way.told)


@asynccontextmanager
async def service(folder: Path, host: str, **values: str) -> AsyncIterator[Installation]:
    """Tocsin with this far side as its trunk."""
    trunk = {"name": "far", "host": host, "channels": 300, "calls_per_second": 25}
    given = on_free_ports(
        trunk,
        rtp_ports=800,
        TOCSIN_ORGANIZATION="Valmont",
        TOCSIN_REDIALS="1",
        TOCSIN_REDIAL_DELAY_S=str(REDIAL_DELAY_S),
    )
    play = Installation(folder, settings.load(None).cache, given | values)
    try:
        await play.start()
        yield play
    finally:
        await play.clear()


async def play(ways: Sequence[FarWay], *, ring_s: int = RING_S) -> list[Came]:
    """Raises NotMeasured, ServiceFailed."""
    scripts = {way.number: way.script for way in ways} | dict(_alive())
    with tempfile.TemporaryDirectory(prefix="tocsin-far-side-") as scratch:
        folder = Path(scratch)
        async with (
            far_side.sipp(folder, lambda sink: joined(scripts, sink)) as sipp,
            service(folder / "tocsin", sipp.host, TOCSIN_RING_S=str(ring_s)) as tocsin,
        ):
            await alert(tocsin, list(_among_others(ways)))
            calls = await _first_over(tocsin, sipp)
            return [_came(way, calls[f"+1{way.number}"]) for way in ways]


def _alive() -> Iterator[tuple[str, str]]:
    for digit in range(10):
        rings = say("100 Trying") + pause(digit * ALIVE_EVERY_S) + say("180 Ringing") + refuse("486 Busy Here")
        yield ALIVE.format(digit=digit), rings


def _among_others(ways: Iterable[FarWay]) -> Iterator[str]:
    for place, way in enumerate(ways):
        yield way.number
        yield number("581", place)


async def alert(tocsin: Installation, numbers: Iterable[str]) -> None:
    """To these numbers, and nobody else."""
    file = tocsin.home / "people.csv"
    file.write_text("".join(_rows(numbers)), encoding="utf-8")
    await stand.done(tocsin, "contacts", "import", str(file))
    words = ("--text-fr", "Ceci est un essai.", "--text-en", "This is a test.")
    await stand.done(tocsin, "alert", "send", "--title", "Essai", *words, "--channels", "voice")


def _rows(numbers: Iterable[str]) -> Iterator[str]:
    yield ",".join(contact_rows.COLUMNS) + "\n"
    for each in numbers:
        person = {"first_name": "R", "last_name": each, "language": "fr", "voice": each}
        yield ",".join(person.get(column, "") for column in contact_rows.COLUMNS) + "\n"


async def _first_over(tocsin: Installation, sipp: far_side.FarSide) -> dict[str, list[Any]]:
    """The calls to each number, once the first to each is over."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            calls: dict[str, list[Any]] = {}
            for number, *call in stand.ask(tocsin, CALLS):
                calls.setdefault(number, []).append(call)
            if calls and all(first[0] == "finished" for first, *_ in calls.values()):
                return calls
            if sipp.process.returncode is not None:
                raise NotMeasured(f"SIPp ended with status {sipp.process.returncode}")
            await asyncio.sleep(LOOK_S)


def _came(way: FarWay, calls: Sequence[Sequence[Any]]) -> Came:
    _, disposition, sip, cause, heard, _, ended_at = calls[0]
    again = Again.NO
    if len(calls) > 1:
        again = Again.SOON if calls[1][5] - ended_at < SOON_S else Again.LATER
    return Came(way, disposition, again, heard >= HEARD, sip, cause)
