"""What is measured: Tocsin's real service in a home of its own, on the bench's far side."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from alerts import contact_rows
from lab import ports
from lab.stage import Installation
from telephony import ari, asterisk
from tocsin import settings

TRUNK = "bench"
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
ASTERISK_USER = asterisk.ARI_USER


def number(n: int) -> str:
    """The telephone number of resident `n`, ten digits."""
    return f"514{2_000_000 + n}"


def csv(people: Iterable[tuple[int, str]]) -> bytes:
    """A file of residents, each with a number and a sector."""
    lines = (
        f"Alix,Tremblay {n},fr,{number(n)},{number(n)},,{n % 900 + 1},rue {n // 900},,Valmont,J6W 1A1,{sector},"
        for n, sector in people
    )
    return "\n".join([",".join(contact_rows.COLUMNS), *lines]).encode()


def installation(home: Path, host: str, *, lines: int, calls_per_second: float, **values: str) -> Installation:
    first, last = ports.free_rtp_range(4 * lines)
    trunk = {"name": TRUNK, "host": host, "channels": lines, "calls_per_second": calls_per_second}
    given = {
        "TOCSIN_TRUNKS": json.dumps([trunk]),
        "TOCSIN_SIP_BIND": f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}",
        "TOCSIN_RTP_PORTS": f"{first}-{last}",
        "TOCSIN_ARI_PORT": str(ports.free()),
        "TOCSIN_CALLER_ID_NAME": "VILLE VALMONT",
        "TOCSIN_CALLER_ID_NUMBER": "4185551000",
        "TOCSIN_ORGANIZATION": "la Ville de Valmont",
        "TOCSIN_REDIALS": "0",
        "TOCSIN_REDIAL_DELAY_S": "0",
        "TOCSIN_LOG_FORMAT": "json",
        "TOCSIN_ANSWERING": "off",
    }
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
    done = await play.tocsin("contacts", "import", str(file))
    assert done.status == 0, done.errors


async def alert(play: Installation, sector: str) -> None:
    """To everybody of a sector, until it is over."""
    texts = ("--text-fr", "Ceci est un essai.", "--text-en", "This is a test.")
    to = ("--title", "Essai", "--to", f"sector:{sector}", "--channels", "voice")
    done = await play.tocsin("alert", "send", *to, *texts, "--wait")
    assert done.status == 0, done.errors


def calls(play: Installation) -> list[tuple[float, float]]:
    """Of the last alert: when each call was placed and when it was over, in seconds."""
    query = """
    SELECT (julianday(placed_at) - 2461000) * 86400, (julianday(ended_at) - 2461000) * 86400 FROM attempt
    WHERE alert_id = (SELECT max(id) FROM alert) AND placed_at IS NOT NULL ORDER BY placed_at
    """
    with contextlib.closing(sqlite3.connect(play.home / "tocsin.db")) as file:
        return list(file.execute(query))


def address(play: Installation) -> ari.Address:
    password = asterisk.Folder(play.home / "asterisk").password()
    return ari.Address(ports.LOOPBACK, int(play.settings["TOCSIN_ARI_PORT"]), asterisk.ARI_USER, password)


def cpu_s(pid: int) -> float:
    """Processor time that a process has used, in the program and in the system (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
