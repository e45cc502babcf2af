from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.alerts import alerts
from db.engine import heartbeat
from db.engine.store import Store
from db.residents import dead_numbers, doubts
from rules.dead_numbers import Evidence
from rules.model import Channel
from rules.outcome import DeliveryOutcome
from rules.status import AlertStatus
from service import clock, program, settings
from service.roles import Role
from tests.db.town import NOW, later, number, outcomes, people, running

SOON_S = 60.0


@contextlib.asynccontextmanager
async def at_work(home: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> AsyncIterator[Store]:
    """A service for texts, without a carrier, on a home of its own; its store."""
    chosen = {"TOCSIN_HOME": str(home), "TOCSIN_METRICS_BIND": "off", **more}
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    ours = settings.load(None)
    store = await Store.open(ours.database_url)
    task = asyncio.create_task(program.run(ours, [Role.SMS]))
    try:
        yield store
        assert not task.done()
    finally:
        signal.raise_signal(signal.SIGTERM)
        await task
        await store.close()


async def until_part(store: Store, name: str, state: str) -> Mapping[str, Any]:
    """As the heartbeat tells of it."""
    async with asyncio.timeout(SOON_S):
        while True:
            parts: list[Mapping[str, Any]] = (await heartbeat.last(store, clock.now())).state.get("parts", [])
            for part in parts:
                if part["name"] == name and part["state"] == state:
                    return part
            await asyncio.sleep(0.05)


async def until_over(store: Store, alert_id: int) -> None:
    async with asyncio.timeout(SOON_S):
        while (stored := await alerts.get(store, alert_id)) and stored.status is not AlertStatus.DONE:
            await asyncio.sleep(0.05)


async def of_texts(store: Store) -> int:
    """An alert that is past its time: the sweep ends it."""
    everybody = await people(store, [number(1)], channel=Channel.SMS)
    return await running(store, everybody, channels=(Channel.SMS,), starts_at=NOW, expires_at=later(60))


async def test_an_alert_of_texts_that_expired_ends_where_no_dialer_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(tmp_path, monkeypatch) as store:
        alert_id = await of_texts(store)
        await until_over(store, alert_id)
        assert await outcomes(store, alert_id) == [DeliveryOutcome.UNREACHED]


async def test_a_port_that_is_taken_costs_the_metrics_alone_until_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        async with at_work(tmp_path, monkeypatch, TOCSIN_METRICS_BIND=bind) as store:
            part = await until_part(store, "metrics", "failed")
            assert bind in part["error"]
            assert "TOCSIN_METRICS_BIND" in part["remedy"]
            await until_over(store, await of_texts(store))
            other.close()
            await until_part(store, "metrics", "tried")


async def test_an_alert_of_a_version_before_is_given_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_work(tmp_path, monkeypatch, TOCSIN_EMERGENCY_ENDS_AFTER_H="3") as store:
        alert_id = await running(store, await people(store, [number(1)]))
        async with asyncio.timeout(SOON_S):
            while not ((stored := await alerts.get(store, alert_id)) and stored.expires_at):
                await asyncio.sleep(0.05)
        left = stored.expires_at - clock.now()
        assert timedelta(hours=3) - timedelta(seconds=SOON_S) < left <= timedelta(hours=3)


async def test_dead_numbers_are_called_again_after_as_many_days_as_the_setting_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(tmp_path, monkeypatch, TOCSIN_DEAD_NUMBER_DAYS="2") as store:
        await people(store, [number(1)], [number(2)])
        for days, which in ((3, number(1)), (1, number(2))):
            async with store.writing() as c:
                said_at = clock.now() - timedelta(days=days)
                await dead_numbers.record(
                    c, which, Channel.VOICE, where="sip.example:5060", now=said_at, evidence=Evidence.BOTH
                )
        async with asyncio.timeout(SOON_S):
            while (found := await doubts.tally(store)).suspected == 0:
                await asyncio.sleep(0.05)
        assert (found.suspected, found.dead) == (1, 1)


async def test_a_sweep_that_the_database_fails_is_shown_and_leaves_the_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(tmp_path, monkeypatch) as store:
        await until_part(store, "sweep", "running")
        with contextlib.closing(sqlite3.connect(tmp_path / "tocsin.db", timeout=60, isolation_level=None)) as other:
            other.execute("ALTER TABLE opt_out RENAME TO elsewhere")
            assert "no such table" in (await until_part(store, "sweep", "troubled"))["error"]
            states = {each["name"]: each["state"] for each in (await heartbeat.last(store, clock.now())).state["parts"]}
            assert {name for name, state in states.items() if state != "running"} == {"sweep"}
            other.execute("ALTER TABLE elsewhere RENAME TO opt_out")
        await until_part(store, "sweep", "running")
