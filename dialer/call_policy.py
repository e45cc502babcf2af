"""How calls are placed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rules import quiet_hours
from rules.model import Purpose


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """How calls are placed. `name` and `number` (E.164): what residents see; `ring_s`: before a call counts as not
    answered; `zone`: where it decides which alerts may ring at this hour; `calls_an_hour`: to one number, over all
    alerts but emergencies."""

    name: str
    number: str
    ring_s: float
    zone: str = "America/Toronto"
    calls_an_hour: int | None = None

    def purposes(self, now: datetime) -> frozenset[Purpose]:
        """Those of the alerts that may ring."""
        return quiet_hours.may_ring(now.astimezone(ZoneInfo(self.zone)))
