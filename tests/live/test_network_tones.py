"""Telephones that the network or a fax machine answers: nobody is told, and nobody counts as told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.live.conftest import StageIn, calls, residents, send, shown

BUSY, INTERCEPT, FAX, CALLING_FAX = "4185550235", "4185550236", "4185550237", "4185550238"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answered(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    async with stage_in(TOCSIN_REDIALS="0", TOCSIN_REDIAL_DELAY_S="1") as play:
        await play.start()
        file = residents(tmp_path_factory.mktemp("csv") / "town.csv", [BUSY, INTERCEPT, FAX, CALLING_FAX])
        assert (await play.tocsin("contacts", "import", str(file))).status == 0
        sent = await send(play, "--channels", "voice")
        result = await shown(play, sent["id"], "--watch")
        yield {calls(each)[0]["address"].removeprefix("+1"): each for each in result["deliveries"]}


@pytest.mark.parametrize(("number", "times"), [(BUSY, 1), (INTERCEPT, 1), (FAX, 2), (CALLING_FAX, 2)])
async def test_told_to_nobody(answered: dict[str, Any], number: str, times: int) -> None:
    delivery = answered[number]
    assert delivery["outcome"] == "unreached"
    assert [call["disposition"] for call in calls(delivery)] == ["network"] * times
