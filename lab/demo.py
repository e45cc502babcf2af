"""`make demo`: the main job on simulated telephones, on the real service, and expected against seen."""

from __future__ import annotations

import asyncio
import csv
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from alerts import result, unspoken
from db.alerts import alerts
from db.engine.store import Store
from lab import resident
from lab.stage import Stage, stage
from service import wiring
from service.progress import progress
from service.settings import Settings

HERE = Path(__file__).parent
ALERT = (
    *("--title", "Avis d'ébullition"),
    *("--text-fr", "L'eau du réseau n'est pas potable. Faites-la bouillir une minute avant de la boire."),
    *("--text-en", "The tap water is not safe. Boil it for one minute before you drink it."),
)
POLL_S = 0.5
ALERT_S = 240.0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who enrols by keypad at the start."""

    number: str
    language: str
    texts: bool


NEWCOMERS = (Newcomer("4185550150", "fr", texts=True), Newcomer("4185550151", "en", texts=False))
TEXTED = ("4185550150", "4185550130", "5815550131")

console = Console()


async def run(settings: Settings) -> int:
    """0 when every result is the expected one."""
    began = time.monotonic()
    _tidy_up_on_sigterm()
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as home:
        async with stage(Path(home), settings.cache, wiring.binary(settings), start=True) as play:
            console.print(f"The town and the service are up after {time.monotonic() - began:.1f} s.")
            wrong = await enrol_all(play)
            await imported(play)
            alert_id = await send(play)
            wrong += await compare(play, alert_id)
    if wrong:
        console.print(f"[red]{wrong} results are not as expected.[/] The log and the recordings were in {home}.")
        return 1
    console.print(f"[green]Every result is the expected one.[/] {time.monotonic() - began:.0f} s in all.")
    return 0


def _tidy_up_on_sigterm() -> None:
    """As Ctrl-C does: the town and the service end with the demo."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def enrol_all(play: Stage) -> int:
    """Both newcomers at once; how many failed."""
    return sum(await asyncio.gather(*(enrol(play, newcomer) for newcomer in NEWCOMERS)))


async def enrol(play: Stage, newcomer: Newcomer) -> int:
    english = newcomer.language == "en"
    digits = resident.digit_audio(play.home / "audio" / newcomer.language)
    try:
        async with play.town.handset(newcomer.number) as phone:
            code = await resident.enrol(phone, digits, english=english, texts=newcomer.texts)
    except resident.Misheard as error:
        console.print(f"[red]{newcomer.number}: {error}[/]")
        return 1
    contact = (await play.tocsin("contacts", "show", newcomer.number, "--json")).data()
    active = contact["active"] and contact["language"] == newcomer.language
    console.print(
        f"{newcomer.number} ({newcomer.language}) enrolled by keypad: heard the code {code}, active: {active}"
    )
    return 0 if active else 1


async def imported(play: Stage) -> None:
    done = await play.tocsin("contacts", "import", str(HERE / "town.csv"))
    console.print(f"town.csv: {done.output.strip() or done.errors.strip()}")


async def send(play: Stage) -> int:
    """Send the alert and follow it live; its number."""
    sent = await play.tocsin("alert", "send", *ALERT, "--json")
    alert_id = int(sent.data()["id"])
    store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
    try:
        with Live(console=console, refresh_per_second=4) as live:
            async with asyncio.timeout(ALERT_S):
                while await _under_way(store, alert_id, live):
                    await asyncio.sleep(POLL_S)
    except TimeoutError:
        console.print(f"[red]The alert did not end within {ALERT_S:.0f} s.[/]")
    finally:
        await store.close()
    return alert_id


async def _under_way(store: Store, alert_id: int, live: Live) -> bool:
    alert = await alerts.get(store, alert_id)
    assert alert is not None
    live.update(progress(result.of(alert, await alerts.counts(store, alert_id)), unspoken.lines(alert)))
    return alert.ended_at is None


async def compare(play: Stage, alert_id: int) -> int:
    """Print expected against seen; how many differ."""
    shown = (await play.tocsin("alert", "show", str(alert_id), "--json")).data()
    seen = {delivery["name"]: delivery for delivery in shown["deliveries"]}
    table = Table("Resident", "Who", "Expected", "Seen", "", header_style="bold")
    wrong = 0
    for row in csv.DictReader((HERE / "expected.csv").read_text(encoding="utf-8").splitlines()):
        expected = f"{row['outcome']} {row['calls']}".strip()
        found = _seen(seen[row["name"]]) if row["name"] in seen else "not in the alert"
        wrong += found != expected
        table.add_row(row["name"], row["about"], expected, found, "✓" if found == expected else "[red]✗[/]")
    for newcomer in NEWCOMERS:
        wrong += _add_newcomer(table, newcomer, shown["deliveries"])
    console.print(table)
    return wrong + await texts_missing(play)


def _seen(delivery: dict[str, Any]) -> str:
    calls = [attempt["disposition"] for attempt in delivery["attempts"] if attempt["channel"] == "voice"]
    return " ".join([str(delivery["outcome"]), *map(str, calls)])


def _add_newcomer(table: Table, newcomer: Newcomer, deliveries: list[dict[str, Any]]) -> int:
    address = f"+1{newcomer.number}"
    theirs = [each for each in deliveries if any(attempt["address"] == address for attempt in each["attempts"])]
    found = _seen(theirs[0]) if theirs else "not in the alert"
    right = found == "acknowledged human"
    table.add_row(newcomer.number, "enrolled by keypad", "acknowledged human", found, "✓" if right else "[red]✗[/]")
    return 0 if right else 1


async def texts_missing(play: Stage) -> int:
    """Telephones that should hold the text of the alert and don't."""
    missing = [number for number in TEXTED if not play.centre.phone(f"+1{number}").texts]
    console.print(
        f"Texts on {len(TEXTED) - len(missing)} of {len(TEXTED)} telephones; calls and texts are in the store."
    )
    return len(missing)
