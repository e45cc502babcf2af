"""What many people cost: their import, an alert to some of them, a preview of it, claims beside old calls."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sqlite3
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from alerts import audience, contact_rows, phone
from alerts.model import Channel, Language, Purpose
from alerts.status import AlertStatus
from alerts.target import Target
from db import alerts, attempts, contact_import, contacts, opt_outs, preview
from db.store import Store
from lab.bench import far_side, stand
from tocsin import wiring

IMPORTED = 100_000
SECTORS = 10  # of 10,000 people each
TOWN, TOWN_SECTORS = 1_000_000, 100
COPIED = 1000
FEW, MANY = 1_000, 1_000_000
CLAIM = 50
TARGETED = Target(sectors=("S1",))


@dataclass(frozen=True, slots=True)
class Import:
    ours_s: float
    bare_s: float


async def measure_import(home: Path) -> Import:
    """Reading and checking the file and writing it, beside `executemany` of the same values into the same tables."""
    data = stand.csv((n, f"S{n % SECTORS}") for n in range(IMPORTED))
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    gc.collect()
    gc.disable()  # as `tocsin contacts import` does
    try:
        began = time.perf_counter()
        await contact_import.import_rows(store, contact_rows.read(data), by="bench", now=wiring.now())
        ours_s = time.perf_counter() - began
    finally:
        gc.enable()
    await store.close()
    return Import(ours_s, await _bare_import(home))


async def _bare_import(home: Path) -> float:
    await (await Store.open(f"sqlite:///{home}/bare.db")).close()
    with contextlib.closing(sqlite3.connect(home / "bare.db", isolation_level=None)) as bare:
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):  # as the store has them
            bare.execute(f"PRAGMA {pragma}")
        bare.execute(f"ATTACH '{home}/tocsin.db' AS ours")
        tables = [(name, list(bare.execute(f"SELECT * FROM ours.{name}"))) for name in ("contact", "contact_point")]
        began = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        for name, rows in tables:
            bare.executemany(f"INSERT INTO main.{name} VALUES ({','.join('?' * len(rows[0]))})", rows)
        bare.execute("COMMIT")
        return time.perf_counter() - began


async def send_to_first_invite_s(home: Path) -> float:
    """From what `tocsin alert send` does until the far side sees the first INVITE; the texts are new, their audio is
    made on the way. `home` holds the store of `measure_import`."""
    _, bell = await asyncio.get_running_loop().create_datagram_endpoint(far_side.Bell, local_addr=("127.0.0.1", 0))
    play = stand.installation(home, bell.host, lines=100, calls_per_second=20.0)
    async with stand.running(play):
        store = await Store.open(f"sqlite:///{home}/tocsin.db")
        began = time.perf_counter()
        alert_id = await _send(store, TARGETED)
        while not bell.rung_at:
            await asyncio.sleep(0.01)
        await alerts.move(store, alert_id, AlertStatus.CANCELLED, wiring.now())
        await store.close()
    return bell.rung_at - began


async def _send(store: Store, target: Target) -> int:
    draft = _draft(target)
    people = await contacts.matching(store, draft.target)
    stopped = await opt_outs.opt_outs(store)
    planned, left_out = audience.plan(people, draft, stopped, phone.CANADIAN_AREA_CODES)
    return await alerts.create(store, draft, planned, left_out, by="bench", now=wiring.now())


def _draft(target: Target) -> audience.Draft:
    return audience.Draft(
        title="Essai",
        texts={Language.FR: "Faites bouillir votre eau.", Language.EN: "Boil your water."},
        purpose=Purpose.EMERGENCY,
        target=target,
        channels=(Channel.VOICE,),
        redials=0,
        redial_delay_s=0.0,
    )


async def target_1m_s(home: Path) -> dict[str, float]:
    """Preview of an alert among a million people: to all of them, and to one sector."""
    store = await Store.open(f"sqlite:///{home}/town.db")
    rows = contact_rows.read(stand.csv((n, f"S{n % TOWN_SECTORS}") for n in range(COPIED)))
    await contact_import.import_rows(store, rows, by="bench", now=wiring.now())
    await asyncio.to_thread(_copy_people, home / "town.db")
    took = {}
    for name, target in (("all", Target(everyone=True)), ("sector", TARGETED)):
        await preview.preview(store, _draft(target), phone.CANADIAN_AREA_CODES)  # what a first look must read from disk
        began = time.perf_counter()
        await preview.preview(store, _draft(target), phone.CANADIAN_AREA_CODES)
        took[name] = time.perf_counter() - began
    await store.close()
    return took


def _copy_people(path: Path) -> None:
    """The people of the first import a thousand times over, each with a number of their own."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        for table, changed in (
            ("contact", {"id": f"id + {COPIED} * k"}),
            (
                "contact_point",
                {
                    "id": f"id + {2 * COPIED} * k",
                    "contact_id": f"contact_id + {COPIED} * k",
                    "address": f"printf('+1514%07d', substr(address, 6) + {COPIED} * k)",
                },
            ),
        ):
            names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(changed.get(name, name) for name in names)
            file.execute(
                f"WITH copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies WHERE k < {TOWN // COPIED - 1}) "
                f"INSERT INTO {table} SELECT {values} FROM copies, {table} WHERE {table}.id <= {2 * COPIED}"
            )
        file.execute("ANALYZE")
        file.commit()


async def claim_s(path: Path, finished: int) -> float:
    """The quickest of some claims of CLAIM calls, beside so many that are over."""
    store = await Store.open(f"sqlite:///{path}")
    rows = contact_rows.read(stand.csv((n, "S1") for n in range(2000)))
    await contact_import.import_rows(store, rows, by="bench", now=wiring.now())
    alert_id = await _send(store, TARGETED)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, wiring.now())
    await asyncio.to_thread(_add_finished, path, finished)
    best = min([await _claim_once(store) for _ in range(20)])
    await store.close()
    return best


async def _claim_once(store: Store) -> float:
    began = time.perf_counter()
    claimed = await attempts.claim(store, CLAIM, now=wiring.now() + timedelta(seconds=1))
    took = time.perf_counter() - began
    assert len(claimed) == CLAIM
    return took


def _add_finished(path: Path, number: int) -> None:
    """Copies of one call, as calls that were over long ago."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        changed = {"id": "lower(hex(randomblob(16)))", "status": "'finished'"}
        names = [row[1] for row in file.execute("PRAGMA table_info(attempt)")]
        values = ", ".join(changed.get(name, name) for name in names)
        file.execute(
            f"WITH copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies WHERE k < {number}) "
            f"INSERT INTO attempt SELECT {values} FROM copies, (SELECT * FROM attempt LIMIT 1)"
        )
        file.commit()
