"""Errors of the API (RFC 9457, application/problem+json)."""

from __future__ import annotations

from msgspec import Struct

MEDIA_TYPE = "application/problem+json"


class WrongField(Struct, frozen=True, kw_only=True):
    """One field of a request. `field`: its name in the request, "" for the request as a whole. `place`: within a long
    one."""

    field: str
    detail: str
    place: str = ""


class Problem(Struct, frozen=True, kw_only=True):
    """`code` is stable, for programs; `detail` says what is wrong and what to do, for people. `status`: of HTTP."""

    code: str
    title: str
    status: int
    detail: str
    wrong: tuple[WrongField, ...] = ()
