"""`make bench`: what Tocsin costs, as ratios taken in one run on this machine.

The limit is the bare loop: the same calls on the same Asterisk, without store or dialer.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import sqlite3
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from alerts import audience, contact_rows, phone
from alerts.model import Channel, Language, Purpose
from alerts.status import AlertStatus
from db import alerts, attempts, contact_import, contacts
from db.store import Store
from dialer.app import Dialer, Manner
from dialer.trunks import Trunks
from lab import ports
from lab.town import Town
from telephony import ari, asterisk, events, site
from tocsin import settings, wiring

CALLS = 600
OPEN = 60
IMPORTED = 20_000
CLAIM = 50
FEW, MANY = 1_000, 300_000
HANGS_UP_AT_ONCE = "98"
AREA_CODES = ("418", "514", "819")

console = Console()


@dataclass
class Rig:
    """An Asterisk of ours in front of the town, and a client on it."""

    home: Path
    trunk: site.Trunk
    link: ari.Ari
    ours: settings.Settings


@contextlib.asynccontextmanager
async def rig(home: Path) -> AsyncIterator[Rig]:
    ours = settings.load(None).model_copy(update={"home": home, "organization": "la Ville"})
    binary = wiring.binary(ours)
    sip = f"{ports.LOOPBACK}:{ports.free()}"
    town = Town(home / "lab", binary, tocsin_sip=sip)
    folder = asterisk.Folder(home / "asterisk")
    address = ari.Address(ports.LOOPBACK, ports.free(), asterisk.ARI_USER, folder.password())
    trunk = site.Trunk("town", town.sip, OPEN, 10_000)
    values = {"TOCSIN_APP": wiring.APP, "TOCSIN_AUDIO": str(home / "audio")}
    files = site.files([trunk], sip_bind=sip, rtp_ports=ports.free_rtp_range(), address=address, values=values)
    folder.lay_out(binary, wiring.DIALPLANS, files)
    own = asterisk.Asterisk(binary, folder, address)
    async with town.running():
        await own.start()
        try:
            yield Rig(home, trunk, ari.Ari(address, wiring.APP), ours)
        finally:
            await own.stop()


# -- calls ------------------------------------------------------------------------------------------------------------


async def bare_calls(at: Rig) -> tuple[float, float]:
    """Calls a second and CPU seconds a call of the bare loop."""
    free = asyncio.Semaphore(OPEN)

    async def one(number: int) -> None:
        async with free:
            channel_id = uuid.uuid4().hex
            with at.link.listen(channel_id) as line:
                await at.link.originate(at.trunk.dial(_number(number)), channel_id, caller_id="<4185551000>", ring_s=20)
                while not isinstance(await line.get(), events.ChannelDestroyed):
                    pass

    listening = asyncio.create_task(at.link.run(on_up=_nothing, on_stranger=lambda _: None))
    await at.link.up.wait()
    try:
        return await _timed(CALLS, asyncio.gather(*map(one, range(CALLS))))
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def stored_calls(at: Rig) -> tuple[float, float]:
    """The same calls by the dialer, every step of every call in the store."""
    store = await Store.open(f"sqlite:///{at.home}/calls.db")
    board = wiring.switchboard(at.ours, store)
    await asyncio.to_thread(board.studio.build)
    dialer = Dialer(
        at.link,
        board,
        Trunks([at.trunk], asyncio.get_running_loop().time),
        Manner("VILLE", "+14185551000", ring_s=20),
    )
    people = await _import(store, [_number(number) for number in range(CALLS)])
    alert_id = await _alert(store, people, redials=0)

    async def up() -> None:
        await dialer.reconcile()

    tasks = [asyncio.create_task(at.link.run(on_up=up, on_stranger=lambda _: None)), asyncio.create_task(dialer.run())]
    try:
        return await _timed(2 * CALLS, _ended(store, alert_id))  # who hangs up at once is called once more
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()


async def _ended(store: Store, alert_id: int) -> None:
    while (found := await alerts.get(store, alert_id)) is None or found.status is not AlertStatus.DONE:
        await asyncio.sleep(0.05)


# -- the store --------------------------------------------------------------------------------------------------------


async def import_ratio(home: Path) -> float:
    """Speed of the import beside a bare `executemany` of the same rows."""
    rows = contact_rows.read(_csv([_number(number) for number in range(IMPORTED)]))
    began = time.perf_counter()
    with contextlib.closing(sqlite3.connect(home / "bare.db")) as bare:
        bare.execute("CREATE TABLE contact (name TEXT, language TEXT, street TEXT)")
        bare.execute("CREATE TABLE point (contact INTEGER, channel TEXT, address TEXT UNIQUE)")
        bare.executemany("INSERT INTO contact VALUES (?, ?, ?)", [(row.last_name, "fr", row.street) for row in rows])
        bare.executemany(
            "INSERT INTO point VALUES (?, ?, ?)", [(n, "voice", row.voice[0].number) for n, row in enumerate(rows)]
        )
        bare.commit()
    limit = time.perf_counter() - began
    store = await Store.open(f"sqlite:///{home}/import.db")
    began = time.perf_counter()
    await contact_import.import_rows(store, rows, by="bench", now=wiring.now())
    ours = time.perf_counter() - began
    await store.close()
    return limit / ours


async def claim_cost(home: Path) -> float:
    """Cost of a claim beside many finished calls, against the cost beside few."""
    return await _claim_s(home / "many.db", MANY) / await _claim_s(home / "few.db", FEW)


async def _claim_s(path: Path, finished: int) -> float:
    store = await Store.open(f"sqlite:///{path}")
    people = await _import(store, [_number(number) for number in range(2_000)])
    alert_id = await _alert(store, people, redials=0)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, wiring.now())
    _add_finished(path, finished)
    best = min([await _claim_once(store) for _ in range(15)])
    await store.close()
    return best


async def _claim_once(store: Store) -> float:
    began = time.perf_counter()
    claimed = await attempts.claim(store, CLAIM, now=wiring.now())
    assert len(claimed) == CLAIM
    return time.perf_counter() - began


def _add_finished(path: Path, number: int) -> None:
    """Copies of one attempt, as calls that were over long ago."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        cursor = file.execute("SELECT * FROM attempt LIMIT 1")
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True)) | {"status": "finished"}
        slots = ",".join("?" * len(names))
        file.executemany(
            f"INSERT INTO attempt ({','.join(names)}) VALUES ({slots})",
            ([(row | {"id": uuid.uuid4().hex})[name] for name in names] for _ in range(number)),
        )
        file.commit()


