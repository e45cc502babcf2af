"""`tocsin alert …` as the duty officer types it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner, Result

from alerts.preview import OUTSIDE_HOURS
from db.alerts import alerts, unspoken
from db.engine.store import Store
from db.queue import attempts
from db.residents import contact_import, opt_outs
from rules import audience, usable
from rules.contact_rows import ContactRow, PhoneLine
from rules.model import Alert, Channel, Language
from rules.outcome import Disposition, Outcome, Reply
from rules.status import AlertStatus
from service.places import ROOT
from tocsin.commands import alert
from tocsin.commands.program import app

A, B = "+15145550101", "+15145550102"
TEXTS = ("--text-fr", "Faites bouillir l'eau.", "--text-en", "Boil the water.", "--channels", "voice")
HEARD = Outcome(Disposition.HUMAN, Reply.ACKNOWLEDGED, heard=1.0)
T = TypeVar("T")


class Town:
    """A home with two residents; the service does not run."""

    def __init__(self, home: Path) -> None:
        self.url = f"sqlite:///{home}/tocsin.db"

    def do(self, work: Callable[[Store], Awaitable[T]]) -> T:
        async def run() -> T:
            store = await Store.open(self.url)
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(run())

    def status(self, alert_id: int) -> AlertStatus:
        alert = self.do(lambda store: alerts.get(store, alert_id))
        assert alert
        return alert.status


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    trunks = [{"name": "carrier", "host": "127.0.0.1:5999", "channels": 2, "calls_per_second": 1}]
    for name, value in {"HOME": str(tmp_path), "TRUNKS": json.dumps(trunks), "TIMEZONE": "America/Halifax"}.items():
        monkeypatch.setenv(f"TOCSIN_{name}", value)
    found = Town(tmp_path)
    rows = [
        ContactRow(n, "R", str(n), Language.FR, (PhoneLine(number),), sector="Nord") for n, number in enumerate((A, B))
    ]
    found.do(lambda store: contact_import.import_rows(store, rows, by="test", now=datetime.now(UTC)))
    return found


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def sent(*words: str) -> int:
    done = tocsin("alert", "send", "--title", "Eau", *TEXTS, *words)
    assert done.exit_code == 0, done.stderr
    return int(done.stdout.split()[1].rstrip(":"))


def test_a_time_that_is_over_is_refused(town: Town) -> None:
    done = tocsin("alert", "send", "--title", "Eau", *TEXTS, "--at", "2020-03-04 14:30")
    assert done.exit_code == 2
    assert "2020-03-04 14:30 is over: in America/Halifax it is " in done.stderr
    assert "leave --at out" in done.stderr
    assert tocsin("alert", "list").stdout == ""


def test_a_time_to_come_is_told_by_the_town_s_clocks(town: Town) -> None:
    done = tocsin("alert", "send", "--title", "Eau", *TEXTS, "--at", "2099-03-04 14:30")
    assert "It begins at 2099-03-04 14:30 (America/Halifax)." in done.stdout
    assert "(America/Halifax)" in tocsin("alert", "list").stdout


@pytest.mark.parametrize("word", ["send", "preview"])
def test_a_typo_is_refused_and_a_number_of_nobody_told(town: Town, word: str) -> None:
    done = tocsin("alert", word, "--title", "Eau", *TEXTS, "--except", "sector:Nrod")
    assert (done.exit_code, "did you mean “Nord”?" in done.stderr) == (2, True)
    done = tocsin("alert", word, "--title", "Eau", *TEXTS, "--to", f"number:{A}", "--to", "number:5145550199")
    assert done.exit_code == 0
    assert "5145550199: nobody in the store has it" in done.stdout + done.stderr


@pytest.mark.parametrize("word", ["send", "preview"])
def test_a_sign_that_no_voice_can_say_is_refused_with_its_place(town: Town, word: str) -> None:
    texts = "--text-fr", "Eau ✗ potable, le 05/11/2026.", "--text-en", "Boil the water 😀."
    done = tocsin("alert", word, "--title", "Eau", *texts, "--channels", "voice")
    assert done.exit_code == 2
    for place in ("--text-fr, character 5 (", "--text-fr, character 19 (", "--text-en, character 16 ("):
        assert place in done.stderr
    assert "write « non » ou « interdit »." in done.stderr
    assert "write « 5 novembre 2026 » ou « 11 mai 2026 »." in done.stderr
    assert tocsin("alert", "list").stdout == ""


def test_why_calls_wait_is_shown(town: Town) -> None:
    alert_id = sent()
    town.do(lambda store: unspoken.waits(store, alert_id, [Language.EN], "pico: broken"))
    shown = " ".join(tocsin("alert", "show", str(alert_id)).stdout.split())
    assert "English calls wait: no voice can speak this text (pico: broken)." in shown
    assert "Only you can cancel the alert." in shown
    assert "French calls wait" not in shown
    assert json.loads(tocsin("alert", "show", str(alert_id), "--json").stdout)["calls_wait"] == {"en": "pico: broken"}


def test_an_alert_that_can_reach_nobody_says_so(town: Town) -> None:
    for number in (A, B):
        town.do(partial(opt_outs.opt_out, address=number, channel=Channel.VOICE, via="phone", now=datetime.now(UTC)))
    done = tocsin("alert", "send", "--title", "Eau", *TEXTS)
    assert done.exit_code == 1
    assert "Alert 1: 0 to reach, 2 left out." in done.stdout
    assert "Alert 1 reached nobody: `tocsin alert report 1 --csv FILE` lists the doors." in done.stderr


def run(town: Town, alert_id: int, result: Outcome) -> None:
    """Call the first person; the other waits."""

    async def work(store: Store) -> None:
        now = datetime.now(UTC)
        await alerts.move(store, alert_id, AlertStatus.RUNNING, now)
        (call,) = await attempts.claim(store, 1, now=now)
        await attempts.finish(store, call.id, result, now=now)

    town.do(work)


def test_the_all_clear_ends_the_alert_and_goes_to_those_reached(town: Town) -> None:
    first = sent()
    run(town, first, HEARD)
    done = tocsin("alert", "end", str(first), *TEXTS[:4])
    assert done.exit_code == 0, done.stderr
    assert f"Alert {first} is cancelled." in done.stdout
    assert f"Alert {first + 1}: 1 to reach, 0 left out." in done.stdout
    assert town.status(first) is AlertStatus.CANCELLED
    follow_up = town.do(lambda store: alerts.get(store, first + 1))
    assert follow_up
    assert (follow_up.follows, follow_up.target) == (first, f"reached:{first}")


@pytest.mark.parametrize("which", [1, 2])
def test_the_all_clear_is_for_an_alert_and_its_updates(which: int, town: Town) -> None:
    first = sent()
    run(town, first, HEARD)
    done = tocsin("alert", "update", str(first), *TEXTS[:4])
    assert done.exit_code == 0, done.stderr
    done = tocsin("alert", "end", str(which), *TEXTS[:4])
    assert done.exit_code == 0, done.stderr
    assert [town.status(each) for each in (1, 2)] == [AlertStatus.CANCELLED] * 2
    follow_up = town.do(lambda store: alerts.get(store, 3))
    assert follow_up
    assert follow_up.target == "reached:1 reached:2"


def test_the_all_clear_for_an_alert_that_is_over_and_reached_nobody(town: Town) -> None:
    first = sent()

    async def over(store: Store) -> list[Alert]:
        now = datetime.now(UTC)
        await alerts.move(store, first, AlertStatus.RUNNING, now)
        while calls := await attempts.claim(store, 9, now=now + timedelta(hours=1)):
            for call in calls:
                await attempts.finish(store, call.id, Outcome(Disposition.DEAD_NUMBER), now=now)
        return await alerts.current(store, now)

    assert [each.id for each in town.do(over)] == [first]
    assert town.status(first) is AlertStatus.DONE
    assert tocsin("alert", "end", str(first), *TEXTS[:4]).exit_code == 1
    assert town.do(lambda store: alerts.current(store, datetime.now(UTC))) == []


def test_the_all_clear_for_an_alert_that_reached_nobody_ends_it_and_says_so(town: Town) -> None:
    first = sent()
    done = tocsin("alert", "end", str(first), *TEXTS[:4])
    assert done.exit_code == 1
    assert "reached nobody, so nothing was sent; --everybody tells all" in done.stderr
    assert town.status(first) is AlertStatus.CANCELLED


def night() -> str:
    """A zone in which it is three o'clock at night."""
    west = datetime.now(UTC).hour - 3
    return f"Etc/GMT{west if west <= 12 else west - 24:+d}"


