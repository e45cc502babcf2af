from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import forecast
from rules.forecast import ExpectedCalls, History
from rules.outcome import Disposition

D = Disposition


@pytest.mark.parametrize(
    ("people", "line_s", "missed", "lines", "per_second", "redials", "seconds"),
    [
        (0, 30, 0.1, 10, 1, 2, 0),
        (100, 30, 0, 10, 100, 2, 300),  # the lines are what is short
        (100, 30, 0, 1000, 1, 2, 100),  # the calls a second
        (1, 30, 0, 10, 1, 2, 30),
        (100, 30, 0.1, 10, 100, 1, 300 + 330),  # ten redials: the last after its delay and its own call
        (100, 30, 0.5, 10, 100, 2, 300 + 330 + 330),
        (10_000, 60, 0, 667, 12, 0, 10_000 * 60 / 667),  # 15 minutes
    ],
)
def test_how_long(
    people: int, line_s: float, missed: float, lines: int, per_second: float, redials: int, seconds: float
) -> None:
    found = forecast.forecast(
        people, ExpectedCalls(line_s, missed), lines=lines, per_second=per_second, redials=redials, delay_s=300
    )
    assert found.seconds == pytest.approx(seconds)


def test_trunk_time_counts_the_redials() -> None:
    found = forecast.forecast(100, ExpectedCalls(30, 0.5), lines=10, per_second=5, redials=2, delay_s=300)
    assert (found.calls, found.trunk_s) == (175, 175 * 30)


def test_without_a_history_the_text_decides() -> None:
    short, long = (forecast.expected(History(), characters=n, ring_s=32) for n in (100, 1000))
    assert 30 < short.line_s < 60
    assert long.line_s - short.line_s == pytest.approx(0.91 * 900 / 14)
    assert short.missed == 0.09


def test_a_history_is_believed_once_it_is_long_enough() -> None:
    calls, line_s = {D.HUMAN: 40, D.NO_ANSWER: 40}, {D.HUMAN: 20.0, D.NO_ANSWER: 32.0}
    found = forecast.expected(History(calls, line_s), characters=100, ring_s=32)
    assert found == ExpectedCalls(26.0, 0.5)
    few = History({D.HUMAN: 3}, {D.HUMAN: 20.0})
    assert forecast.expected(few, characters=100, ring_s=32).missed == 0.09


@given(st.integers(1, 10**6), st.integers(1, 1000), st.floats(0.1, 100), st.floats(0, 0.9), st.integers(0, 5))
def test_more_lines_never_take_longer(people: int, lines: int, rate: float, missed: float, redials: int) -> None:
    each = ExpectedCalls(40, missed)
    few = forecast.forecast(people, each, lines=lines, per_second=rate, redials=redials, delay_s=60)
    many = forecast.forecast(people, each, lines=lines * 2, per_second=rate * 2, redials=redials, delay_s=60)
    assert few.seconds >= many.seconds >= each.line_s
    assert few.trunk_s == many.trunk_s
