"""Which trunk carries a call, and when one rests."""

from alerts.outcome import Disposition, Outcome
from dialer.trunks import REST_S, Trunks
from telephony.site import Trunk

FORBIDDEN = Outcome(Disposition.REFUSED, sip=403, cause=21)
SILENCE = Outcome(Disposition.NO_ANSWER, sip=408, cause=18)
UNAUTHORIZED = Outcome(Disposition.TRUNK_FAULT, sip=401, cause=21)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def two_trunks() -> tuple[Trunks, Clock]:
    clock = Clock()
    return Trunks([Trunk("a", "127.0.0.1:5071", 2, 50), Trunk("b", "127.0.0.1:5072", 3, 50)], clock), clock


def test_calls_are_spread_over_both_until_all_lines_are_open() -> None:
    trunks, _ = two_trunks()
    taken = []
    while trunks.room():
        taken.append(trunks.take().trunk.name)
    assert sorted(taken) == ["a", "a", "b", "b", "b"]


def test_one_403_is_the_called_partys_refusal() -> None:
    trunks, _ = two_trunks()
    assert trunks.judge(trunks.states[0], FORBIDDEN).disposition is Disposition.REFUSED
    assert trunks.room() > 0


def test_403_on_every_call_is_the_trunks_fault_and_it_rests() -> None:
    trunks, clock = two_trunks()
    seen = [trunks.judge(trunks.states[0], FORBIDDEN).disposition for _ in range(3)]
    assert seen[-1] is Disposition.TRUNK_FAULT
    assert trunks.states[0].room(clock.now) == 0
    clock.now += REST_S
    assert trunks.states[0].room(clock.now) > 0


def test_403_beside_calls_that_pass_stays_a_refusal() -> None:
    trunks, _ = two_trunks()
    state = trunks.states[0]
    for _ in range(5):
        assert trunks.judge(state, FORBIDDEN).disposition is Disposition.REFUSED
        trunks.judge(state, Outcome(Disposition.HUMAN, sip=200, cause=16))


def test_a_trunk_that_answers_nothing_is_at_fault_not_the_residents() -> None:
    trunks, clock = two_trunks()
    seen = [trunks.judge(trunks.states[0], SILENCE).disposition for _ in range(3)]
    assert seen == [Disposition.NO_ANSWER, Disposition.NO_ANSWER, Disposition.TRUNK_FAULT]
    assert trunks.states[0].room(clock.now) == 0


def test_silence_beside_telephones_that_ring_is_one_residents() -> None:
    trunks, clock = two_trunks()
    state = trunks.states[0]
    for _ in range(5):
        state.passes()
        assert trunks.judge(state, SILENCE).disposition is Disposition.NO_ANSWER
    assert state.room(clock.now) > 0


def test_one_number_that_the_trunk_can_not_call_does_not_stop_the_others() -> None:
    trunks, clock = two_trunks()
    state = trunks.states[0]
    for _ in range(5):
        assert trunks.judge(state, UNAUTHORIZED).disposition is Disposition.TRUNK_FAULT
        trunks.judge(state, Outcome(Disposition.BUSY, sip=486, cause=17))
    assert state.room(clock.now) > 0


def test_a_log_in_that_is_refused_rests_the_trunk() -> None:
    trunks, clock = two_trunks()
    for _ in range(3):
        trunks.judge(trunks.states[0], UNAUTHORIZED)
    assert trunks.states[0].room(clock.now) == 0


def test_a_call_found_open_on_a_trunk_that_is_configured_no_longer() -> None:
    trunks, _ = two_trunks()
    state = trunks.named("gone")
    assert trunks.judge(state, Outcome(Disposition.HUMAN, sip=200, cause=16)).disposition is Disposition.HUMAN
    assert trunks.room() > 0
