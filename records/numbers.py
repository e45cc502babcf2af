"""`/v1/numbers`: those that are suspected or dead."""

from __future__ import annotations

from msgspec import Struct


class ReviveRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of: a `number`, in any usual form; all that an `alert` found; all found `since` a moment by the town's
    clocks."""

    number: str = ""
    alert: int = 0
    since: str = ""


class Doubted(Struct, frozen=True, kw_only=True):
    """A number of which a network said that it does not exist: E.164. `was`: suspected or dead."""

    number: str
    channel: str
    was: str
    said_at: str


class Revived(Struct, frozen=True, kw_only=True):
    """In the order of the numbers."""

    numbers: tuple[Doubted, ...]
    timezone: str
