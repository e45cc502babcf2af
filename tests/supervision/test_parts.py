"""Parts of the service that end: started again, with a growing delay, and shown."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from supervision.parts import MOST_VITAL, BackOff, Part, PartFailed, Parts, PartState

SOON_S = 10.0
QUICK = BackOff(0.001, 0.01, 0.01, 0.05)


def now() -> datetime:
    return datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


async def until(part: Part, state: PartState) -> None:
    async with asyncio.timeout(SOON_S):
        while part.state is not state:
            await asyncio.sleep(0)


class Work:
    """Fails so many times, then goes on."""

    def __init__(self, *failures: BaseException | None) -> None:
        self.failures = list(failures)
        self.began = 0
        self.works = asyncio.Event()

    async def __call__(self, _: Part) -> None:
        self.began += 1
        await asyncio.sleep(0)
        if self.failures:
            failure = self.failures.pop(0)
            if failure is not None:
                raise failure
            return
        self.works.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("failure", [ValueError("no such text"), PartFailed("the port is taken"), None])
async def test_a_part_that_ends_is_started_again_and_shown(failure: Exception | None) -> None:
    work = Work(failure)
    told: list[str] = []
    all_of_them = Parts(now, told.append)
    async with all_of_them.running("reports", work, remedy="look") as part:
        await until(part, PartState.FAILED)
        assert (part.state, part.error) == (PartState.FAILED, str(failure or "it ended by itself"))
        assert part.remedy == "look"
        await asyncio.wait_for(work.works.wait(), SOON_S)
        assert (part.state, part.restarts) == (PartState.TRIED, 1)
        assert [each.name for each in all_of_them.all] == ["reports"]
    assert all_of_them.all == []
    assert told == []


async def test_a_failure_brings_its_own_remedy() -> None:
    async with Parts(now, print).running("metrics", Work(PartFailed("taken", remedy="choose another"))) as part:
        await until(part, PartState.FAILED)
        assert part.view() == {
            "name": "metrics",
            "vital": False,
            "state": "failed",
            "error": "taken",
            "remedy": "choose another",
            "restarts": 0,
            "since": "2026-03-04T15:00:00+00:00",
        }


@pytest.mark.parametrize(
    ("vital", "delays"), [(False, [0.5, 1, 2, 4, 8, 16, 32, 60, 60]), (True, [0.5, 1, 2, 4, 5, 5, 5, 5, 5])]
)
def test_the_delay_grows_and_is_bounded(vital: bool, delays: list[float]) -> None:
    assert [BackOff().delay_s(in_a_row, vital=vital) for in_a_row in range(1, 10)] == delays
    assert BackOff().delay_s(100_000, vital=vital) == delays[-1]


async def test_a_part_that_is_up_for_long_is_well_again() -> None:
    async with Parts(now, print, QUICK).running("sweep", Work(ValueError())) as part:
        await until(part, PartState.TRIED)
        await until(part, PartState.RUNNING)
        assert (part.restarts, part.in_a_row, part.error) == (1, 0, "ValueError")


async def test_a_vital_part_that_never_works_gives_up_in_words() -> None:
    told: list[str] = []
    work = Work(*[ValueError("no link")] * MOST_VITAL)
    async with Parts(now, told.append, QUICK).running("dialer", work, vital=True):
        await asyncio.wait_for(work.works.wait(), SOON_S)
    assert told == ["The dialer failed: no link"]


async def test_what_is_cancelled_inside_a_part_is_a_failure_of_it() -> None:
    async def waits_for_what_is_cancelled(_: Part) -> None:
        other = asyncio.get_running_loop().create_future()
        other.cancel()
        await other

    all_of_them = Parts(now, print)
    async with all_of_them.running("texts", waits_for_what_is_cancelled) as part:
        await until(part, PartState.FAILED)
        assert (part.state, part.error) == (PartState.FAILED, "what it waited for was cancelled")


async def test_a_part_that_complains_goes_on() -> None:
    async with Parts(now, print).running("reports", Work()) as part:
        part.complain("alert 3 has none", remedy="free some room")
        assert (part.state, part.error, part.remedy) == (PartState.TROUBLED, "alert 3 has none", "free some room")
        part.well()
        assert (part.state, part.restarts) == (PartState.RUNNING, 0)
