"""What is counted of texts, for Prometheus (docs/metrics.md)."""

from __future__ import annotations

from prometheus_client import Counter

TEXTS = Counter(
    "tocsin_texts", "Texts: sent, not_sent, unknown, delivered, not_delivered (by part), received", ["result"]
)
