"""What is counted of calls out, for Prometheus (docs/metrics.md)."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from prometheus_client import Counter, Histogram

from rules.outcome import Disposition, Outcome

CALLS = Counter("tocsin_calls", "Calls out that have ended", ["trunk", "disposition"])
SECONDS = Histogram(
    "tocsin_call_seconds",
    "From the order of a call to its end",
    ["disposition"],
    buckets=(1, 5, 10, 20, 30, 45, 60, 90, 120, 300),
)
VERDICTS = Counter("tocsin_answering_verdicts", "Who answered, as judged by ear", ["verdict"])
ANNOUNCEMENTS = Counter("tocsin_announcements", "What tones of the network or of a fax said", ["announcement"])
REPLIES = Counter("tocsin_replies", "Keys that residents pressed", ["reply"])
FAULTS = Counter("tocsin_trunk_faults", "Calls that a trunk failed by its own fault", ["trunk", "sip"])

Metric = TypeVar("Metric", Counter, Histogram)

BY_EAR = {Disposition.HUMAN, Disposition.MACHINE}


def count(trunk: str, outcome: Outcome, seconds: float) -> None:
    """One call has ended."""
    _of(CALLS, trunk, outcome.disposition).inc()
    _of(SECONDS, outcome.disposition).observe(seconds)
    if outcome.disposition in BY_EAR:
        _of(VERDICTS, outcome.disposition).inc()
        _of(REPLIES, outcome.reply).inc()
    if outcome.announcement:
        _of(ANNOUNCEMENTS, outcome.announcement).inc()
    if outcome.disposition is Disposition.TRUNK_FAULT:
        _of(FAULTS, trunk, outcome.sip or "none").inc()


@lru_cache(maxsize=1024)
def _of(metric: Metric, *labels: object) -> Metric:
    """Looking it up costs more than counting."""
    return metric.labels(*labels)
