"""What is measured: Tocsin's real service in a home of its own, on the bench's far side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import ports
from lab.bench.part import NotMeasured
from lab.exchanges import EXCHANGES
from lab.stage import Installation, on_free_ports
from rules import contact_rows
from service import settings
from telephony import ari, layout

TRUNK = "bench"
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PORTS_A_CALL = 4
LOOK_S = 0.25  # seldom, so that looking costs next to nothing


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """As it is stored; seconds since 1970."""

    placed: float
    ended: float
    disposition: str


def number(n: int) -> str:
    """The telephone number of resident `n`, ten digits."""
    return f"514{EXCHANGES[n // 10_000]}{n % 10_000:04d}"


def csv(people: Iterable[tuple[int, str]]) -> bytes:
    """A file of residents, each with a number and a sector."""
    lines = (
        f"Alix,Tremblay {n},fr,{number(n)},{number(n)},,{n % 900 + 1},rue {n // 900},,Valmont,J6W 1A1,{sector},"
        for n, sector in people
    )
    return "\n".join([",".join(contact_rows.COLUMNS), *lines]).encode()


def installation(home: Path, host: str, *, lines: int, calls_per_second: float, **values: str) -> Installation:
    trunk = {"name": TRUNK, "host": host, "channels": lines, "calls_per_second": calls_per_second}
    given = on_free_ports(
        trunk,
        rtp_ports=PORTS_A_CALL * lines,
        TOCSIN_REDIALS="0",
        TOCSIN_REDIAL_TABLE=json.dumps({"hung_up": {"redials": 0}, "refused": {"redials": 0}}),
        TOCSIN_LOG_FORMAT="json",
        TOCSIN_ANSWERING="off",
    )
    return Installation(home, settings.load(None).cache, given | values)


@contextlib.asynccontextmanager
async def running(play: Installation) -> AsyncIterator[int]:
    """The process id of the service."""
    try:
        await play.start()
        assert play.service is not None
        yield play.service.pid
    finally:
        await play.clear()


async def import_people(play: Installation, people: Iterable[tuple[int, str]]) -> None:
    file = play.home / "people.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(csv(people))
    await done(play, "contacts", "import", str(file))


async def send(play: Installation, sector: str) -> None:
    """To everybody of a sector; returns when the alert is stored."""
    texts = ("--text-fr", "Ceci est un essai.", "--text-en", "This is a test.")
    await done(play, "alert", "send", "--title", "Essai", "--to", f"sector:{sector}", "--channels", "voice", *texts)


async def alert(play: Installation, sector: str) -> None:
    """To everybody of a sector, until it is over. No command runs beside it."""
    await send(play, sector)
    while ask(play, "SELECT status FROM alert ORDER BY id DESC LIMIT 1") != [("done",)]:
        assert play.service is not None
        if play.service.returncode is not None:
            raise NotMeasured(f"the service ended with status {play.service.returncode}")
        await asyncio.sleep(LOOK_S)


async def done(play: Installation, *arguments: str) -> None:
    printed = await play.tocsin(*arguments)
    if printed.status:
        raise NotMeasured(f"tocsin {arguments[0]} {arguments[1]}: {printed.errors.strip()}")


def calls(play: Installation) -> list[AnsweredCall]:
    """Of the last alert, in the order of their placing."""
    query = """
    SELECT (julianday(placed_at) - 2440587.5) * 86400, (julianday(ended_at) - 2440587.5) * 86400, disposition
    FROM attempt WHERE alert_id = (SELECT max(id) FROM alert) AND placed_at IS NOT NULL ORDER BY placed_at
    """
    return [AnsweredCall(*row) for row in ask(play, query)]


def ask(play: Installation, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(play.home / "tocsin.db")) as file:
        return file.execute(query).fetchall()


def address(play: Installation) -> ari.AriAddress:
    password = layout.Folder(play.home / "asterisk").password()
    return ari.AriAddress(ports.LOOPBACK, int(play.settings["TOCSIN_ARI_PORT"]), layout.ARI_USER, password)


def cpu_s(pid: int) -> float:
    """Processor time that a process has used, in the program and in the system (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
