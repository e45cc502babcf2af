"""What Tocsin keeps is for its owner alone, whatever the umask, and also what an older version left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts import report
from db.alerts import alerts
from db.engine.store import Store
from prompts import sound
from records.client import SOCKET
from rules.model import Alert
from service import clock, owner_only, program, rights, settings, wiring
from service.api import server
from service.api.route import ApiTown
from service.reports import Reports
from service.roles import Role
from tests.db.town import NOW, number, people, running


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    """The umask that gives the most away."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    found = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    return sorted(str(path) for path in found if stat.S_IMODE(path.lstat().st_mode) & owner_only.OTHERS)


async def test_the_database_and_the_files_beside_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    await people(store, [number(1)])
    assert {path.name for path in home.iterdir()} == {f"tocsin.db{end}" for end in ("", "-wal", "-shm", ".key")}
    assert open_to_others(home) == []
    await store.close()


async def test_the_database_of_a_version_before(tmp_path: Path) -> None:
    path = tmp_path / "tocsin.db"
    await (await Store.open(f"sqlite:///{path}")).close()
    path.chmod(0o644)
    store = await Store.open(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    await store.close()


async def test_reports(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    alert_id = await running(store, [])
    (tmp_path / "reports").mkdir(mode=0o700)
    await Reports(store, tmp_path).write_due(again=False, now=NOW)
    (bundle,) = (tmp_path / "reports").iterdir()
    assert report.place(tmp_path, await _alert(store, alert_id)) == bundle
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    await store.close()


async def _alert(store: Store, alert_id: int) -> Alert:
    found = await alerts.get(store, alert_id)
    assert found is not None
    return found


async def test_the_socket_of_the_service(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    town = ApiTown(store, wiring.policy(settings.load(None)), tmp_path, clock.now)
    async with server.served(town):
        assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600
    await store.close()


def test_speech(tmp_path: Path) -> None:
    with sound.written_aside(tmp_path / "a.wav") as aside:
        aside.write_bytes(b"")
    assert stat.S_IMODE((tmp_path / "a.wav").stat().st_mode) == 0o600


def test_whatever_is_made_from_now_on(tmp_path: Path) -> None:
    owner_only.for_owner_only()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("")
    assert open_to_others(tmp_path / "folder") == []


def test_files_of_a_version_before(tmp_path: Path) -> None:
    home = tmp_path / "home"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody else's")
    (home / "reports").mkdir(parents=True)
    (home / "reports" / "1.zip").write_bytes(b"")
    (home / "start").write_text("#!/bin/sh")
    (home / "start").chmod(0o755)
    (home / "link").symlink_to(elsewhere)
    assert rights.tighten(home, tmp_path / "nowhere") == 4
    assert open_to_others(home) == []
    assert stat.S_IMODE((home / "start").stat().st_mode) == 0o700
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o666
    assert rights.tighten(home) == 0


async def test_the_home_of_a_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "recordings").mkdir(parents=True)
    (home / "recordings" / "greeting.wav").write_bytes(b"")
    for name, value in {"TOCSIN_HOME": str(home), "TOCSIN_METRICS_BIND": "off"}.items():
        monkeypatch.setenv(name, value)
    owner_only.for_owner_only()
    task = asyncio.create_task(program.run(settings.load(None), [Role.SMS]))
    async with asyncio.timeout(60):
        while not (home / "reports").exists():
            await asyncio.sleep(0.05)
    assert open_to_others(home) == []
    signal.raise_signal(signal.SIGTERM)
    await task
