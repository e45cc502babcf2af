"""A home that an older version wrote: nothing of it is lost, and it is worked with."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from db import schema
from db.engine import status
from db.engine.store import Store
from tests.tocsin import homes
from tests.tocsin.homes import OLD
from tocsin.commands.program import app

WORDS = {"contact": ("contacts", "show"), "alert": ("alert", "show"), "report": ("alert", "report")}
COMMANDS = {
    "contacts": ("contacts", "list", "--limit", "1000"),
    "groups": ("contacts", "group", "list"),
    "alerts": ("alert", "list"),
    **{path.stem: (*WORDS[path.stem.split("-")[0]], path.stem.split("-")[1]) for path in sorted(OLD.glob("*-*.json"))},
}
"""What is asked, by the file that has the answer of then."""

SUSPECTED = ".dead: True was said, False is"
"""One answer of a network is not enough any more to make a number dead (migration 0006)."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    homes.lay_out(tmp_path)
    trunks = [{"name": "town", "host": "127.0.0.1:5999", "channels": 2, "calls_per_second": 1}]
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.setenv("TOCSIN_TRUNKS", json.dumps(trunks))
    monkeypatch.setenv("TOCSIN_SMS_URL", "smpp://user:secret@127.0.0.1:9")
    monkeypatch.setenv("TOCSIN_SMS_SENDER", "12345")
    return tmp_path


def tocsin(*words: str) -> Result:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.stderr
    return done


def rows(home: Path, query: str) -> list[Any]:
    database = sqlite3.connect(home / "tocsin.db")
    found = database.execute(query).fetchall()
    database.close()
    return found


def counted(home: Path) -> dict[str, int]:
    tables = [name for (name,) in rows(home, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: rows(home, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}


def said(name: str) -> Any:
    """What a command of then printed."""
    return json.loads((OLD / f"{name}.json").read_text(encoding="utf-8"))


def lost(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """What was said before and is not said now."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key, value in before.items():
            yield from lost(value, now.get(key, "nothing"), f"{place}.{key}")
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (each, other) in enumerate(zip(before, now, strict=True)):
            yield from lost(each, other, f"{place}[{number}]")
    elif before != now:
        yield f"{place}: {before!r} was said, {now!r} is"


def test_it_comes_to_the_newest_tables_whole_and_with_every_row(home: Path) -> None:
    before = counted(home)

    async def migrate() -> list[str]:
        store = await Store.open(f"sqlite:///{home}/tocsin.db")
        try:
            return await status.integrity(store)
        finally:
            await store.close()

    assert asyncio.run(migrate()) == []
    after = counted(home)
    assert {name: after.get(name) for name in before} == before
    assert (before["contact"], before["attempt"], before["message"]) == (26, 95, 15)
    assert rows(home, "SELECT version_num FROM alembic_version") == [(schema.REVISION,)]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_all_that_it_said_then(home: Path, name: str) -> None:
    now = json.loads(tocsin(*COMMANDS[name]).stdout)
    assert [line for line in lost(said(name), now) if not line.endswith(SUSPECTED)] == []


def test_numbers_that_were_dead_by_one_answer_are_suspected(home: Path) -> None:
    dead = {point["address"] for contact in said("contacts") for point in contact["points"] if point["dead"]}
    tocsin("contacts", "list")
    suspected = rows(home, "SELECT address FROM contact_point WHERE suspected_at IS NOT NULL AND dead_at IS NULL")
    assert (len(dead), {address for (address,) in suspected}) == (3, dead)


def test_an_alert_goes_to_those_who_may_be_told_and_one_that_was_paused_goes_on(home: Path) -> None:
    texts = ("--text-fr", "L'eau est bonne.", "--text-en", "The water is safe.")
    sent = json.loads(tocsin("alert", "send", "--title", "Eau", *texts).stdout)
    reasons = {each["name"]: each["reason"] for each in sent["deliveries"] if each["outcome"] == "left_out"}
    assert reasons == {"Jacques Morin": "opted out", "Victor Thibault": "opted out"}
    assert len(sent["deliveries"]) == len(said("contacts"))
    paused = next(each["id"] for each in said("alerts") if each["status"] == "paused")
    tocsin("alert", "resume", str(paused))
    assert rows(home, f"SELECT status FROM alert WHERE id = {paused}") == [("queued",)]
