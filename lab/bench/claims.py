"""Taking the next calls from the queue, beside many that are over."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import timedelta
from pathlib import Path

from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.residents import contact_import, contacts, opt_outs
from lab.bench import copies, stand
from lab.bench.part import BenchPart, NotMeasured
from residents import files
from rules import audience, channels, phone
from rules.model import Language, Purpose
from rules.status import AlertStatus
from rules.target import Target
from service import clock, settings

FIGURES = ("claim_cost_1m_to_1k",)

FEW, MANY = 1_000, 1_000_000
WAITING = 2000
CLAIM = 50
CLAIMS = 20


async def measure(home: Path) -> BenchPart:
    """The two stores in turns, so that what else goes on meets both alike; the medians."""
    paths = home / "few.db", home / "many.db"
    for path, over in zip(paths, (FEW, MANY), strict=True):
        await _fill(path, over)
    few, many = [await Store.open(f"sqlite:///{path}") for path in paths]
    try:
        turns = [(await _claim_s(few), await _claim_s(many)) for _ in range(CLAIMS)]
    finally:
        await few.close()
        await many.close()
    few_s, many_s = map(statistics.median, zip(*turns, strict=True))
    told = f"{few_s * 1000:.1f} ms beside {FEW:,} calls that are over, {many_s * 1000:.1f} ms beside {MANY:,}"
    return BenchPart({"claim_cost_1m_to_1k": many_s / few_s}, ((f"claim of {CLAIM}", told),))


async def _fill(path: Path, over: int) -> None:
    """An alert to WAITING people, and `over` calls of the same alert that are over."""
    store = await Store.open(f"sqlite:///{path}")
    rows = files.read(stand.csv((n, "S1") for n in range(WAITING)))
    await contact_import.import_rows(store, rows, by="bench", now=clock.now())
    alert_id = await _send(store)
    await alerts.move(store, alert_id, AlertStatus.RUNNING, clock.now())
    await store.close()
    await asyncio.to_thread(_copy_calls, path, over)


async def _send(store: Store) -> int:
    draft = audience.Draft(
        title="Essai",
        texts={Language.FR: "Faites bouillir votre eau.", Language.EN: "Boil your water."},
        purpose=Purpose.INFORMATION,
        target=Target(everyone=True),
        channels=(channels.CALL,),
        redials=0,
        redial_delay_s=0.0,
    )
    people = await contacts.matching(store, draft.target)
    stopped = await opt_outs.opt_outs(store)
    planned, left_out = audience.plan(people, draft, stopped, phone.CANADIAN_AREA_CODES)
    return await alerts.create(store, draft, planned, left_out, by="bench", now=clock.now())


def _copy_calls(path: Path, over: int) -> None:
    changed = {
        # In order: at random, each row would go to another place of the index, which is most of the filling.
        "id": "printf('%032x', k)",
        "status": "'finished'",
        "disposition": "'human'",
        "address": "printf('+1438%07d', k)",
        "delivery_id": f"1 + k % {WAITING}",
        **dict.fromkeys(("placed_at", "answered_at", "ended_at"), "due_at"),
    }
    with copies.filling(path) as file:
        copies.copy(file, "attempt", over, changed, "1 LIMIT 1")


async def _claim_s(store: Store) -> float:
    """As the dialer claims, the calls of an hour to one number looked at."""
    most = settings.load(None).calls_per_number
    began = time.perf_counter()
    claimed = await attempts.claim(store, CLAIM, now=clock.now() + timedelta(seconds=1), calls_an_hour=most)
    took_s = time.perf_counter() - began
    if len(claimed) != CLAIM:
        raise NotMeasured(f"{len(claimed)} calls claimed in place of {CLAIM}")
    return took_s
