"""Several new stores opened at once by one program."""

from __future__ import annotations

import asyncio
from pathlib import Path

from db.engine.store import Store


async def test_each_gets_its_tables(tmp_path: Path) -> None:
    opened = await asyncio.gather(*(Store.open(f"sqlite:///{tmp_path}/{number}.db") for number in range(6)))
    for store in opened:
        async with store.reading() as c:
            assert (await c.exec_driver_sql("SELECT count(*) FROM contact")).scalar() == 0
        await store.close()
