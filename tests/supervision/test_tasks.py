"""Tasks that fail: what they raised is seen, what they left open is settled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from prometheus_client import REGISTRY

from supervision.tasks import Tasks


async def fails(error: BaseException) -> None:
    await asyncio.sleep(0)
    raise error


async def waits_for_what_is_cancelled() -> None:
    other = asyncio.get_running_loop().create_future()
    other.cancel()
    await other


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("tocsin_task_failures_total", {"task": kind}) or 0.0


@pytest.mark.parametrize(
    "work", [lambda: fails(ValueError("no")), lambda: fails(OSError("disk")), waits_for_what_is_cancelled]
)
async def test_what_a_task_raises_is_logged_counted_and_settled(work: Any) -> None:
    tasks = Tasks[str](f"kind {id(work)}")
    settled: list[Exception] = []

    async def settle(error: Exception) -> None:
        settled.append(error)

    await tasks.start("a", work(), settle=settle)
    assert len(settled) == 1
    assert counted(tasks.kind) == 1
    assert len(tasks) == 0


async def test_settling_is_tried_until_it_succeeds() -> None:
    tasks = Tasks[int]("text")
    tries = 0

    async def settle(_: Exception) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise LookupError("not yet")

    await tasks.start(1, fails(ValueError()), settle=lambda error: settle(error))
    assert tries == 3


async def test_a_cancelled_task_is_not_settled() -> None:
    tasks = Tasks[int]("call")
    ended: list[str] = []

    async def settle(_: Exception) -> None:
        ended.append("settled")

    tasks.start(1, asyncio.sleep(60), settle=settle, over=lambda: ended.append("over"))
    await asyncio.sleep(0)
    assert list(tasks) == [1]
    await tasks.close()
    assert ended == ["over"]
    assert 1 not in tasks


async def test_a_task_that_is_being_settled_can_be_cancelled() -> None:
    tasks = Tasks[int]("call")

    async def never(_: Exception) -> None:
        raise LookupError

    tasks.start(1, fails(ValueError()), settle=never)
    await asyncio.sleep(0.05)
    assert 1 in tasks
    await tasks.close()
    assert len(tasks) == 0


async def test_a_second_task_under_a_key_is_not_forgotten_when_the_first_ends() -> None:
    tasks = Tasks[int]("call")
    first: Coroutine[Any, Any, None] = asyncio.sleep(0)
    tasks.start(1, first)
    second = asyncio.Event()
    tasks.start(1, second.wait())
    for _ in range(5):
        await asyncio.sleep(0)
    assert 1 in tasks
    second.set()
    await tasks.wait(10)
    assert 1 not in tasks


async def test_what_is_kept_going_begins_again() -> None:
    tasks, begun = Tasks[str]("kept"), 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise ValueError("no")
        await asyncio.Event().wait()

    tasks.keep("a", work)
    async with asyncio.timeout(5):
        while begun < 3:
            await asyncio.sleep(0.02)
    assert counted("kept") == 1
    await tasks.close()
    assert len(tasks) == 0
