"""`GET /v1/status`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Health(StrEnum):
    """Of a trunk, the worst first."""

    NO_ADDRESS = "no_address"  # the name of its host has none: no call is placed
    AT_FAULT = "at_fault"  # it rests, or is tried with one call at a time
    SILENT = "silent"  # calls hear nothing: others go first
    UNREACHABLE = "unreachable"  # no answer to OPTIONS: others go first
    CONGESTED = "congested"  # it gets fewer calls per second
    WELL = "well"


class QueueView(Struct, frozen=True, kw_only=True):
    """What waits: calls and texts that are due or will be."""

    calls: int
    texts: int


class UnderWay(Struct, frozen=True, kw_only=True):
    """An alert that is not over."""

    id: int
    title: str


class Status(Struct, frozen=True, kw_only=True):
    """`last_beat`: when a service on this store last said that it lives, None when there never was one. `disk_free`:
    octets where the home is. `state`: what the running service tells of itself; empty while none runs."""

    running: bool
    home: str
    last_beat: str | None
    queue: QueueView
    alerts: tuple[UnderWay, ...]
    disk_free: int
    state: dict[str, Any]
