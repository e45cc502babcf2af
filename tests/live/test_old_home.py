"""A home that an older version wrote: its residents are called and texted in the town that it knows."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lab.stage import Installation
from tests.live.conftest import StageIn, send, shown
from tests.tocsin import homes

END_S = 60.0


async def ended(play: Installation, alert_id: int) -> dict[str, Any]:
    async with asyncio.timeout(END_S):
        while (result := await shown(play, alert_id))["counts"]["waiting"] + result["counts"]["ringing"]:
            await asyncio.sleep(0.5)
    return result


@pytest.mark.asyncio
async def test_its_residents_are_told(stage_in: StageIn) -> None:
    async with stage_in() as play:
        play.home.mkdir(parents=True)
        homes.lay_out(play.home)
        await play.start()
        numbers = ("4185550101", "4185550118", "4185550110", "4185550130")
        to = [word for number in numbers for word in ("--to", f"number:{number}")]
        result = await ended(play, (await send(play, *to))["id"])
    outcomes = {each["name"]: (each["outcome"], each.get("reason", "")) for each in result["deliveries"]}
    assert {name: outcome for name, (outcome, _) in outcomes.items()} == {
        "Aline Roy": "acknowledged",
        "Rachel Adams": "acknowledged",
        "Jacques Morin": "left_out",
        "Victor Thibault": "left_out",
    }
    assert outcomes["Jacques Morin"][1] == outcomes["Victor Thibault"][1] == "opted out"
