"""Whose doing it is that calls on one trunk fail, in simulated time."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from rules.suspicion import HOLD_S, LINE_HOLD_S, AnswerKind, Held, Placed, Suspicion, Verdict

END_S = 60.0


@dataclass(frozen=True)
class Fate:
    """What a call meets: life after so long and a call of so long; or an answer after so long."""

    after_s: float
    kind: AnswerKind | None = None
    lasts_s: float = 20.0
    early_media_s: float | None = None
    status: int = 404


RINGS = Fate(6.0)
DEAD = Fate(0.3, AnswerKind.NOT_EXIST)


@dataclass
class Played:
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    first: dict[Verdict, float] = field(default_factory=dict)
    waited_s: float = 0.0
    lines: int | None = None

    @property
    def faults(self) -> int:
        return self.verdicts[Verdict.TRUNK_FAULT]


Fates = list[Fate] | Callable[[float, int], Fate]


def play(
    fates: Fates,
    *,
    calls: int | None = None,
    per_s: float = 20.0,
    lines: int = 10_000,
    doubted: Callable[[int], bool] = lambda _: False,
) -> Played:
    """One alert on one trunk, whose rest is not obeyed. `fates`: of each number, or by the moment and open calls."""
    simulated = _Simulated(fates, per_s, lines, doubted)
    if calls is None:
        assert isinstance(fates, list)
        calls = len(fates)
    for number in range(calls):
        simulated.at(number / per_s, partial(simulated.place, number))
    simulated.run()
    assert not simulated.holding, "everything that is held gets its verdict"
    return simulated.played


class _Simulated:
    """The calls of one alert, event by event."""

    def __init__(self, fates: Fates, per_s: float, lines: int, doubted: Callable[[int], bool]) -> None:
        self._fates, self._per_s, self._lines, self._doubted = fates, per_s, lines, doubted
        self._suspicion, self.played = Suspicion(), Played()
        self._queue: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()
        self._waiting: deque[int] = deque()
        self._open = self._living = 0
        self.holding: dict[Held, float] = {}

    def at(self, moment: float, what: Callable[[float], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._order), what))

    def run(self) -> None:
        now = 0.0
        while self._queue or self.holding:
            if not self._queue:
                self.at(now + HOLD_S, self._judge)
            moment, _, what = heapq.heappop(self._queue)
            for tick in range(int(now) + 1, int(min(moment, now + END_S)) + 1):
                self._judge(float(tick))
            now = moment
            what(now)
            self._judge(now)

    def place(self, number: int, now: float) -> None:
        if self._open >= self._lines:
            self._waiting.append(number)
            return
        fate = self._fates(now, self._open) if callable(self._fates) else self._fates[number]
        call = self._suspicion.place(f"+1514{number:07}", now, others=self._open)
        self._open += 1
        if fate.early_media_s is not None:
            self.at(now + fate.early_media_s, lambda _: self._suspicion.early_media(call))
        self.at(now + fate.after_s, partial(self._answer, number, call, fate))

    def _answer(self, number: int, call: Placed, fate: Fate, now: float) -> None:
        if fate.kind is None:
            self._suspicion.lives(call, now)
            self._living += 1
            self.at(now + fate.lasts_s, self._end)
        else:
            self._free(now)
            held = self._suspicion.hold(call, fate.kind, now, status=fate.status, doubted=self._doubted(number))
            self.holding[held] = now

    def _end(self, now: float) -> None:
        self._living -= 1
        self._free(now)

    def _free(self, now: float) -> None:
        self._open -= 1
        if self._waiting:
            self.at(now + 1 / self._per_s, partial(self.place, self._waiting.popleft()))

    def _judge(self, now: float) -> None:
        for held, verdict in self._suspicion.verdicts(now, carries=self._living > 0):
            self.played.verdicts[verdict] += 1
            self.played.first.setdefault(verdict, now)
            self.played.waited_s = max(self.played.waited_s, now - self.holding.pop(held))
        self.played.lines = self._suspicion.limit


def directory(seed: int, calls: int, dead: float, alive: Fate = RINGS, gone: Fate = DEAD) -> list[Fate]:
    chance = random.Random(seed)
    return [gone if chance.random() < dead else alive for _ in range(calls)]


# -- a trunk that works -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("gone", [DEAD, Fate(6.0, AnswerKind.NOT_EXIST), Fate(1.5, AnswerKind.NOT_EXIST)])
def test_fifteen_percent_of_dead_numbers_accuse_no_trunk(seed: int, gone: Fate) -> None:
    played = play(directory(seed, 3000, 0.15, gone=gone))
    assert set(played.verdicts) == {Verdict.STANDS}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("per_s", "lines"), [(20.0, 10), (20.0, 60), (5.0, 200), (1.0, 3), (100.0, 400)])
def test_nor_where_lines_are_few_or_calls_are_slow(seed: int, per_s: float, lines: int) -> None:
    played = play(directory(seed, 300, 0.15), per_s=per_s, lines=lines)
    assert set(played.verdicts) == {Verdict.STANDS}


@pytest.mark.parametrize("seed", range(3))
def test_nor_where_everybody_rings_late(seed: int) -> None:
    assert play(directory(seed, 2000, 0.15, alive=Fate(14.0))).faults == 0


@pytest.mark.parametrize("seed", range(3))
def test_nor_where_a_carrier_gives_sound_before_the_answer_and_never_a_ring(seed: int) -> None:
    """Answered after a while, by some after a long while."""
    alive = Fate(18.0, early_media_s=0.5)
    gone = Fate(2.0, AnswerKind.NOT_EXIST, early_media_s=0.3)
    assert play(directory(seed, 2000, 0.15, alive=alive, gone=gone)).faults == 0


@pytest.mark.parametrize("dead", [0.3, 0.5])
def test_nor_a_directory_in_a_sorry_state(dead: float) -> None:
    assert play(directory(1, 3000, dead)).faults == 0


@pytest.mark.parametrize("street", [12, 40, 60])
def test_nor_a_whole_street_that_was_torn_down(street: int) -> None:
    assert play([RINGS] * 200 + [DEAD] * street + [RINGS] * 200).faults == 0


@pytest.mark.parametrize("calls", [1, 2, 3, 4])
def test_an_alert_to_a_few_dead_numbers_ends_after_half_a_minute(calls: int) -> None:
    played = play([DEAD] * calls)
    assert played.verdicts == {Verdict.STANDS: calls}
    assert 29 <= played.waited_s <= 31


def test_suspected_numbers_that_are_called_last_accuse_nobody() -> None:
    """All at the end, where no other call follows, and nearly all of them dead."""
    played = play([RINGS] * 300 + [DEAD] * 100, doubted=lambda number: number >= 300)
    assert played.verdicts == {Verdict.STANDS: 100}


def test_one_that_rings_beside_it_clears_it_at_once() -> None:
    suspicion = Suspicion()
    dead, rings = (suspicion.place(number, 10.0, others=0) for number in "ab")
    held = suspicion.hold(dead, AnswerKind.NOT_EXIST, 10.2)
    assert suspicion.verdicts(10.3) == []
    suspicion.lives(rings, 14.0)
    assert suspicion.verdicts(14.0) == [(held, Verdict.STANDS)]


# -- a trunk at fault -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_s", [0.02, 0.3, 2.0, 8.0])
def test_a_trunk_that_denies_every_number_is_charged_within_half_a_minute(after_s: float) -> None:
    played = play([Fate(after_s, AnswerKind.NOT_EXIST)] * 200)
    assert played.verdicts == {Verdict.TRUNK_FAULT: 200}
    assert played.first[Verdict.TRUNK_FAULT] <= 0.3 + HOLD_S


def test_a_trunk_that_denies_every_number_with_an_announcement_before() -> None:
    played = play([Fate(9.0, AnswerKind.NOT_EXIST, early_media_s=0.4)] * 200)
    assert played.verdicts == {Verdict.TRUNK_FAULT: 200}


def test_an_announcement_before_the_answer_is_no_life_however_long_it_lasts() -> None:
    suspicion = Suspicion()
    denied, announced = (suspicion.place(number, 10.0, others=0) for number in "ab")
    suspicion.early_media(announced)
    suspicion.announces(announced)
    suspicion.hold(denied, AnswerKind.NOT_EXIST, 10.2)
    assert suspicion.verdicts(38.0) == []
    assert not suspicion.grants(0, 38.0)


@pytest.mark.parametrize("after_s", [0.1, 3.0])
def test_a_trunk_that_begins_to_deny_in_the_middle(after_s: float) -> None:
    """Calls placed just before the break ring after it: they clear nobody but their neighbours."""
    played = play([RINGS] * 400 + [Fate(after_s, AnswerKind.NOT_EXIST)] * 400)
    assert played.verdicts[Verdict.STANDS] <= 10
    assert played.faults >= 390


def test_a_slow_trunk_that_denies_every_number() -> None:
    played = play([DEAD] * 40, per_s=0.2)
    assert played.first[Verdict.TRUNK_FAULT] <= 35.0
    assert played.verdicts[Verdict.STANDS] <= 1


@pytest.mark.parametrize("calls", [5, 200])
@pytest.mark.parametrize("status", [603, 607, 608])
def test_a_network_that_declines_every_call(status: int, calls: int) -> None:
    assert play([Fate(0.1, AnswerKind.DECLINED, status=status)] * calls).faults == calls


@pytest.mark.parametrize("after_s", [0.05, 0.3, 2.0])
def test_a_trunk_that_is_busy_for_everybody(after_s: float) -> None:
    """Held, as other calls are open beside them; the first ten are believed at most."""
    suspicion = Suspicion()
    verdicts = []
    for place in range(30):
        now = 10.0 * place
        call = suspicion.place(f"{place}", now, others=3)
        suspicion.hold(call, AnswerKind.BUSY, now + after_s, status=486)
        verdicts += [verdict for _, verdict in suspicion.verdicts(now + after_s + LINE_HOLD_S)]
    assert verdicts == [Verdict.STANDS] * 9 + [Verdict.TRUNK_FAULT] * 21


@pytest.mark.parametrize("share", [0.1, 0.4])
@pytest.mark.parametrize(("per_s", "lines"), [(20.0, 10_000), (20.0, 3), (1.0, 1)])
def test_nor_where_many_decline(share: float, per_s: float, lines: int) -> None:
    fates = directory(2, 300, share, gone=Fate(0.2, AnswerKind.DECLINED, status=603))
    assert play(fates, per_s=per_s, lines=lines).faults == 0


@pytest.mark.parametrize("calls", [3, 30])
def test_a_trunk_that_refuses_everybody(calls: int) -> None:
    assert play([Fate(0.1, AnswerKind.REFUSED, status=403)] * calls).faults == calls


def test_refused_and_denied_by_turns() -> None:
    fates = [Fate(0.1, kind) for kind in (AnswerKind.REFUSED, AnswerKind.NOT_EXIST)] * 20
    assert play(fates).faults == 40


def test_the_trial_call_of_a_trunk_at_fault_needs_no_others() -> None:
    suspicion = Suspicion()
    suspicion.hold(suspicion.place("a", 0.0, others=0), AnswerKind.NOT_EXIST, 0.2, doubted=True)
    assert [verdict for _, verdict in suspicion.verdicts(0.2, at_fault=True)] == [Verdict.TRUNK_FAULT]


def test_the_same_number_many_times_is_one_number() -> None:
    suspicion = Suspicion()
    for now in range(20):
        suspicion.hold(suspicion.place("a", now, others=0), AnswerKind.NOT_EXIST, now + 0.5)
        assert not suspicion.verdicts(now + 0.6)


# -- a trunk with fewer lines than it should have ----------------------------------------------------------------------


def limited(real: int, status: int, kind: AnswerKind, seed: int = 0, busy: float = 0.0) -> Callable[[float, int], Fate]:
    chance = random.Random(seed)

    def fate(_: float, others: int) -> Fate:
        if others >= real:
            return Fate(0.1, kind, status=status)
        return Fate(2.0, AnswerKind.BUSY, status=486) if chance.random() < busy else RINGS

    return fate


@pytest.mark.parametrize(
    ("status", "kind"),
    [(486, AnswerKind.BUSY), (480, AnswerKind.BUSY), (603, AnswerKind.BUSY), (403, AnswerKind.REFUSED)],
)
@pytest.mark.parametrize("real", [1, 2, 10])
def test_refused_only_while_many_lines_are_open_is_the_trunks_limit(status: int, kind: AnswerKind, real: int) -> None:
    played = play(limited(real, status, kind), calls=60)
    assert played.verdicts == {Verdict.NO_LINE: 60 - sum_of_carried(played)}
    assert played.lines == real


def sum_of_carried(played: Played) -> int:
    return 60 - played.verdicts.total()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.05, 0.15])
def test_residents_who_are_busy_leave_a_trunk_its_lines(seed: int, share: float) -> None:
    chance = random.Random(seed)
    busy = Fate(3.0, AnswerKind.BUSY, status=486)
    fates = [busy if chance.random() < share else RINGS for _ in range(2000)]
    played = play(fates, lines=100)
    assert set(played.verdicts) == {Verdict.STANDS}
    assert played.lines is None


@pytest.mark.parametrize("seed", range(5))
def test_the_limit_is_learnt_among_residents_who_are_busy(seed: int) -> None:
    played = play(limited(10, 486, AnswerKind.BUSY, seed, busy=0.1), calls=400, per_s=10.0)
    assert played.lines == 10
    assert played.faults == 0


def test_one_busy_number_waits_ten_seconds_at_most() -> None:
    suspicion = Suspicion()
    busy = suspicion.hold(suspicion.place("a", 0.0, others=3), AnswerKind.BUSY, 0.2, status=486)
    assert suspicion.verdicts(0.2 + LINE_HOLD_S - 0.1) == []
    assert suspicion.verdicts(0.2 + LINE_HOLD_S) == [(busy, Verdict.STANDS)]


def test_more_calls_that_live_lift_the_limit() -> None:
    suspicion = Suspicion()
    suspicion.limit = 3
    suspicion.lives(suspicion.place("a", 0.0, others=2), 1.0)
    assert suspicion.limit == 3
    suspicion.lives(suspicion.place("b", 2.0, others=3), 3.0)
    assert suspicion.limit is None
