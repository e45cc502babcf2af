"""The one way to start a task: what it raises is logged and counted, and the work that it left open is settled.

calls = Tasks[str]("call")
calls.start(attempt.id, follow(attempt), settle=lambda error: close(attempt))
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, Coroutine, Hashable, Iterator
from typing import Any, Generic, TypeVar

import structlog
import tenacity

from supervision.metrics import FAILURES

LONGEST_S = 5.0  # between two tries to settle
FIRST_S = 0.2


Key = TypeVar("Key", bound=Hashable)
Settle = Callable[[Exception], Awaitable[object]]

log = structlog.get_logger()


class Tasks(Generic[Key]):
    """The running tasks of one kind, each under a key of its own. `kind` names them in the log and in metrics; `event`
    is the line of the log when one fails."""

    def __init__(self, kind: str, *, event: str = "task_failed") -> None:
        self.kind = kind
        self._event = event
        self._running: dict[Key, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def __contains__(self, key: object) -> bool:
        return key in self._running

    def __iter__(self) -> Iterator[Key]:
        return iter(tuple(self._running))

    def start(
        self,
        key: Key,
        work: Coroutine[Any, Any, object],
        *,
        settle: Settle | None = None,
        over: Callable[[], object] | None = None,
    ) -> asyncio.Task[None]:
        """Run `work` in a task. It raises nothing but its own cancellation.

        When `work` raises, `settle` is awaited with what it raised, within the same task: again and again with a
        growing delay of at most LONGEST_S until it succeeds. `over` is told at the end, whatever the end was.
        """
        task = asyncio.create_task(self._supervised(key, work, settle))
        self._running[key] = task
        task.add_done_callback(lambda done: self._done(key, done, over))
        return task

    def keep(self, key: Key, work: Callable[[], Coroutine[Any, Any, object]]) -> asyncio.Task[None]:
        """The same for work without an end: when it raises, it begins again after a growing delay of at most
        LONGEST_S."""
        return self.start(key, work(), settle=lambda _: work())

    async def wait(self, limit_s: float | None = None, *, but: Container[Key] = ()) -> None:
        """Until all that run now have ended, `but` some, at most so long."""
        if tasks := [task for key, task in self._running.items() if key not in but]:
            await asyncio.wait(tasks, timeout=limit_s)

    async def close(self) -> None:
        """Cancel them all and wait for their ends."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, key: Key, task: asyncio.Task[None], over: Callable[[], object] | None) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        if over is not None:
            over()

    async def _supervised(self, key: Key, work: Coroutine[Any, Any, object], settle: Settle | None) -> None:
        try:
            await work
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            await self._failed(key, RuntimeError("what the task waited for was cancelled"), settle)
        except Exception as error:
            await self._failed(key, error, settle)

    async def _failed(self, key: Key, error: Exception, settle: Settle | None) -> None:
        FAILURES.labels(self.kind).inc()
        log.error(self._event, task=self.kind, key=str(key), exc_info=error)
        if settle is not None:
            async for again in _persistent(self.kind, key):
                with again:
                    await settle(error)


def is_cancelled() -> bool:
    """Whether a CancelledError is the running task's own: else something that it waited for was cancelled, which is a
    failure like any other."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _persistent(kind: str, key: object) -> tenacity.AsyncRetrying:
    """Until it returns, whatever it raises but cancellation; each failure is logged."""

    def complain(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        log.error("task_not_settled_yet", task=kind, key=str(key), error=repr(error))

    return tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(Exception),
        wait=tenacity.wait_exponential(multiplier=FIRST_S, max=LONGEST_S),
        before_sleep=complain,
    )
