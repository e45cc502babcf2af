"""What is counted of calls that come in, for Prometheus (docs/metrics.md)."""

from __future__ import annotations

from prometheus_client import Counter

CALLS_IN = Counter("tocsin_calls_in", "Calls that came in and have ended, by what was chosen first", ["chosen"])
