"""Killed in the middle of an alert: nobody forgotten, nobody rung again who acknowledged, never two calls at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from db import alerts
from db.store import Store
from lab import ears, resident
from lab.handset import Pcm
from lab.stage import Stage
from tests.live.conftest import StageIn, calls, residents, send, shown

PEOPLE = [f"418555{middle}01" for middle in range(20, 32)]  # answer, listen, press 1
MACHINES = [f"418555{middle}04" for middle in range(20, 23)]
BUSY_ONCE = [f"418555{middle}05" for middle in range(20, 23)]
NUMBERS = [*PEOPLE, *MACHINES, *BUSY_ONCE]
END_S = 150.0

Blow = Callable[[Stage], Awaitable[None]]


async def under_way(store: Store, alert_id: int, *, finished: int) -> None:
    """Until so many people are settled while others are still on the line."""
    while True:
        people = await alerts.deliveries(store, alert_id)
        if sum(delivery.outcome is not None for delivery in people) >= finished:
            return
        await asyncio.sleep(0.1)


async def survived(play: Stage, tmp_path: Path, blow: Blow) -> dict[str, Any]:
    """Send the alert, strike in the middle, wait for its end."""
    await play.start()
    file = residents(tmp_path / "town.csv", NUMBERS)
    assert (await play.tocsin("contacts", "import", str(file))).status == 0
    sent = await send(play, "--channels", "voice")
    store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
    try:
        async with asyncio.timeout(END_S):
            await under_way(store, sent["id"], finished=3)
            await blow(play)
            return await shown(play, sent["id"], "--watch")
    finally:
        await store.close()


async def strike_and_check(stage_in: StageIn, tmp_path: Path, blow: Blow) -> None:
    """The whole story, for any blow."""
    async with stage_in(TOCSIN_REDIAL_DELAY_S="2") as play:
        result = await survived(play, tmp_path, blow)
        print_table(result)
        assert result["status"] == "done"
        outcomes = {address(delivery): delivery["outcome"] for delivery in result["deliveries"]}
        assert {number: outcomes[number] for number in PEOPLE} == dict.fromkeys(PEOPLE, "acknowledged")
        for number in MACHINES:
            # A call taken up again may be told as to a person: what counts is what the machine holds.
            assert outcomes[number] in ("left_on_machine", "heard")
            assert machine_holds(play, number)
        assert {number: outcomes[number] for number in BUSY_ONCE} == dict.fromkeys(BUSY_ONCE, "acknowledged")
        for delivery in result["deliveries"]:
            assert_true_and_never_two(calls(delivery))
            heard = len(play.town.heard_by(address(delivery)))
            answered = sum(call["answered_at"] is not None for call in calls(delivery))
            assert heard <= answered + unseen_answers(calls(delivery))


def machine_holds(play: Stage, number: str) -> bool:
    (message,) = (play.home / "audio/alerts").glob("fr-*.wav")
    said = resident.samples(message)
    return any(ears.contains(recorded(left), said).share > 0.9 for left in play.town.left_on(number))


def recorded(path: Path) -> Pcm:
    """What a recording holds; a machine whose call was cut short may have left an unfinished file."""
    data = path.read_bytes()[44:]
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2")


def unseen_answers(tries: list[dict[str, Any]]) -> int:
    """Calls cut short before their answer could be stored."""
    return sum(call["disposition"] == "interrupted" and call["answered_at"] is None for call in tries)


def assert_true_and_never_two(tries: list[dict[str, Any]]) -> None:
    assert all(call["status"] == "finished" for call in tries)
    assert all(call["reply"] != "acknowledged" for call in tries[:-1])
    for before, after in itertools.pairwise(tries):
        assert datetime.fromisoformat(after["placed_at"]) >= datetime.fromisoformat(before["ended_at"])


def address(delivery: dict[str, Any]) -> str:
    return str(calls(delivery)[0]["address"]).removeprefix("+1")


def print_table(result: dict[str, Any]) -> None:
    for delivery in result["deliveries"]:
        tries = " ".join(f"{call['disposition']}/{call['reply']}" for call in calls(delivery))
        print(address(delivery), delivery["outcome"], tries)
