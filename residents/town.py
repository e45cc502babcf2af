"""What the use cases of a resident are given, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.engine.store import Store


@dataclass(frozen=True, slots=True)
class Town:
    """`now`: the clock. `area_codes`: those that may be called and texted. `organization`: opens texts. `texts`: there
    is a carrier for them."""

    store: Store
    area_codes: frozenset[str]
    organization: str
    now: Callable[[], datetime]
    texts: bool = False
