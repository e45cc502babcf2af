"""How far a request is that takes its time: an answer in lines of JSON, of which the last says what came of it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from records.problem import Problem

MEDIA_TYPE = "application/x-ndjson"


class Progress(Struct, frozen=True, kw_only=True):
    """`what`: the piece of work that was done last."""

    done: int
    of: int
    what: str


class ProgressLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the three. `result`: the answer, on the last line; `problem`: on the last line, why there is none."""

    progress: Progress | None = None
    result: Any = None
    problem: Problem | None = None
