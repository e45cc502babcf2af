from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.engine.store import Store
from db.staff import jobs as stored
from rules.operator_error import NotThere
from staff import jobs
from tests.db.town import NOW


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield opened
    await opened.close()


async def test_whoever_asked_goes_away_and_looks_again(store: Store) -> None:
    async with store.writing() as c:
        job_id = await stored.create(c, "all_clear", "alert 7", {"texts": {}}, by="Anne", now=NOW)
    await stored.get_on(store, job_id, {"under_way": 3})
    going = await jobs.find(store, job_id)
    assert (going.subject, going.by, going.progress, going.ended_at) == ("alert 7", "Anne", {"under_way": 3}, None)
    async with store.writing() as c:
        await stored.end(c, job_id, NOW, result={"alert": 8})
    assert ((await jobs.find(store, job_id)).result, (await jobs.find(store, job_id)).error) == ({"alert": 8}, None)


async def test_no_such_job(store: Store) -> None:
    with pytest.raises(NotThere, match="no job 7"):
        await jobs.find(store, 7)
