"""Killed, cut off and stalled in the middle of an alert: what residents' telephones saw beside what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

from lab.kill_test_blows import Blow, Victim
from lab.kill_test_people import residents
from lab.kill_test_report import told
from lab.kill_test_run import Blows, Ring

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = 16
PEOPLE = {run: residents(number, run=run, chance=Random(run)) for run, number in enumerate((40, 12))}
BETWEEN_S = 2.0
CUT_S = 1.0
STALL_S = 11.0  # longer than a command to Asterisk may take


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ring(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ring]:
    async with Ring.ready(tmp_path_factory.mktemp("ring"), channels=LINES, calls_per_second=20) as ring:
        await ring.move_in(PEOPLE)
        yield ring


async def kills(victim: Victim) -> None:
    """While some are listening, some ring, and some wait for a line."""
    for blow in (Blow.SERVICE, Blow.SERVICE, Blow.ASTERISK, Blow.CUT, Blow.BOTH):
        await asyncio.sleep(BETWEEN_S)
        await victim.strike(blow, CUT_S)


async def stall(victim: Victim) -> None:
    await asyncio.sleep(BETWEEN_S)
    await victim.strike(Blow.STALL, STALL_S)


@pytest.mark.parametrize(("run", "blows"), [(0, kills), (1, stall)])
async def test_nobody_is_lost_and_nobody_is_rung_twice(run: int, blows: Blows, ring: Ring) -> None:
    result = await ring.run(run, PEOPLE[run], blows)
    assert result.done
    assert not result.violations, told(ring, result)
    assert len(result.cases) == len(PEOPLE[run])
    assert result.calls > len(result.cases)
