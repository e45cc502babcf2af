"""The preview of an alert among 1,000,000 contacts, seen for the first time."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from alerts import preview
from alerts.compose import Composed
from db.engine.store import Store
from db.residents import contact_import
from lab.bench import copies, stand
from lab.bench.part import BenchPart, NotMeasured
from residents import files
from rules import channels
from rules.audience import Draft
from rules.model import Language, Purpose
from rules.target import Target
from service import clock, settings, wiring

FIGURES = ("target_1m_s",)

TOWN, SECTORS = 1_000_000, 100
COPIED = 1000
TARGETS = {"all": Target(everyone=True), "a sector of 10,000": Target(sectors=("S1",))}


async def measure(home: Path) -> BenchPart:
    path = home / "town.db"
    await _fill(path)
    cold = {name: await _preview_s(path, target, cold=True) for name, target in TARGETS.items()}
    warm = {name: await _preview_s(path, target, cold=False) for name, target in TARGETS.items()}
    told = "; ".join(f"{name} {cold[name]:.2f} s cold, {warm[name]:.2f} s once read" for name in TARGETS)
    return BenchPart({"target_1m_s": max(cold.values())}, ((f"preview among {TOWN:,}", told),))


async def _fill(path: Path) -> None:
    """The people of a first import a thousand times over, each with a number of their own."""
    store = await Store.open(f"sqlite:///{path}")
    rows = files.read(stand.csv((n, f"S{n % SECTORS}") for n in range(COPIED)))
    await contact_import.import_rows(store, rows, by="bench", now=clock.now())
    await store.close()
    await asyncio.to_thread(_copy_people, path)


def _copy_people(path: Path) -> None:
    number = f"(substr(address, 6) + {COPIED} * k)"
    points = {
        "id": f"id + {2 * COPIED} * k",
        "contact_id": f"contact_id + {COPIED} * k",
        "address": f"printf('+1514%07d', {number} + 10000 * ({number} >= 2110000))",  # as `stand.number` has it
    }
    with copies.filling(path) as file:
        copies.copy(file, "contact", TOWN // COPIED - 1, {"id": f"id + {COPIED} * k"}, f"id <= {COPIED}")
        copies.copy(file, "contact_point", TOWN // COPIED - 1, points, f"id <= {2 * COPIED}")


async def _preview_s(path: Path, target: Target, *, cold: bool) -> float:
    """What `alert preview` reckons, in a store just opened; `cold`: nothing of the file is in memory."""
    if cold:
        _forget(path)
    store = await Store.open(f"sqlite:///{path}")
    try:
        began = time.perf_counter()
        found = await preview.of(store, wiring.policy(settings.load(None)), Composed(_draft(target)), datetime.now(UTC))
        took_s = time.perf_counter() - began
    finally:
        await store.close()
    expected = TOWN if target.everyone else TOWN // SECTORS
    if found.counts.people != expected:
        raise NotMeasured(f"the preview counts {found.counts.people} people in place of {expected}")
    return took_s


def _forget(path: Path) -> None:
    """Have the system drop what it holds of the file (posix_fadvise(2))."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(file)


def _draft(target: Target) -> Draft:
    return Draft(
        title="Essai",
        texts={Language.FR: "Faites bouillir votre eau.", Language.EN: "Boil your water."},
        purpose=Purpose.EMERGENCY,
        target=target,
        channels=channels.OFFERED,
        redials=0,
        redial_delay_s=0.0,
    )
