"""A carrier that says 183 and never 180: each person is called as often as they should be, and no trunk is blamed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from lab.carrier import CarrierLeg, Script, carrier
from tests.live.alone import alert, alone, known
from tests.live.conftest import dispositions, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

RING_S = 17  # longer than Asterisk waits for a first sign (timer_b)
ANSWERED, UNANSWERED, BUSY, DEAD = 8, 6, 2, 1
LINES = {"channels": 40, "calls_per_second": 20}


async def is_answered(leg: CarrierLeg) -> None:
    leg.say(183, sound=True)
    await asyncio.sleep(14)
    await leg.answer()
    while leg.first_sound is None:
        await asyncio.sleep(0.05)
    leg.press("1")


async def is_not_answered(leg: CarrierLeg) -> None:
    leg.say(183, sound=True)
    await leg.cancelled.wait()
    leg.say(487)


async def is_busy(leg: CarrierLeg) -> None:
    leg.say(183)
    await asyncio.sleep(2)
    leg.say(486)


async def does_not_exist(leg: CarrierLeg) -> None:
    leg.say(183, sound=True)
    await asyncio.sleep(3)
    leg.say(404)


PEOPLE: dict[str, tuple[Script, str, list[str]]] = {}
for kind, (script, people, outcome, calls) in enumerate(
    [
        (is_answered, ANSWERED, "acknowledged", ["human"]),
        (is_not_answered, UNANSWERED, "unreached", ["no_answer"] * 2),
        (is_busy, BUSY, "unreached", ["busy"] * 2),
        (does_not_exist, DEAD, "unreached", ["dead_number"]),
    ]
):
    PEOPLE |= {f"418555{60 + kind}{place:02}": (script, outcome, calls) for place in range(people)}


@dataclass
class Seen:
    result: dict[str, Any]
    log: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seen]:
    home = tmp_path_factory.mktemp("early")
    async with (
        carrier(lambda number: PEOPLE[number][0]) as network,
        alone(
            home, {"host": network.host, "qualify": False, **LINES}, TOCSIN_RING_S=str(RING_S), TOCSIN_REDIALS="1"
        ) as play,
    ):
        await play.start()
        await known(play, list(PEOPLE))
        result = await alert(play, list(PEOPLE), "--wait")
        yield Seen(await shown(play, result["id"]), play.log.read_text())


@pytest.mark.parametrize("number", PEOPLE)
async def test_each_is_called_as_often_as_they_should_be(number: str, seen: Seen) -> None:
    _, outcome, calls = PEOPLE[number]
    (delivery,) = [each for each in seen.result["deliveries"] if each["name"].endswith(number)]
    assert (delivery["outcome"], dispositions(delivery)) == (outcome, calls)


async def test_the_trunk_is_well(seen: Seen) -> None:
    assert "trunk_fault" not in seen.log
    assert "trunk_lines_learnt" not in seen.log
    print(Counter(each for delivery in seen.result["deliveries"] for each in dispositions(delivery)))
