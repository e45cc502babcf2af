"""`/v1/jobs`: long acts, which go on whoever asked for them goes away."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class JobView(Struct, frozen=True, kw_only=True):
    """`progress` and `result` by kind (see above). `error`: why it was given up. `ended_at`: None while it goes
    on."""

    id: int
    kind: str
    subject: str
    by: str
    at: str
    progress: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    ended_at: str | None


class JobBegun(Struct, frozen=True, kw_only=True):
    """A job that is stored, and will be done. `warnings`: what is probably not meant. `running`: whether a service
    runs, which does it to its end whoever goes away, and lets alerts out. `timezone`: of the town's clocks."""

    job: JobView
    warnings: tuple[str, ...]
    running: bool
    timezone: str
