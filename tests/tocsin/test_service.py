from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from alerts.model import Channel
from alerts.status import AlertStatus
from db import alerts
from db.store import Store
from tests.db.town import NOW, later, number, people, running
from tocsin import service, settings
from tocsin.service import Role


async def test_an_alert_of_texts_that_expired_ends_where_no_dialer_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_METRICS_BIND", "off")
    ours = settings.load(None)
    store = await Store.open(ours.database_url)
    everybody = await people(store, [number(1)], channel=Channel.SMS)
    alert_id = await running(store, everybody, channels=(Channel.SMS,), starts_at=NOW, expires_at=later(60))
    task = asyncio.create_task(service.run(ours, [Role.SMS]))
    async with asyncio.timeout(10):
        while (stored := await alerts.get(store, alert_id)) and stored.status is not AlertStatus.DONE:
            await asyncio.sleep(0.05)
    signal.raise_signal(signal.SIGTERM)
    await task
    await store.close()
