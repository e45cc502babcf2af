"""Group commit: what many ask for at the same moment is written in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from db.engine.errors import StoreFull, StoreLocked
from supervision.tasks import is_cancelled

PASSING = (StoreLocked, StoreFull)
AGAIN_S = 1.0

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Collects items while a batch is being written, and writes them together next.

    The batches run in a task of their own: a caller that is cancelled does not stop the others' work. `patient`: items
    wait, in their order, until a full disk has room again or another program lets go of the database.

    What nobody waits for may come within a moment (`within_s`): a transaction costs as much for one as for dozens.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        most: int,
        patient: bool = False,
        again_s: float = AGAIN_S,
    ) -> None:
        self._write, self._most, self._patient, self._again_s = write, most, patient, again_s
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._due = math.inf
        self._hurry = asyncio.Event()

    def put(self, item: Item, *, within_s: float = 0.0) -> asyncio.Future[Result]:
        """Done once the item is committed; raises what writing it raised. It is begun within that time."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if (due := loop.time() + within_s) < self._due:
            self._due = due
            self._hurry.set()
        if self._writer is None:
            self._writer = asyncio.create_task(self._drain())
        return future

    async def close(self) -> None:
        """Write what is waiting, if it can be written now."""
        self._patient = False
        self._due = 0.0
        self._hurry.set()
        if self._writer is not None:
            await self._writer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._until_due()
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._due = 0.0 if self._waiting else math.inf
                await self._settle(batch)
        finally:
            self._writer = None

    async def _until_due(self) -> None:
        while (left := self._due - asyncio.get_running_loop().time()) > 0:
            self._hurry.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._hurry.wait()

    async def _settle(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            written = list(zip(batch, await self._written([item for item, _ in batch]), strict=True))
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            await self._one_by_one(batch, RuntimeError("the write was cancelled"))
            return
        except Exception as error:
            await self._one_by_one(batch, error)
            return
        for (_, future), result in written:
            if not future.done():
                future.set_result(result)

    async def _written(self, items: Sequence[Item]) -> Sequence[Result]:
        while True:
            try:
                return await self._write(items)
            except PASSING:
                if not self._patient:
                    raise
            await asyncio.sleep(self._again_s)

    async def _one_by_one(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]], error: Exception) -> None:
        """One bad item must not take the others down."""
        if len(batch) > 1:
            for single in batch:
                await self._settle([single])
        elif not batch[0][1].done():
            batch[0][1].set_exception(error)
