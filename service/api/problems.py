"""From what use cases raise to errors of the API."""

from __future__ import annotations

import msgspec
import structlog
from aiohttp import web

from db.engine.errors import StoreError
from records.problem import MEDIA_TYPE, Problem, WrongField
from records.rejected import Rejected
from rules.operator_error import NotNow, NotThere, OperatorError

log = structlog.get_logger()

REFUSALS = (Rejected, NotThere, NotNow, msgspec.DecodeError)
"""Nothing was done: the same may be asked again."""

KINDS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (Rejected, 422, "rejected", "The request is not right"),
    (NotThere, 404, "not_found", "There is no such thing"),
    (NotNow, 409, "not_now", "It can't be done as things are"),
    (StoreError, 503, "store", "The store can't do its work"),
    (OperatorError, 500, "trouble", "It could not be done"),
    (msgspec.DecodeError, 400, "unreadable", "The request can't be read"),
    (ValueError, 400, "unreadable", "The request can't be read"),
)


def of(error: Exception) -> Problem:
    """Faults of ours are logged, and told without their inside."""
    if isinstance(error, web.HTTPException):
        why = f"{error.reason}: docs/api.md lists what can be asked for."
        return Problem(code="http", title=error.reason, status=error.status, detail=why)
    for kind, status, code, title in KINDS:
        if isinstance(error, kind):
            wrong: tuple[WrongField, ...] = error.wrong if isinstance(error, Rejected) else ()
            return Problem(code=code, title=title, status=status, detail=str(error), wrong=wrong)
    log.error("request_failed", exc_info=error)
    why = "Something in Tocsin failed: its log says what. Nothing else is affected; try it again."
    return Problem(code="fault", title="Tocsin failed", status=500, detail=why)


def response(problem: Problem) -> web.Response:
    return web.Response(body=msgspec.json.encode(problem), status=problem.status, content_type=MEDIA_TYPE)
