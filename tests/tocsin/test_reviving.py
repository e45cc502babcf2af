"""`tocsin contacts revive`, the report and the doctor, as the operator types and reads them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from db.engine.store import Store
from db.residents import contacts, dead_numbers
from db.staff import journal
from rules.model import Channel
from service import clock
from tests.db.town import dead, people, running, suspected
from tocsin.commands.program import app

A, B = "+15145550101", "+15145550102"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    async def settle() -> None:
        store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
        await people(store, [A], [B])
        await dead(store, A, now=clock.now())
        await suspected(store, B, now=clock.now())
        await store.close()

    asyncio.run(settle())
    return f"sqlite:///{tmp_path}/tocsin.db"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def doubted(url: str) -> list[bool]:
    async def look() -> list[bool]:
        store = await Store.open(url)
        found = [await contacts.find(store, each, channel=Channel.VOICE) for each in (A, B)]
        await store.close()
        return [point.dead or point.suspected for each in found if each for point in each.points]

    return asyncio.run(look())


def test_a_number_is_brought_back(url: str) -> None:
    done = run("contacts", "revive", "514 555-0101", "--json")
    assert done.exit_code == 0, done.output
    (number,) = json.loads(done.stdout)["numbers"]
    assert (number["number"], number["channel"], number["was"]) == (A, "voice", "dead")
    assert doubted(url) == [False, True]

    async def acts() -> list[dict[str, object]]:
        store = await Store.open(url)
        try:
            return await journal.about(store, "numbers")
        finally:
            await store.close()

    (line,) = asyncio.run(acts())
    assert (line["what"], A in str(line)) == ("revived", False)


def test_a_dry_run_changes_nothing(url: str) -> None:
    done = run("contacts", "revive", "--since", "2020-01-01", "--dry-run")
    assert "2 numbers would be called again" in done.output
    assert "suspected" in done.output
    assert doubted(url) == [True, True]


@pytest.mark.parametrize("since", ["2020-01-01", "00:00", "2020-03-04 14:30"])
def test_since_a_moment(url: str, since: str) -> None:
    assert run("contacts", "revive", "--since", since).exit_code == 0
    assert doubted(url) == [False, False]


def test_of_an_alert_that_found_nothing(url: str) -> None:
    assert "None of these is suspected or dead" in run("contacts", "revive", "--alert", "7").output
    assert doubted(url) == [True, True]


@pytest.mark.parametrize(
    "words",
    [[], ["514 555-0101", "--alert", "1"], ["12"], ["--since", "yesterday"], ["--alert", "1", "--since", "10:00"]],
)
def test_what_is_not_clear_changes_nothing(url: str, words: list[str]) -> None:
    assert run("contacts", "revive", *words).exit_code == 2
    assert doubted(url) == [True, True]


def test_the_report_of_an_alert_names_those_that_it_found(url: str) -> None:
    async def found_out() -> int:
        store = await Store.open(url)
        alert_id = await running(store, [])
        async with store.writing() as c:
            await dead_numbers.record(c, B, Channel.VOICE, where="", now=clock.now(), alert_id=alert_id)
        await store.close()
        return alert_id

    said = run("alert", "report", f"{asyncio.run(found_out())}").output
    assert "Numbers suspected" in said
    assert "5145550102" in said
    assert "5145550101" not in said


def test_the_doctor_names_them_and_says_what_to_do(url: str) -> None:
    done = run("doctor", "--only", "numbers", "--json")
    (found,) = json.loads(done.stdout)["checks"]
    assert found["state"] == "doubtful"
    assert found["said"].startswith("1 suspected, 1 dead")
    assert found["said"].endswith(": 5145550102, 5145550101")
    assert "tocsin contacts revive" in found["remedy"]
    run("contacts", "revive", "--since", "2020-01-01")
    (found,) = json.loads(run("doctor", "--only", "numbers", "--json").stdout)["checks"]
    assert found["state"] == "well"