# -- common -----------------------------------------------------------------------------------------------------------


async def _timed(calls: int, work: Any) -> tuple[float, float]:
    began, used = time.perf_counter(), _cpu_s()
    await work
    return calls / (time.perf_counter() - began), (_cpu_s() - used) / calls


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _number(number: int) -> str:
    area_code = AREA_CODES[number // 70_000]
    return f"{area_code}{200 + number // 100 % 700}{number % 100:02d}{HANGS_UP_AT_ONCE}"


def _csv(numbers: list[str]) -> bytes:
    lines = [
        f"R,{number},fr,{number},,,{place},rue Principale,,Valmont,,Village," for place, number in enumerate(numbers)
    ]
    return "\n".join([",".join(contact_rows.COLUMNS), *lines]).encode()


async def _import(store: Store, numbers: list[str]) -> list[Any]:
    rows = contact_rows.read(_csv(numbers))
    await contact_import.import_rows(store, rows, by="bench", now=wiring.now())
    return await contacts.matching(store, audience.Target(everyone=True))


async def _alert(store: Store, people: list[Any], *, redials: int) -> int:
    draft = audience.Draft(
        title="bench",
        texts={Language.FR: "Ceci est un essai.", Language.EN: "This is a test."},
        purpose=Purpose.EMERGENCY,
        target=audience.Target(everyone=True),
        channels=(Channel.VOICE,),
        redials=redials,
        redial_delay_s=0.0,
    )
    planned, left_out = audience.plan(people, draft, frozenset(), phone.CANADIAN_AREA_CODES)
    return await alerts.create(store, draft, planned, left_out, by="bench", now=wiring.now())


async def _nothing() -> None:
    pass


async def measure() -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        home = Path(folder)
        async with rig(home) as at:
            bare, bare_cpu = await bare_calls(at)
            stored, stored_cpu = await stored_calls(at)
        return {
            "bare_calls_per_second": bare,
            "stored_calls_per_second": stored,
            "calls_per_second_ratio": stored / bare,
            "cpu_per_call_ratio": stored_cpu / bare_cpu,
            "import_ratio": await import_ratio(home),
            f"claim_cost_{MANY}_to_{FEW}": await claim_cost(home),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description="What Tocsin costs, as ratios taken in one run.")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    chosen = parser.parse_args()
    figures = asyncio.run(measure())
    table = Table("Figure", "Value", header_style="bold")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:.2f}")
    console.print(table)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
