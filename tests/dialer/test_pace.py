"""Open lines and calls per second."""

from dialer.pace import Pace


def test_no_more_than_the_lines() -> None:
    pace = Pace(channels=2, calls_per_second=100)
    assert pace.room(10.0) == 2
    pace.take()
    pace.take()
    assert pace.room(20.0) == 0
    pace.give_back()
    assert pace.room(20.0) == 1


def test_calls_per_second_over_a_long_run() -> None:
    pace = Pace(channels=10_000, calls_per_second=7)
    placed = 0
    for tick in range(1000):  # ten seconds in steps of 10 ms
        for _ in range(pace.room(tick / 100)):
            pace.take()
            placed += 1
    assert 68 <= placed <= 72


def test_idle_time_is_not_saved_up() -> None:
    pace = Pace(channels=1000, calls_per_second=50)
    assert pace.room(3600.0) <= 6


def test_less_than_one_call_a_second() -> None:
    pace = Pace(channels=10, calls_per_second=0.5)
    began = [second for second in range(20) if _placed(pace, second)]
    assert len(began) == 10


def _placed(pace: Pace, now: float) -> bool:
    if pace.room(now):
        pace.take()
        pace.give_back()
        return True
    return False
