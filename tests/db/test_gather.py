"""What waits to be written, when it can't be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from db.engine.errors import StoreDamaged, StoreError, StoreFull, StoreLocked
from db.engine.group_commit import GroupCommit

SOON_S = 0.01


class Disk:
    """Raises its troubles one after the other, then takes everything."""

    def __init__(self, *troubles: StoreError) -> None:
        self.troubles = list(troubles)
        self.taken: list[int] = []

    async def write(self, items: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0)
        if self.troubles:
            raise self.troubles.pop(0)
        self.taken += items
        return items


async def test_the_patient_wait_in_their_order_until_there_is_room() -> None:
    disk = Disk(StoreFull("full"), StoreLocked("locked"))
    patient = GroupCommit[int, int](disk.write, most=2, patient=True, again_s=SOON_S)
    assert await asyncio.gather(*(patient.put(number) for number in range(5))) == [0, 1, 2, 3, 4]
    assert disk.taken == [0, 1, 2, 3, 4]


async def test_the_others_are_told_at_once() -> None:
    hasty = GroupCommit[int, int](Disk(StoreFull("full"), StoreFull("full")).write, most=2)
    with pytest.raises(StoreFull):
        await hasty.put(1)
    with pytest.raises(StoreDamaged):
        await GroupCommit[int, int](
            Disk(*[StoreDamaged("damaged")] * 2).write, most=2, patient=True, again_s=SOON_S
        ).put(1)


async def test_at_the_end_nobody_waits_any_more() -> None:
    endless = GroupCommit[int, int](Disk(*[StoreFull("full")] * 1000).write, most=2, patient=True, again_s=SOON_S)
    waiting = endless.put(1)
    await asyncio.sleep(0.03)
    await asyncio.wait_for(endless.close(), 5)
    with pytest.raises(StoreFull):
        await waiting


async def test_what_may_come_within_a_moment_is_written_together_in_its_order() -> None:
    disk = Disk()
    batches: list[Sequence[int]] = []

    async def write(items: Sequence[int]) -> Sequence[int]:
        batches.append(items)
        return await disk.write(items)

    unhurried = GroupCommit[int, int](write, most=10)
    first = [unhurried.put(number, within_s=0.05) for number in range(3)]
    await asyncio.sleep(0.01)
    assert not batches
    assert await asyncio.gather(*first) == [0, 1, 2]
    unhurried.put(3, within_s=60.0)
    assert await unhurried.put(4) == 4, "one that somebody waits for takes the others along"
    assert batches == [[0, 1, 2], [3, 4]]
    unhurried.put(5, within_s=60.0)
    await unhurried.close()
    assert disk.taken == [0, 1, 2, 3, 4, 5]


async def test_a_write_that_was_cancelled_is_told_to_whoever_waits_and_the_next_are_written() -> None:
    written: list[int] = []

    async def write(items: Sequence[int]) -> Sequence[int]:
        if 1 in items:
            other = asyncio.get_running_loop().create_future()
            other.cancel()
            await other
        written.extend(items)
        return items

    gather: GroupCommit[int, int] = GroupCommit(write, most=10)
    first = gather.put(1)
    with pytest.raises(RuntimeError, match="cancelled"):
        await asyncio.wait_for(first, 5)
    assert await gather.put(2) == 2
    assert written == [2]


async def test_a_write_that_tells_too_little_fails_and_leaves_nobody_waiting() -> None:
    async def forgetful(items: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0)
        return items[:0]

    gather = GroupCommit[int, int](forgetful, most=5)
    with pytest.raises(ValueError, match="zip"):
        await asyncio.wait_for(gather.put(1), 2)
