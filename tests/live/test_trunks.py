"""Several trunks: one dies in the middle of an alert, one refuses our log-in, one answers no OPTIONS.

Nobody may be lost and nobody's try used up: there are no redials, so that a try used up is a person not reached.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from db.alerts import alerts
from db.engine.store import Store
from lab import ports
from lab.carrier import CHALLENGE, Carrier, CarrierLeg, Peer, read
from lab.stage import Installation
from tests.live.alone import alert, alone, known
from tests.live.conftest import dispositions, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE = [f"41855504{place:02}" for place in range(26)]  # some still wait when all lines of the dead trunk are taken
BEFORE_DEATH = 4
END_S = 90.0
SOON_S, TOLD_S = 1.0, 14.0  # after the death: its lines are full; Asterisk gives its calls up
OURS = {"trunk_fault", "interrupted"}  # what uses up nobody's try
LINES = {"channels": 6, "calls_per_second": 5}


async def rings_then_answers(leg: CarrierLeg) -> None:
    leg.say(180)
    await asyncio.sleep(0.3)
    await leg.answer()
    while leg.first_sound is None:
        await asyncio.sleep(0.05)
    leg.press("1")


async def wants_a_log_in(leg: CarrierLeg) -> None:
    leg.say(401, headers={"WWW-Authenticate": CHALLENGE})


class Polite(Carrier):
    """Answers OPTIONS, if with an error: something is there. It can die."""

    dead = False

    def close(self) -> None:
        if not self.dead:
            self.dead = True
            super().close()

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        super().datagram_received(data, addr)
        if (request := read(data, addr)).method == "OPTIONS":
            self.answer(request, 503)


@contextlib.asynccontextmanager
async def carrier(kind: type[Carrier], script: Any) -> AsyncIterator[Carrier]:
    loop = asyncio.get_running_loop()
    _, network = await loop.create_datagram_endpoint(lambda: kind(lambda _: script), local_addr=("127.0.0.1", 0))
    try:
        yield network
    finally:
        network.close()


@dataclass
class Seen:
    result: dict[str, Any]
    log: str
    died_at: datetime
    status: dict[str, Any]
    metrics: str
    doctor: dict[str, str]

    def attempts(self) -> list[dict[str, Any]]:
        return [attempt for delivery in self.result["deliveries"] for attempt in delivery["attempts"]]

    def placed(self, trunk: str) -> list[float]:
        """Seconds after the death, of each call that the trunk was given."""
        on = [each for each in self.attempts() if each["trunk"] == trunk]
        return sorted((datetime.fromisoformat(each["placed_at"]) - self.died_at).total_seconds() for each in on)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seen]:
    home = tmp_path_factory.mktemp("trunks")
    async with (
        carrier(Polite, rings_then_answers) as dies,
        carrier(Polite, wants_a_log_in) as refuses,
        carrier(Carrier, rings_then_answers) as silent_to_options,
    ):
        trunks = [
            {"name": "dies", "host": dies.host, "weight": 4, "number_format": "e164", **LINES},
            {"name": "refuses", "host": refuses.host, **LINES},
            {"name": "spare", "host": silent_to_options.host, "priority": 2, **LINES},
        ]
        bind = f"127.0.0.1:{ports.free()}"
        async with alone(
            home, {}, TOCSIN_TRUNKS=json.dumps(trunks), TOCSIN_RING_S="17", TOCSIN_METRICS_BIND=bind
        ) as play:
            await play.start()
            await known(play, PEOPLE)
            alert_id = (await alert(play, PEOPLE))["id"]
            await reached(play.home, alert_id, BEFORE_DEATH)
            dies.close()
            died_at = datetime.now(UTC)
            await reached(play.home, alert_id, len(PEOPLE))
            status = (await play.tocsin("status", "--json")).data()
            async with aiohttp.ClientSession() as session, session.get(f"http://{bind}/metrics") as answer:
                metrics = await answer.text()
            doctor = {each["said"].split()[0]: each["said"] for each in await examined(play)}
            yield Seen(await shown(play, alert_id), play.log.read_text(), died_at, status, metrics, doctor)


async def examined(play: Installation) -> list[dict[str, Any]]:
    """What the doctor finds of the trunks, while the service runs."""
    found: list[dict[str, Any]] = (await play.tocsin("doctor", "--json", "--only", "trunks")).data()["checks"]
    return found


async def reached(home: Path, alert_id: int, people: int) -> None:
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    try:
        async with asyncio.timeout(END_S):
            while sum(each.outcome is not None for each in await alerts.deliveries(store, alert_id)) < people:
                await asyncio.sleep(0.1)
    finally:
        await store.close()


async def test_nobody_is_lost(seen: Seen) -> None:
    assert Counter(each["outcome"] for each in seen.result["deliveries"]) == {"acknowledged": len(PEOPLE)}


async def test_no_try_is_used_up(seen: Seen) -> None:
    for delivery in seen.result["deliveries"]:
        *before, last = dispositions(delivery)
        assert last == "human"
        assert set(before) <= OURS


async def test_nobody_who_acknowledged_is_called_again(seen: Seen) -> None:
    for delivery in seen.result["deliveries"]:
        replies = [attempt["reply"] for attempt in delivery["attempts"]]
        assert replies.count("acknowledged") == 1


async def test_new_calls_leave_the_dead_trunk_within_seconds(seen: Seen) -> None:
    """The three calls that tell of its silence, and what filled its lines until then, are all that it gets."""
    after = [moment for moment in seen.placed("dies") if moment > 0]
    assert len(after) <= LINES["channels"]
    assert not any(SOON_S < moment < TOLD_S for moment in after)
    assert any(SOON_S < moment < TOLD_S for moment in seen.placed("spare"))
    print("seconds after the death:", {name: seen.placed(name) for name in ("dies", "spare")})


async def test_calls_that_a_trunk_refuses_are_moved_at_once(seen: Seen) -> None:
    for delivery in seen.result["deliveries"]:
        for failed, then in zip(delivery["attempts"], delivery["attempts"][1:], strict=False):
            if failed["sip"] == 401:
                assert then["trunk"] != "refuses"
    assert 3 <= len(seen.placed("refuses")) <= 4  # three in a row, then one trial call at most


async def test_alarms_say_what_to_do(seen: Seen) -> None:
    """That the trunk has died is known by its calls or by OPTIONS, whichever comes first."""
    assert {"dies", "refuses"} <= set(re.findall(r"trunk_(?:fault|unreachable) .* trunk=(\w+)", seen.log))
    assert "nothing there answers" in seen.log or "check that the carrier is up" in seen.log


async def test_a_trunk_that_answers_no_options_carries_calls_all_the_same(seen: Seen) -> None:
    assert any("trunk_unreachable" in line and "trunk=spare" in line for line in seen.log.splitlines())
    assert len(seen.placed("spare")) > 5


async def test_status_tells_how_each_trunk_is(seen: Seen) -> None:
    trunks = {trunk["name"]: trunk for trunk in seen.status["trunks"]}
    assert trunks["refuses"]["health"] == "at_fault"
    assert trunks["dies"]["health"] in ("silent", "at_fault", "unreachable")  # by how many calls it had when it died
    assert "nothing there answers" in trunks["dies"]["remedy"] or "carrier is up" in trunks["dies"]["remedy"]
    assert (trunks["spare"]["health"], trunks["spare"]["reachable"]) == ("unreachable", False)
    assert trunks["refuses"]["reachable"] is True
    assert trunks["spare"]["placed"] == len(seen.placed("spare"))
    assert seen.status["asterisk"].startswith("22.")
    assert (seen.status["running"], seen.status["link"]) == (True, True)
    assert min(seen.status["memory"].values()) > 10_000_000


async def test_the_doctor_says_what_asterisk_heard_of_each_trunk(seen: Seen) -> None:
    assert "is at fault, SIP 401" in seen.doctor["refuses"]
    assert "answers no OPTIONS" in seen.doctor["spare"]


async def test_metrics_count_what_is_stored(seen: Seen) -> None:
    stored = Counter((each["trunk"], each["disposition"]) for each in seen.attempts())
    counted = re.findall(r'tocsin_calls_total{disposition="(\w+)",trunk="(\w+)"} (\d+)', seen.metrics)
    assert {(trunk, disposition): int(number) for disposition, trunk, number in counted} == stored
    assert f'tocsin_replies_total{{reply="acknowledged"}} {len(PEOPLE)}.0' in seen.metrics
    assert 'tocsin_trunk_well{trunk="refuses"} 0.0' in seen.metrics
    assert 'tocsin_trunk_well{trunk="spare"} 1.0' in seen.metrics
    assert 'tocsin_trunk_reachable{trunk="refuses"} 1.0' in seen.metrics
    assert 'tocsin_trunk_reachable{trunk="spare"} 0.0' in seen.metrics


async def test_one_id_leads_from_the_alert_to_the_channel(seen: Seen) -> None:
    lines = [line for line in seen.log.splitlines() if " call_out" in line or "trunk_fault " in line]
    assert lines
    assert all(re.search(r"alert=1\b.*call=[0-9a-f]{32}", line) for line in lines)
    assert not re.search(r"4185550\d{3}", seen.log)
