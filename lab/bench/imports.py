"""The import of 100,000 contacts beside `executemany` of the same values into the same tables."""

from __future__ import annotations

import contextlib
import gc
import sqlite3
import time
from pathlib import Path

from db.engine.store import Store
from db.residents import contact_import
from lab.bench import stand
from lab.bench.part import BenchPart
from residents import files
from service import clock

FIGURES = ("import_ratio",)

PEOPLE = 100_000
SECTORS = 10  # of 10,000 people each
TABLES = ("contact", "contact_point")


async def measure(home: Path) -> BenchPart:
    """The bare one twice, since it is the shorter."""
    ours_s = await fill(home / "tocsin.db")
    bare_s = [await _bare(home / "tocsin.db", home / f"bare{turn}.db") for turn in range(2)]
    told = f"{ours_s:.2f} s; bare executemany {' and '.join(f'{each:.2f}' for each in bare_s)} s"
    return BenchPart({"import_ratio": sum(bare_s) / len(bare_s) / ours_s}, ((f"import of {PEOPLE:,}", told),))


async def fill(path: Path) -> float:
    """Reading and checking the file and writing it: how many seconds."""
    data = stand.csv((n, f"S{n % SECTORS}") for n in range(PEOPLE))
    store = await Store.open(f"sqlite:///{path}")
    gc.collect()
    gc.disable()  # as `tocsin contacts import` does
    try:
        began = time.perf_counter()
        await contact_import.import_rows(store, files.read(data), by="bench", now=clock.now())
        return time.perf_counter() - began
    finally:
        gc.enable()
        await store.close()


async def _bare(ours: Path, path: Path) -> float:
    await (await Store.open(f"sqlite:///{path}")).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as bare:
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):  # as the store has them
            bare.execute(f"PRAGMA {pragma}")
        bare.execute(f"ATTACH '{ours}' AS ours")
        tables = {name: bare.execute(f"SELECT * FROM ours.{name}").fetchall() for name in TABLES}
        began = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        for name, rows in tables.items():
            bare.executemany(f"INSERT INTO main.{name} VALUES ({','.join('?' * len(rows[0]))})", rows)
        bare.execute("COMMIT")
        return time.perf_counter() - began
