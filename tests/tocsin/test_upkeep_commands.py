"""`tocsin prompts`, `dialplan` and `doctor` as the administrator types them; tests/live has those on Asterisk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from db.engine.store import Store
from service import clock, settings, wiring
from service.api import server
from service.api.route import ApiTown
from tests.upkeep.installation import equipment
from tocsin.commands.program import app
from upkeep.equipment import Equipment, Upkeep


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def damaged(home: Path) -> Path:
    (home / "tocsin.db").write_bytes(b"no database at all, but a letter to the mayor" * 100)
    return home


async def served(home: Path, load: Upkeep) -> AsyncIterator[None]:
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    async with server.served(ApiTown(store, wiring.policy(settings.load(None)), home, clock.now, upkeep=load)):
        yield
    await store.close()


@pytest.fixture
async def service(home: Path) -> AsyncIterator[None]:
    """It runs as another user, say: its home is called otherwise."""
    load = Upkeep(lambda: equipment(home / "its own", lambda: wiring.studio(settings.load(None))))
    async for _ in served(home, load):
        yield


@pytest.fixture
async def broken_service(home: Path) -> AsyncIterator[None]:
    def load() -> Equipment:
        raise ZeroDivisionError

    async for _ in served(home, Upkeep(load)):
        yield


def test_prompts_are_checked_though_the_database_is_damaged(damaged: Path) -> None:
    assert "prompts are missing" in tocsin("prompts", "check").stderr
    assert tocsin("prompts", "sheet", str(damaged / "new/sheet.md")).exit_code == 0
    assert (damaged / "new/sheet.md").read_text().startswith("| key |")
    other = tocsin("status")
    assert (other.exit_code, f"{damaged}/tocsin.db is not a database" in other.stderr) == (1, True)


@pytest.mark.parametrize("words", [("prompts", "check"), ("prompts", "build"), ("dialplan", "check")])
def test_settings_that_can_not_be_used(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_RING_S", "soon")
    done = tocsin(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "These settings can't be used:\n  TOCSIN_RING_S is “soon”" in done.stderr


def test_the_doctor_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_RING_S", "soon")
    done = tocsin("doctor", "--json")
    (check,) = json.loads(done.stdout)["checks"]
    assert (done.exit_code, check["check"], check["state"]) == (1, "settings", "wrong")


def test_the_doctor_needs_no_store(damaged: Path) -> None:
    done = tocsin("doctor", "--json", "--only", "database,service,disk")
    found = {check["check"]: check["state"] for check in json.loads(done.stdout)["checks"]}
    assert (done.exit_code, found) == (1, {"disk": "well", "database": "wrong", "service": "doubtful"})


@pytest.mark.usefixtures("service")
async def test_the_doctor_of_the_service_is_asked_where_one_runs(home: Path) -> None:
    done = await asyncio.to_thread(tocsin, "doctor", "--only", "disk")
    assert (done.exit_code, f"free for {home}/its own" in done.stdout, done.stderr) == (0, True, "")


@pytest.mark.usefixtures("broken_service")
async def test_the_doctor_of_a_service_that_fails_is_this_command(home: Path) -> None:
    done = await asyncio.to_thread(tocsin, "doctor", "--only", "disk")
    assert (done.exit_code, f"free for {home}" in done.stdout) == (0, True)
    assert "The service could not look" in done.stderr


@pytest.mark.usefixtures("service")
async def test_a_folder_that_the_service_may_not_read_is_sent(home: Path) -> None:
    folder = home / "plans"
    await asyncio.to_thread(folder.mkdir)
    await asyncio.to_thread((folder / "menus.yaml").write_text, "main: nothing")
    done = await asyncio.to_thread(tocsin, "dialplan", "check", str(folder))
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{folder} is not good yet" in done.stderr
    assert f'{folder}/menus.yaml: it must hold "main:"' in done.stderr
    assert "pjsip.conf is missing: put it back" in done.stderr


def test_checks_that_there_are_not() -> None:
    done = tocsin("doctor", "--only", "disk,weather")
    assert (done.exit_code, "there is no weather; settings, versions" in done.stderr) == (2, True)


def test_what_the_town_says_in_its_own_words(home: Path) -> None:
    assert "The town has no texts of its own" in tocsin("prompts", "diff").stdout
    (home / "prompts").mkdir()
    (home / "prompts" / "fr.yaml").write_text('greeting: "Ici Valmont."\nsnow: "Neige."\n', encoding="utf-8")
    shown = tocsin("prompts", "diff").stdout
    assert "greeting (fr), " in shown
    assert "  + Ici Valmont.\n" in shown
    found = json.loads(tocsin("prompts", "diff", "--json").stdout)
    assert [(each["key"], each["own"], bool(each["shipped"])) for each in found] == [
        ("greeting", "Ici Valmont.", True),
        ("snow", "Neige.", False),
    ]
    assert "snow is a key that no call plays" in tocsin("prompts", "check").stderr