@pytest.mark.parametrize("word", ["update", "end"])
def test_outside_the_hours_nothing_changes_until_when_allowed(
    town: Town, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent("--purpose", "information", "--when-allowed")

    async def reach(store: Store) -> None:
        alert = await alerts.get(store, first)
        assert alert is not None
        run_at = (alert.starts_at or datetime.now(UTC)) + timedelta(seconds=1)
        await alerts.move(store, first, AlertStatus.RUNNING, run_at)
        (call,) = await attempts.claim(store, 1, now=run_at)
        await attempts.finish(store, call.id, HEARD, now=run_at)

    town.do(reach)
    monkeypatch.setenv("TOCSIN_TIMEZONE", night())
    done = tocsin("alert", word, str(first), *TEXTS[:4])
    assert (done.exit_code, "--when-allowed" in done.stderr) == (1, True)
    assert town.status(first) is AlertStatus.RUNNING
    done = tocsin("alert", word, str(first), *TEXTS[:4], "--when-allowed")
    assert (done.exit_code, "It begins at " in done.stdout) == (0, True), done.stderr


def test_a_long_list_says_how_to_see_more(town: Town) -> None:
    for _ in range(3):
        sent()
    shown = tocsin("alert", "list", "--limit", "2")
    assert len(shown.stdout.splitlines()) == 2
    assert "--offset 2" in shown.stderr
    rest = tocsin("alert", "list", "--limit", "2", "--offset", "2")
    assert (len(rest.stdout.splitlines()), rest.stderr) == (1, "")
    people: list[Any] = json.loads(tocsin("contacts", "list", "--limit", "1", "--json").stdout)
    assert len(people) == 1
    assert "--offset 1" in tocsin("contacts", "list", "--limit", "1").stderr


def test_invisible_characters_of_pasted_texts_do_not_go_out(town: Town) -> None:
    pasted = (
        "--title",
        "\ufeffE\u0301au",
        "--text-fr",
        "Attention\u00a0: l\u00adeau.\r\nMerci",
        "--text-en",
        "Wa\u200bter.",
    )
    sent = tocsin("alert", "send", *pasted, "--channels", "voice", "--to", "sector:\u200bNord", "--yes")
    assert sent.exit_code == 0, sent.stderr
    (alert_,) = town.do(alerts.listing)
    assert alert_.title == "Éau"
    assert alert_.texts == {Language.FR: "Attention : leau.\nMerci", Language.EN: "Water."}
    refused = tocsin(
        "alert", "send", "--title", "A", "--text-fr", "L\N{REPLACEMENT CHARACTER}au", "--text-en", "B", "--to", "all"
    )
    assert refused.exit_code == 2
    assert "--text-fr holds “\N{REPLACEMENT CHARACTER}” in the place of a letter" in refused.stderr


def test_every_command_and_option_is_in_the_guide() -> None:
    guide = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
    group = typer.main.get_command(alert.app)
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        assert f"alert {name}" in guide, name
        for option in (each for each in command.params if each.param_type_name == "option"):
            assert option.opts[0] in guide, f"{name} {option.opts[0]}"
    reasons = [*usable.Refusal, audience.LANDLINE, audience.NO_ACTIVE_NUMBER, audience.ENROLMENT_NOT_FINISHED]
    assert [reason for reason in [*reasons, OUTSIDE_HOURS] if f"`{reason}`" not in guide] == []
