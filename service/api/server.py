"""The API on a Unix socket in the home. Who may open it has all rights; the user at the other end is the author."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import structlog
from aiohttp import web

from records.client import SOCKET, short_path
from service.api import (
    administration,
    alerts,
    all_clear,
    imports,
    jobs,
    numbers,
    problems,
    reports,
    residents,
    staff,
    status,
    streets,
    templates,
    topics,
)
from service.api.lines import Works
from service.api.requests import Requests
from service.api.route import VERSION, ApiRequest, ApiTown, Route
from staff import authors
from supervision.parts import PartFailed

ROUTES: Sequence[Route] = (
    *(*status.ROUTES, *alerts.ROUTES, *all_clear.ROUTES, *jobs.ROUTES, *reports.ROUTES),
    *(*residents.ROUTES, *imports.ROUTES, *streets.ROUTES, *topics.ROUTES, *numbers.ROUTES),
    *(*staff.ROUTES, *templates.ROUTES, *administration.ROUTES),
)
WITHOUT = "commands do their work by themselves, and what they store is seen up to half a second later"
LARGEST = 1 << 26
"""Octets of a request that is a record: an alert to a million numbers."""
PIECE = 1 << 18
"""Octets of a file that are taken at once."""

log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def run(town: ApiTown) -> None:
    """Until cancelled. Raises PartFailed: the service goes on without."""
    try:
        async with served(town):
            await asyncio.Event().wait()
    except OSError as error:
        log.warning("api_not_served", error=str(error), meaning=WITHOUT)
        raise PartFailed(str(error), remedy=f"until it works, {WITHOUT}") from error


@contextlib.asynccontextmanager
async def served(town: ApiTown, home: Path | None = None) -> AsyncIterator[None]:
    """`home`: where the socket is, when not in the town's own. Raises OSError where there can be none."""
    home = home or town.home
    runner = web.AppRunner(_app(town), access_log=None)
    await runner.setup()
    with _bound(home) as listening:
        try:
            await web.SockSite(runner, listening).start()
            yield
        finally:
            await runner.cleanup()
            (home / SOCKET).unlink(missing_ok=True)


@contextlib.contextmanager
def _bound(home: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        new = home / f"{SOCKET}.new"
        new.unlink(missing_ok=True)
        with short_path(home) as folder:
            listening.bind(f"{folder}/{new.name}")
        new.chmod(0o600)
        listening.listen()
        new.rename(home / SOCKET)
        yield listening


def _app(town: ApiTown) -> web.Application:
    app = web.Application(client_max_size=LARGEST, middlewares=[_in_problems])
    requests, works = Requests(town), Works()
    app.on_shutdown.append(works.end)
    for route in ROUTES:
        app.router.add_route(route.method, VERSION + route.path, _handler(route, town, requests, works))
    return app


def _handler(route: Route, town: ApiTown, requests: Requests, works: Works) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        asked = ApiRequest(town, _author(request), dict(request.match_info), request.query)
        if route.body is bytes:
            return _response(route, await route.use(asked, request.content.iter_chunked(PIECE)))
        body = await request.read()
        records = [msgspec.json.decode(body, type=route.body)] if route.body else []
        if route.tells:
            return await works.answer(request, lambda tell: route.use(replace(asked, tell=tell), *records))
        work = functools.partial(route.use, asked, *records)
        if (key := request.headers.get("Idempotency-Key", "")) and request.method == "POST":
            return await requests.once(key, request, body, work, by=asked.by)
        return _response(route, await work())

    return answer


@web.middleware
async def _in_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong is told in one form."""
    try:
        return await handler(request)
    except Exception as error:
        return problems.response(problems.of(error))


def _response(route: Route, answer: Any) -> web.StreamResponse:
    if isinstance(answer, Path):
        return web.FileResponse(answer, headers={"Content-Type": route.media_type})
    octets = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
    return web.Response(body=octets, content_type=route.media_type)


def _author(request: web.Request) -> str:
    """The user of the program at the other end (SO_PEERCRED, unix(7))."""
    peer = request.get_extra_info("socket")
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return authors.of_user(user)
