"""`tocsin contacts export` and `erase` as the town types them."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from db.engine.store import Store
from db.residents import contact_import
from rules.contact_rows import ContactRow, PhoneLine
from rules.model import Language
from tests.db.town import NOW, number
from tocsin.commands.program import app


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, ["contacts", *words])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    async def fill() -> None:
        store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
        rows = [
            ContactRow(2, "Zoé", "Roy", Language.FR, (PhoneLine(number(1)), PhoneLine(number(2)))),
            ContactRow(3, "Max", "Roy", Language.FR, (PhoneLine(number(2)),)),
        ]
        await contact_import.import_rows(store, rows, by="Anne", now=NOW)
        await store.close()

    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    asyncio.run(fill())
    return tmp_path


def test_a_file_that_only_its_owner_reads(home: Path) -> None:
    path = home / "zoe.json"
    assert tocsin("export", "514 555-0001", "--to", str(path)).exit_code == 0
    assert json.loads(path.read_text())["contact"]["first_name"] == "Zoé"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_erased_and_told_what_became_of_it() -> None:
    done = tocsin("erase", "514 555-0001", "--yes", "--json")
    assert (done.exit_code, json.loads(done.stdout)["numbers"]) == (0, 1), done.stderr
    assert "Zoé" not in tocsin("list").stdout
    assert "No resident has the number 5145550001." in tocsin("export", "514 555-0001").stderr


def test_nothing_is_erased_without_a_yes() -> None:
    done = tocsin("erase", "514 555-0001")
    assert (done.exit_code, "--yes" in done.stderr) == (2, True)
    assert tocsin("export", "514 555-0001").exit_code == 0


def test_of_several_one_is_named() -> None:
    done = tocsin("erase", "514 555-0002", "--yes")
    assert (done.exit_code, "--id" in done.stderr) == (1, True)
    assert tocsin("erase", "514 555-0002", "--id", "2", "--yes").exit_code == 0
    assert [person["first_name"] for person in json.loads(tocsin("list", "--json").stdout)] == ["Zoé"]


def test_what_is_no_number_is_said() -> None:
    done = tocsin("export", "12")
    assert (done.exit_code, "12" in done.stderr) == (1, True)
