"""A request with a key is done once, however often it arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from db.staff import requests
from db.staff.requests import Before
from records.problem import Problem
from service.api import problems
from service.api.route import ApiTown

REUSED = Problem(
    code="key_reused",
    title="The key was used for another request",
    status=422,
    detail="This Idempotency-Key was given with another request: give each request a key of its own.",
)
UNDER_WAY = Problem(
    code="under_way",
    title="The request is under way",
    status=409,
    detail="This request is being done, or the service ended in the middle of it: look whether it was done "
    "(`tocsin alert list`, `tocsin contacts imports`) before you ask again with another key.",
)


class Requests:
    """Those of one API."""

    def __init__(self, town: ApiTown) -> None:
        self._town = town

    async def once(
        self, key: str, request: web.Request, body: bytes, work: Callable[[], Awaitable[Any]], *, by: str
    ) -> web.Response:
        """What `work` answers, a record, or answered before. Raises what it does."""
        store = self._town.store
        digest = hashlib.sha256(f"{request.method} {request.path_qs}\n".encode() + body).hexdigest()
        before = await requests.begin(store, key, digest, by=by, now=self._town.clock())
        if before is not None:
            return _before(before, digest)
        try:
            answer = msgspec.json.encode(await work())
        except problems.REFUSALS:  # nothing was done; after any other fault, something may have been
            await requests.forget(store, key)
            raise
        await requests.done(store, key, answer)
        return web.Response(body=answer, content_type="application/json")


def _before(request: Before, digest: str) -> web.Response:
    """What came of the request that had the key first."""
    if request.digest != digest:
        return problems.response(REUSED)
    if request.answer is None:
        return problems.response(UNDER_WAY)
    return web.Response(body=request.answer, content_type="application/json")
