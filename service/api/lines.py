"""Answers that tell on the way how far the work is (`records.progress`). The work goes on to its end, whoever asked for
it goes away; with the program it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from records.progress import MEDIA_TYPE, Progress, ProgressLine
from service.api import problems
from upkeep.equipment import Tell

QUIET_S = 15.0
"""Then an empty line shows that the work goes on: a client gives up after records.client.ANSWER_S without one."""
Lines = asyncio.Queue[ProgressLine]
Work = Callable[[Tell], Awaitable[object]]


class Works:
    """Those under way of one API."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._answers = set[asyncio.Future[Any]]()

    async def answer(self, request: web.Request, work: Work) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": MEDIA_TYPE})
        await response.prepare(request)
        lines = Lines()
        answer = asyncio.gather(_do(work, lines), self._write(lines, response))
        self._answers.add(answer)
        try:
            await answer
        finally:
            self._answers.discard(answer)
        return response

    async def end(self, _: web.Application) -> None:
        """The program is not held up by them."""
        for answer in self._answers:
            answer.cancel()

    async def _write(self, lines: Lines, response: web.StreamResponse) -> None:
        line = ProgressLine()
        while line.result is None and line.problem is None:
            try:
                line = await asyncio.wait_for(lines.get(), self._quiet_s)
            except TimeoutError:
                octets = b"\n"
            else:
                octets = msgspec.json.encode(line) + b"\n"
            with contextlib.suppress(ConnectionError):  # nobody listens any more
                await response.write(octets)


async def _do(work: Work, lines: Lines) -> None:
    def tell(progress: Progress) -> None:
        lines.put_nowait(ProgressLine(progress=progress))

    try:
        result = await work(tell)
    except Exception as error:
        lines.put_nowait(ProgressLine(problem=problems.of(error)))
    else:
        lines.put_nowait(ProgressLine(result=result))
