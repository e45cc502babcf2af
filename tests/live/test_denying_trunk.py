"""A trunk that answers 404 to every number of an alert: no number is suspected, and everybody is told in the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.alerts import alerts
from db.engine.store import Store
from db.residents import doubts
from lab.carrier import CarrierLeg, Script, carrier
from lab.stage import Installation
from tests.live.alone import alert, alone, known
from tests.live.conftest import dispositions, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY = [f"4185557{place:03}" for place in range(200)]
SOME = [f"4185558{place:03}" for place in range(40)]
DEAD = ["4185559001"]
LINES = {"channels": 60, "calls_per_second": 30, "qualify": False}
END_S = 150.0
REST_WITHIN_S = 35.0
PRESSES, AGAIN_S = 10, 2.0  # a key that goes down before the message does not answer it


@dataclass
class Denies:
    """Until it is mended, every number does not exist."""

    well: bool = False
    invites: list[float] = field(default_factory=list)

    def script_of(self, number: str) -> Script:
        return self.rings if self.well and number.removeprefix("+1") not in DEAD else self.denies

    async def denies(self, leg: CarrierLeg) -> None:
        self.invites.append(time.monotonic())
        leg.say(100)
        await asyncio.sleep(0.2)
        leg.say(404)

    async def rings(self, leg: CarrierLeg) -> None:
        self.invites.append(time.monotonic())
        leg.say(180)
        await asyncio.sleep(0.5)
        await leg.answer()
        while leg.first_sound is None:
            await asyncio.sleep(0.05)
        for _ in range(PRESSES):
            leg.press("1")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(leg.over.wait(), AGAIN_S)
                return


async def until(home: Path, alert_id: int, people: int, limit_s: float) -> float:
    """Seconds until so many have an outcome."""
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    began = time.monotonic()
    try:
        async with asyncio.timeout(limit_s):
            while sum(each.outcome is not None for each in await alerts.deliveries(store, alert_id)) < people:
                await asyncio.sleep(0.25)
    finally:
        await store.close()
    return time.monotonic() - began


async def doubted(home: Path) -> doubts.Tally:
    store = await Store.open(f"sqlite:///{home}/tocsin.db")
    try:
        return await doubts.tally(store)
    finally:
        await store.close()


async def rests_after(play: Installation) -> float:
    began = time.monotonic()
    async with asyncio.timeout(REST_WITHIN_S):
        while "trunk_fault" not in play.log.read_text():
            await asyncio.sleep(0.1)
    return time.monotonic() - began


@dataclass
class Alone:
    """What became of an alert on one such trunk, mended after a while, then of one to a single dead number."""

    rested_s: float
    result: dict[str, Any]
    tally: doubts.Tally
    log: str
    calls: int
    single: dict[str, Any]
    single_s: float
    single_tally: doubts.Tally


async def on_one_trunk(home: Path) -> Alone:
    far = Denies()
    async with carrier(far.script_of) as network, alone(home, {"host": network.host, **LINES}) as play:
        await play.start()
        await known(play, [*MANY, *DEAD])
        alert_id = (await alert(play, MANY))["id"]
        rested_s = await rests_after(play)
        await asyncio.sleep(3)
        calls = len(far.invites)
        far.well = True
        await until(home, alert_id, len(MANY), END_S)
        result, tally = await shown(play, alert_id), await doubted(home)
        single = (await alert(play, DEAD))["id"]
        single_s = await until(home, single, 1, 60)
        await asyncio.sleep(0.5)
        log, ended = play.log.read_text(), await shown(play, single)
        return Alone(rested_s, result, tally, log, calls, ended, single_s, await doubted(home))


@dataclass
class Beside:
    """What became of an alert with a second trunk that is well."""

    result: dict[str, Any]
    told_s: float
    tally: doubts.Tally


async def beside_a_well_trunk(home: Path) -> Beside:
    bad, good = Denies(), Denies(well=True)
    async with carrier(bad.script_of) as denies, carrier(good.script_of) as carries:
        trunks = [
            {"name": "denies", "host": denies.host, **LINES},
            {"name": "carries", "host": carries.host, **LINES},
        ]
        async with alone(home, {}, TOCSIN_TRUNKS=json.dumps(trunks)) as play:
            await play.start()
            await known(play, SOME)
            alert_id = (await alert(play, SOME))["id"]
            told_s = await until(home, alert_id, len(SOME), 60)
            return Beside(await shown(play, alert_id), told_s, await doubted(home))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def by_itself(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alone]:
    yield await on_one_trunk(tmp_path_factory.mktemp("denies"))


async def test_it_rests_soon_and_names_the_number_format(by_itself: Alone) -> None:
    print("rested after", by_itself.rested_s, "s and", by_itself.calls, "calls")
    assert by_itself.rested_s <= REST_WITHIN_S
    assert by_itself.calls <= len(MANY)
    (first, *_) = [line for line in by_itself.log.splitlines() if "trunk_fault" in line]
    assert "check this trunk's number_format in TOCSIN_TRUNKS first" in first
    assert "trunk_well_again" in by_itself.log


async def test_no_number_is_suspected_and_everybody_is_told(by_itself: Alone) -> None:
    assert by_itself.tally == doubts.Tally()
    assert Counter(each["outcome"] for each in by_itself.result["deliveries"]) == {"acknowledged": len(MANY)}
    for delivery in by_itself.result["deliveries"]:
        *before, last = dispositions(delivery)
        assert last == "human"
        assert set(before) <= {"trunk_fault"}


async def test_an_alert_to_one_dead_number_ends_by_itself(by_itself: Alone) -> None:
    print("ended after", by_itself.single_s, "s")
    (delivery,) = by_itself.single["deliveries"]
    assert (delivery["outcome"], dispositions(delivery)) == ("unreached", ["dead_number"])
    assert by_itself.single["status"] == "done"
    assert by_itself.single_s < REST_WITHIN_S
    assert (by_itself.single_tally.suspected, by_itself.single_tally.dead) == (1, 0)


async def test_with_a_second_trunk_all_are_told_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    seen = await beside_a_well_trunk(tmp_path_factory.mktemp("beside"))
    print("told after", seen.told_s, "s")
    assert Counter(each["outcome"] for each in seen.result["deliveries"]) == {"acknowledged": len(SOME)}
    assert seen.tally == doubts.Tally()
    assert seen.told_s < REST_WITHIN_S
