"""What comes as sound: tones of the network or of a fax machine, which tell nobody anything, and keys."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from lab.stage import Stage
from tests.live.conftest import StageIn, calls, residents, send, shown

BUSY, INTERCEPT, FAX, CALLING_FAX, KEY = (f"41855502{last}" for last in (35, 36, 37, 38, 39))
HEARD_S = 2.0
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answered(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    async with stage_in(TOCSIN_REDIALS="0", TOCSIN_REDIAL_DELAY_S="1") as play:
        await play.start()
        file = residents(tmp_path_factory.mktemp("csv") / "town.csv", [BUSY, INTERCEPT, FAX, CALLING_FAX, KEY])
        assert (await play.tocsin("contacts", "import", str(file))).status == 0
        await caller_presses_1(play)
        sent = await send(play, "--channels", "voice")
        result = await shown(play, sent["id"], "--watch")
        people = {calls(each)[0]["address"].removeprefix("+1"): each for each in result["deliveries"]}
        yield people | {"log": play.log.read_text()}


async def caller_presses_1(play: Stage) -> None:
    """As sound alone."""
    async with play.town.handset(KEY) as phone:
        await phone.until_speaking(1.5)
        sound = play.town.home / "voices/key-1"
        await play.town.link.play(phone._id, "pressed", [f"sound:{sound}"])
        await asyncio.sleep(HEARD_S)


@pytest.mark.parametrize(("number", "times"), [(BUSY, 1), (INTERCEPT, 1), (FAX, 2), (CALLING_FAX, 2)])
async def test_told_to_nobody(answered: dict[str, Any], number: str, times: int) -> None:
    delivery = answered[number]
    assert delivery["outcome"] == "unreached"
    assert [call["disposition"] for call in calls(delivery)] == ["network"] * times


async def test_a_key_that_comes_as_sound_alone_acknowledges(answered: dict[str, Any]) -> None:
    assert answered[KEY]["outcome"] == "acknowledged"
    assert [call["disposition"] for call in calls(answered[KEY])] == ["human"]


async def test_a_caller_chooses_by_a_key_that_comes_as_sound_alone(answered: dict[str, Any]) -> None:
    (over,) = [line for line in answered["log"].splitlines() if "call_in_over" in line]
    assert re.search(r"path.{0,4}enrol", over), over
