from __future__ import annotations

import pytest

from sms_gateway.text_pace import LONGEST_GAP_S, REST_S, TextPace


def test_agreed_rate_is_kept() -> None:
    pace = TextPace(per_second=10)
    leaves, now = [], 5.0
    for _ in range(20):
        now += pace.left(now) + 0.002  # every sleep is a little too long
        leaves.append(now)
        pace.take(now)
    assert leaves[-1] - leaves[0] == pytest.approx(1.9, abs=0.06)
    assert pace.left(60.0) == 0.0


def test_no_agreed_rate_no_wait() -> None:
    pace = TextPace()
    pace.take(5.0)
    assert pace.left(5.0) == 0.0


def test_refusals_of_a_whole_window_slow_down_once_to_what_the_carrier_took() -> None:
    pace = TextPace()
    for hundredth in range(20):
        pace.accepted(hundredth / 100)
    for thousandth in range(50):
        pace.throttled(0.2 + thousandth / 1000, submitted=0.19)
    assert pace.gap == 1 / 20
    assert pace.left(0.2) == REST_S


def test_refused_again_and_again_is_slower_each_time() -> None:
    pace = TextPace(per_second=100)
    gaps = []
    for second in range(20):
        pace.throttled(second + 0.1, submitted=second)
        gaps.append(pace.gap)
    assert gaps[:4] == pytest.approx([0.015, 0.0225, 0.03375, 0.050625])
    assert gaps[-1] == LONGEST_GAP_S


def test_recovers_with_time_to_the_agreed_rate_and_no_further() -> None:
    pace = TextPace(per_second=20)
    for second in range(6):
        pace.throttled(second + 0.1, submitted=second)
    assert pace.gap > 0.3
    for tenth in range(60, 600):
        pace.accepted(tenth / 10)
    assert pace.gap == 0.05


def test_recovers_to_no_gap_where_nothing_is_agreed() -> None:
    pace = TextPace()
    pace.throttled(0.0, submitted=0.0)
    for tenth in range(1000):
        pace.accepted(tenth / 10)
    assert pace.gap == 0.0
