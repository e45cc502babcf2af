from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules import hourly_limit

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes_ago", "most", "free_in"),
    [
        ([], 4, 0),
        ([50, 40, 30], 4, 0),
        ([50, 40, 30, 20], 4, 10),
        ([50, 40, 30, 20, 10], 4, 20),
        ([70, 40, 30, 20], 4, 0),
        ([10], 1, 50),
        ([20, 50, 40, 30], 4, 10),
    ],
)
def test_free_again(minutes_ago: list[int], most: int, free_in: int) -> None:
    placed = [NOW - timedelta(minutes=ago) for ago in minutes_ago]
    assert hourly_limit.free_at(placed, most, NOW) - NOW == timedelta(minutes=free_in)
