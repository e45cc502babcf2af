"""Open lines and calls per second, and how they give way to congestion."""

from collections import deque

from dialer.call_pace import BURST_S, CallPace

TICK_S = 0.02


def test_no_more_than_the_lines() -> None:
    pace = CallPace(channels=2, calls_per_second=100)
    assert pace.room(10.0) == 2
    pace.take()
    pace.take()
    assert pace.room(20.0) == 0
    pace.give_back()
    assert pace.room(20.0) == 1


def test_calls_per_second_over_a_long_run() -> None:
    pace = CallPace(channels=10_000, calls_per_second=7)
    placed = 0
    for tick in range(1000):  # ten seconds in steps of 10 ms
        for _ in range(pace.room(tick / 100)):
            pace.take()
            placed += 1
    assert 68 <= placed <= 72


def test_idle_time_is_not_saved_up() -> None:
    pace = CallPace(channels=1000, calls_per_second=50)
    assert pace.room(3600.0) <= 1 + 50 * BURST_S


def test_less_than_one_call_a_second() -> None:
    pace = CallPace(channels=10, calls_per_second=0.5)
    began = [second for second in range(20) if _placed(pace, second)]
    assert len(began) == 10


def _placed(pace: CallPace, now: float) -> bool:
    if pace.room(now):
        pace.take()
        pace.give_back()
        return True
    return False


class Carrier:
    """Takes `lines` calls at once and `per_second` new ones, each open for `talk_s`; refuses the others at once."""

    def __init__(self, pace: CallPace, *, lines: int, per_second: float, talk_s: float) -> None:
        self.pace, self.lines, self.per_second, self.talk_s = pace, lines, per_second, talk_s
        self.open: deque[float] = deque()
        self.begun: deque[float] = deque()
        self.carried = self.refused = 0

    def run(self, *, begin: float, seconds: float) -> None:
        for tick in range(int(seconds / TICK_S)):
            now = begin + tick * TICK_S
            while self.open and self.open[0] <= now:
                self.open.popleft()
                self.pace.give_back()
            while self.begun and self.begun[0] <= now - 1:
                self.begun.popleft()
            for _ in range(self.pace.room(now)):
                self._call(now)

    def _call(self, now: float) -> None:
        self.pace.take()
        if len(self.open) < self.lines and len(self.begun) < self.per_second:
            self.open.append(now + self.talk_s)
            self.begun.append(now)
            self.carried += 1
        else:
            self.refused += 1
            self.pace.give_back()
            self.pace.congested(now)


def test_a_carrier_that_takes_fewer_calls_a_second_than_was_agreed() -> None:
    carrier = Carrier(CallPace(channels=1000, calls_per_second=20), lines=1000, per_second=10, talk_s=10)
    carrier.run(begin=0, seconds=300)
    assert carrier.carried > 0.7 * 300 * 10
    assert carrier.refused < 0.05 * carrier.carried


def test_a_carrier_that_has_fewer_lines_than_was_agreed() -> None:
    carrier = Carrier(CallPace(channels=30, calls_per_second=10), lines=20, per_second=10, talk_s=30)
    carrier.run(begin=0, seconds=600)
    assert carrier.carried > 0.7 * 600 * 20 / 30
    assert carrier.refused < 0.2 * carrier.carried


def test_full_speed_again_after_a_passing_congestion() -> None:
    pace = CallPace(channels=1000, calls_per_second=20)
    Carrier(pace, lines=1000, per_second=2, talk_s=5).run(begin=0, seconds=60)
    well = Carrier(pace, lines=1000, per_second=100, talk_s=5)
    well.run(begin=60, seconds=60)
    before = well.carried
    well.run(begin=120, seconds=10)
    assert well.refused == 0
    assert well.carried - before >= 195
