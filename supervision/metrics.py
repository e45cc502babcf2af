"""What is counted of tasks and parts, for Prometheus (docs/metrics.md)."""

from __future__ import annotations

from prometheus_client import Counter

FAILURES = Counter("tocsin_task_failures", "Tasks that ended by an exception that nothing expected", ["task"])
RESTARTS = Counter("tocsin_part_restarts", "Times that a part of the service was started again", ["part"])
