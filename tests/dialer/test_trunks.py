"""Which trunk carries a call, whose fault it was that it failed, and when a trunk rests."""

import asyncio

import pytest

from dialer import view
from dialer.trunk import TRIALS_OF_NUMBERS, TRYING_S, UNHEARD_S, TrunkLeg
from dialer.trunk_judgement import DOUBTED_S, REST_S, TIMER_B_S
from dialer.trunks import REMEMBERED, Trunks
from rules.outcome import Announcement, Disposition, Outcome
from rules.suspicion import HOLD_S
from telephony.trunk import Trunk

FORBIDDEN = Outcome(Disposition.REFUSED, sip=403, cause=21)
SILENCE = Outcome(Disposition.NO_ANSWER, sip=408, cause=18)
UNAUTHORIZED = Outcome(Disposition.TRUNK_FAULT, sip=401, cause=21)
CONGESTED = Outcome(Disposition.CONGESTION, sip=503, cause=34)
DEAD = Outcome(Disposition.DEAD_NUMBER, sip=404, cause=1)
ANNOUNCED = Outcome(Disposition.NETWORK, sip=480, cause=19, announcement=Announcement.INTERCEPT)
BUSY = Outcome(Disposition.BUSY, sip=486, cause=17)
RANG_OUT = Outcome(Disposition.NO_ANSWER, sip=480, cause=19)
SPOKEN_TO = Outcome(Disposition.HUMAN, heard=1.0, sip=200, cause=32)
HUNG_UP = Outcome(Disposition.HUMAN, heard=0.5, sip=200, cause=16)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def network(*trunks: Trunk) -> tuple[Trunks, Clock]:
    clock = Clock()
    return Trunks(trunks, clock, tick_s=0.01), clock


def trunk(name: str, channels: int = 50, *, priority: int = 1, weight: int = 1) -> Trunk:
    return Trunk(name, "127.0.0.1:5071", channels, 500, priority=priority, weight=weight)


def taken(trunks: Trunks, count: int) -> list[str]:
    return [leg.trunk.trunk.name for leg in legs(trunks, count)]


def legs(trunks: Trunks, count: int, *, number: str = "+1418555{:04}") -> list[TrunkLeg]:
    found = [trunks.take(number.format(place)) for place in range(count)]
    return [leg for leg in found if leg is not None]


async def end(trunks: Trunks, leg: TrunkLeg, outcome: Outcome) -> Disposition:
    return (await trunks.judge(leg, outcome)).disposition


async def held(trunks: Trunks, leg: TrunkLeg, outcome: Outcome, clock: Clock) -> Disposition:
    """The same where nothing tells before the time is up."""
    waiting = asyncio.ensure_future(end(trunks, leg, outcome))
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.now += HOLD_S
    return await waiting


# -- which trunk ------------------------------------------------------------------------------------------------------


def test_calls_are_spread_over_both_until_all_lines_are_open() -> None:
    trunks, _ = network(trunk("a", 2), trunk("b", 3))
    assert sorted(taken(trunks, 9)) == ["a", "a", "b", "b", "b"]


def test_the_first_priority_is_filled_before_the_next_is_used() -> None:
    trunks, _ = network(trunk("b", 3, priority=2), trunk("a", 2))
    assert taken(trunks, 4) == ["a", "a", "b", "b"]


def test_within_a_priority_the_open_calls_follow_the_weights() -> None:
    trunks, _ = network(trunk("a", weight=3), trunk("b", weight=1))
    spread = taken(trunks, 40)
    assert (spread.count("a"), spread.count("b")) == (30, 10)


def test_a_trunk_that_answers_no_options_comes_last_but_carries_calls() -> None:
    trunks, _ = network(trunk("a", 2), trunk("b", 2, priority=2))
    trunks.states[0].answers_options(False)
    assert taken(trunks, 4) == ["b", "b", "a", "a"]
    trunks.states[0].answers_options(True)
    assert trunks.states[0].rank() < trunks.states[1].rank()


async def test_a_call_that_failed_goes_to_another_trunk_at_once() -> None:
    trunks, _ = network(trunk("a"), trunk("b", priority=2))
    [leg] = legs(trunks, 1)
    await trunks.judge(leg, UNAUTHORIZED)
    assert trunks.another(leg.number)
    assert taken(trunks, 2) == ["b", "a"]


async def test_a_call_that_failed_everywhere_waits() -> None:
    trunks, _ = network(trunk("a"), trunk("b", priority=2))
    for _ in range(2):
        [leg] = legs(trunks, 1)
        await trunks.judge(leg, UNAUTHORIZED)
    assert not trunks.another(leg.number)


async def test_a_call_that_failed_waits_while_the_other_trunk_has_no_line() -> None:
    trunks, _ = network(trunk("a", 1), trunk("b", 1, priority=2))
    first, _ = legs(trunks, 2)
    await trunks.judge(first, UNAUTHORIZED)
    assert not trunks.another(first.number)


# -- whose fault ------------------------------------------------------------------------------------------------------


async def test_one_403_is_the_called_partys_refusal() -> None:
    trunks, clock = network(trunk("a"))
    [leg] = legs(trunks, 1)
    assert await held(trunks, leg, FORBIDDEN, clock) is Disposition.REFUSED
    assert trunks.room() > 0


@pytest.mark.parametrize(("sip", "calls"), [(403, 3), (603, 5), (607, 5), (608, 5)])
async def test_refused_on_every_call_is_the_trunks_fault_for_all_of_them(sip: int, calls: int) -> None:
    trunks, clock = network(trunk("a"))
    refused = Outcome(Disposition.REFUSED, sip=sip, cause=21)
    seen = await asyncio.wait_for(asyncio.gather(*(end(trunks, leg, refused) for leg in legs(trunks, calls))), 2)
    assert seen == [Disposition.TRUNK_FAULT] * calls
    assert "TOCSIN_CALLER_ID_NUMBER" in view.of(trunks.states[0]).remedy
    assert trunks.room() == 0
    clock.now += REST_S[0]
    assert trunks.room() == 1


@pytest.mark.parametrize("sip", [603, 607, 608])
async def test_who_declines_on_a_trunk_that_carries_calls_has_declined(sip: int) -> None:
    trunks, _ = network(trunk("a"))
    declined = Outcome(Disposition.REFUSED, sip=sip, cause=21)
    *some, rings = legs(trunks, 9)
    tasks = waiting(trunks, some, declined)
    await asyncio.sleep(0)
    rings.passes()
    assert await told(tasks) == {Disposition.REFUSED}


async def test_403_beside_a_call_that_rings_is_the_called_partys_at_once() -> None:
    trunks, _ = network(trunk("a"))
    refused, rings = legs(trunks, 2)
    waiting = asyncio.ensure_future(end(trunks, refused, FORBIDDEN))
    await asyncio.sleep(0)
    rings.passes()
    assert await waiting is Disposition.REFUSED


async def test_a_line_is_free_while_the_call_on_it_is_a_suspect() -> None:
    trunks, clock = network(trunk("a", 1))
    [leg] = legs(trunks, 1)
    waiting = asyncio.ensure_future(end(trunks, leg, FORBIDDEN))
    await asyncio.sleep(0)
    assert trunks.room() == 1
    clock.now += HOLD_S
    await waiting


async def test_silence_is_the_trunks_fault_from_the_first_call() -> None:
    trunks, clock = network(trunk("a"))
    first, *others = legs(trunks, 3)
    clock.now += TIMER_B_S + 1
    assert await end(trunks, first, SILENCE) is Disposition.TRUNK_FAULT
    assert [await end(trunks, leg, SILENCE) for leg in others] == [Disposition.TRUNK_FAULT] * 2
    assert trunks.room() == 0


async def test_silence_on_a_trunk_that_says_something_to_others_is_one_residents() -> None:
    trunks, clock = network(trunk("a"))
    silent, rings = legs(trunks, 2)
    clock.now += TIMER_B_S - 5
    rings.passes()
    clock.now += 6
    assert await end(trunks, silent, SILENCE) is Disposition.NO_ANSWER


async def test_a_sign_of_life_just_before_the_trunk_died_saves_nobodys_try() -> None:
    trunks, clock = network(trunk("a"))
    silent, rings = legs(trunks, 2)
    rings.passes()
    clock.now += TIMER_B_S + 1
    assert await end(trunks, silent, SILENCE) is Disposition.TRUNK_FAULT


async def test_a_408_that_the_network_sends_is_no_silence() -> None:
    trunks, clock = network(trunk("a"))
    [leg] = legs(trunks, 1)
    clock.now += 5
    assert await end(trunks, leg, SILENCE) is Disposition.NO_ANSWER


def test_a_trunk_that_falls_silent_comes_last_before_that_is_certain() -> None:
    trunks, clock = network(trunk("a", 20), trunk("b", 20, priority=2))
    legs(trunks, 3)
    clock.now += UNHEARD_S + 0.1
    assert taken(trunks, 1) == ["b"]


def test_two_slow_calls_are_no_silence() -> None:
    trunks, clock = network(trunk("a", 20), trunk("b", 20, priority=2))
    legs(trunks, 2)
    clock.now += UNHEARD_S + 0.1
    assert taken(trunks, 1) == ["a"]


async def test_who_was_spoken_to_over_a_dead_trunk_is_called_again_unless_they_pressed_a_key() -> None:
    trunks, clock = network(trunk("a"))
    talks, *unheard = legs(trunks, 4)
    talks.passes()
    clock.now += TIMER_B_S + 1
    for leg in unheard:
        await trunks.judge(leg, SILENCE)
    assert await end(trunks, talks, SPOKEN_TO) is Disposition.INTERRUPTED


async def test_calls_that_ring_late_were_slow_not_dead() -> None:
    trunks, clock = network(trunk("a", 20))
    heard, rang_out, *others = legs(trunks, 4)
    clock.now += UNHEARD_S + 0.5
    legs(trunks, 1)  # silence is noticed
    for leg in (heard, rang_out, *others):
        leg.passes()
    clock.now += 40
    assert await end(trunks, heard, SPOKEN_TO) is Disposition.HUMAN
    assert await end(trunks, rang_out, RANG_OUT) is Disposition.NO_ANSWER


async def test_who_heard_everything_over_a_slow_trunk_is_not_called_again() -> None:
    """Mobile networks take six seconds and more until a telephone rings: three such calls, and a call that ends
    meanwhile."""
    trunks, clock = network(trunk("a", 20))
    [heard] = legs(trunks, 1)
    heard.passes()
    clock.now += 20
    slow = legs(trunks, 3)
    clock.now += UNHEARD_S + 0.5
    task = asyncio.ensure_future(end(trunks, heard, SPOKEN_TO))
    await asyncio.sleep(0.03)
    assert not task.done()
    slow[0].passes()
    assert await asyncio.wait_for(task, 2) is Disposition.HUMAN


async def test_who_heard_everything_while_one_options_got_lost_is_not_called_again() -> None:
    trunks, clock = network(trunk("a", 20))
    [heard] = legs(trunks, 1)
    trunks.states[0].answers_options(True)
    heard.passes()
    clock.now += 5
    trunks.states[0].answers_options(False)
    clock.now += 5
    task = asyncio.ensure_future(end(trunks, heard, SPOKEN_TO))
    await asyncio.sleep(0.03)
    trunks.states[0].answers_options(True)
    assert await asyncio.wait_for(task, 2) is Disposition.HUMAN


async def test_what_is_doubted_when_the_program_ends_is_called_again() -> None:
    trunks, clock = network(trunk("a", 20))
    talks, *_ = legs(trunks, 4)
    talks.passes()
    clock.now += UNHEARD_S + 1
    task = asyncio.ensure_future(end(trunks, talks, SPOKEN_TO))
    await asyncio.sleep(0)
    trunks.close()
    assert await asyncio.wait_for(task, 2) is Disposition.INTERRUPTED


@pytest.mark.parametrize("ends", [RANG_OUT, SILENCE], ids=["rung out", "408 by the network"])
async def test_a_trunk_that_says_100_and_nothing_more_lives(ends: Outcome) -> None:
    """Whoever does not answer is called as often as promised, not as often as for our own faults."""
    trunks, clock = network(trunk("a", 20))
    found = legs(trunks, 4)
    for _ in range(32):
        clock.now += 1
        trunks.states[0].notice_silence()
    ended = asyncio.gather(*(end(trunks, leg, ends) for leg in found))
    assert await asyncio.wait_for(ended, 2) == [Disposition.NO_ANSWER] * 4
    assert trunks.states[0].fault is None


async def test_a_trunk_of_two_addresses_that_are_silent_both_may_take_twice_as_long() -> None:
    trunks, clock = network(trunk("a"))
    trunks.states[0].addresses = 2
    found = legs(trunks, 3)
    clock.now += 2 * TIMER_B_S + TRYING_S - 1
    assert [await end(trunks, leg, SILENCE) for leg in found] == [Disposition.TRUNK_FAULT] * 3


@pytest.mark.parametrize("passes_since", [False, True])
async def test_a_trunk_that_answers_options_no_more_may_have_died(passes_since: bool) -> None:
    trunks, clock = network(trunk("a", 20))
    heard, rang_out = legs(trunks, 2)
    trunks.states[0].answers_options(True)
    for leg in (heard, rang_out):
        leg.passes()
    clock.now += 5
    trunks.states[0].answers_options(False)
    clock.now += DOUBTED_S
    if passes_since:
        legs(trunks, 1)[0].passes()
    assert await end(trunks, heard, SPOKEN_TO) is (Disposition.HUMAN if passes_since else Disposition.INTERRUPTED)
    assert await end(trunks, rang_out, RANG_OUT) is (Disposition.NO_ANSWER if passes_since else Disposition.INTERRUPTED)


async def test_one_options_that_got_lost_casts_no_lasting_doubt() -> None:
    trunks, clock = network(trunk("a", 20))
    short, long = legs(trunks, 2)
    for leg, out_s in ((short, DOUBTED_S - 5), (long, DOUBTED_S + 5)):
        trunks.states[0].answers_options(True)
        leg.passes()
        clock.now += 1
        trunks.states[0].answers_options(False)
        clock.now += out_s
        trunks.states[0].answers_options(True)
        expected = Disposition.HUMAN if leg is short else Disposition.INTERRUPTED
        assert await end(trunks, leg, SPOKEN_TO) is expected


async def test_a_message_left_over_a_dead_trunk_is_left_again() -> None:
    trunks, clock = network(trunk("a", 20))
    [machine] = legs(trunks, 1)
    trunks.states[0].answers_options(True)
    machine.passes()
    clock.now += 5
    trunks.states[0].answers_options(False)
    clock.now += DOUBTED_S
    left = Outcome(Disposition.MACHINE, heard=1.0, sip=200, cause=32)
    assert await end(trunks, machine, left) is Disposition.INTERRUPTED


async def test_who_hangs_up_on_us_was_there() -> None:
    trunks, clock = network(trunk("a"))
    talks, *_ = legs(trunks, 4)
    talks.passes()
    clock.now += UNHEARD_S + 1
    assert await end(trunks, talks, HUNG_UP) is Disposition.HUMAN


async def test_a_call_that_rang_when_its_trunk_died_uses_up_no_try() -> None:
    trunks, clock = network(trunk("a"))
    rings, *unheard = legs(trunks, 4)
    rings.passes()
    clock.now += TIMER_B_S + 1
    for leg in unheard:
        await trunks.judge(leg, SILENCE)
    clock.now += 15
    assert await end(trunks, rings, RANG_OUT) is Disposition.INTERRUPTED
    assert trunks.states[0].fault


async def test_a_call_that_rings_out_on_a_trunk_that_lives_is_the_residents() -> None:
    trunks, clock = network(trunk("a"))
    [rings] = legs(trunks, 1)
    rings.passes()
    clock.now += 32
    assert await end(trunks, rings, RANG_OUT) is Disposition.NO_ANSWER


# -- rest and recovery ------------------------------------------------------------------------------------------------


async def at_fault(trunks: Trunks) -> None:
    for leg in legs(trunks, 3):
        await trunks.judge(leg, UNAUTHORIZED)
    assert trunks.room() == 0


async def test_one_number_that_the_trunk_can_not_call_does_not_stop_the_others() -> None:
    trunks, _ = network(trunk("a"))
    for _ in range(5):
        fails, busy = legs(trunks, 2)
        assert await end(trunks, fails, UNAUTHORIZED) is Disposition.TRUNK_FAULT
        await trunks.judge(busy, BUSY)
    assert trunks.room() > 1


async def test_after_its_rest_a_trunk_is_tried_with_one_call() -> None:
    trunks, clock = network(trunk("a"))
    await at_fault(trunks)
    clock.now += REST_S[0]
    [trial] = legs(trunks, 5)
    trial.passes()
    clock.now += 1
    assert trunks.room() > 1


async def test_a_trial_call_that_fails_makes_the_rest_longer() -> None:
    trunks, clock = network(trunk("a"))
    await at_fault(trunks)
    for rest_s in REST_S[1:]:
        clock.now += trunks.states[0].rests_until - clock.now
        [trial] = legs(trunks, 5)
        await trunks.judge(trial, UNAUTHORIZED)
        assert trunks.states[0].rests_until - clock.now == rest_s


async def test_silence_ends_with_an_answer_to_options() -> None:
    trunks, clock = network(trunk("a"))
    unheard = legs(trunks, 3)
    clock.now += TIMER_B_S + 1
    for leg in unheard:
        await trunks.judge(leg, SILENCE)
    trunks.states[0].answers_options(False)
    assert trunks.room() == 0
    trunks.states[0].answers_options(True)
    assert trunks.room() == 1


async def test_a_trunk_that_takes_no_call_for_congestion_rests() -> None:
    trunks, clock = network(trunk("a"))
    for place in range(10):
        clock.now += 5
        [leg] = legs(trunks, 1, number=f"+1418{200 + place}0000")
        assert await end(trunks, leg, CONGESTED) is Disposition.CONGESTION
    assert trunks.room() == 0


async def test_a_call_found_open_on_a_trunk_that_is_configured_no_longer() -> None:
    trunks, _ = network(trunk("a"))
    leg = trunks.named("gone", "+14185550101")
    assert await end(trunks, leg, SPOKEN_TO) is Disposition.HUMAN
    assert trunks.room() > 0


def test_a_call_that_ends_twice_frees_one_line() -> None:
    trunks, clock = network(trunk("a", 2))
    first, _ = legs(trunks, 2)
    first.over()
    first.over()
    clock.now += 1
    assert trunks.room() == 1


# -- numbers that do not exist, or a trunk that says so of all --------------------------------------------------------


def waiting(
    trunks: Trunks, found: list[TrunkLeg], outcome: Outcome, *, doubted: bool = False
) -> list[asyncio.Task[Outcome]]:
    return [asyncio.ensure_future(trunks.judge(leg, outcome, doubted=doubted)) for leg in found]


async def told(tasks: list[asyncio.Task[Outcome]]) -> set[Disposition]:
    return {outcome.disposition for outcome in await asyncio.wait_for(asyncio.gather(*tasks), 2)}


async def test_one_dead_number_stands_when_the_time_is_up() -> None:
    trunks, clock = network(trunk("a"))
    [leg] = legs(trunks, 1)
    assert await held(trunks, leg, DEAD, clock) is Disposition.DEAD_NUMBER
    assert trunks.room() > 1


async def test_a_dead_number_stands_as_soon_as_another_telephone_rings() -> None:
    trunks, _ = network(trunk("a"))
    dead, rings = legs(trunks, 2)
    tasks = waiting(trunks, [dead], DEAD)
    await asyncio.sleep(0)
    rings.early_media()
    await asyncio.sleep(0.03)
    assert not tasks[0].done(), "an announcement comes before the answer, too"
    rings.passes()
    assert await told(tasks) == {Disposition.DEAD_NUMBER}


@pytest.mark.parametrize("said", [DEAD, ANNOUNCED], ids=["by a status", "by tones before the answer"])
async def test_a_trunk_that_denies_every_number_rests_and_says_to_look_at_the_number_format(said: Outcome) -> None:
    trunks, clock = network(trunk("a"))
    assert await told(waiting(trunks, legs(trunks, 6), said)) == {Disposition.TRUNK_FAULT}
    assert trunks.room() == 0
    assert view.of(trunks.states[0]).remedy.startswith("check this trunk's number_format")
    clock.now += REST_S[0]
    assert len(legs(trunks, 9)) == TRIALS_OF_NUMBERS


async def test_a_trial_call_to_a_dead_number_beside_one_that_rings() -> None:
    trunks, clock = network(trunk("a"))
    await told(waiting(trunks, legs(trunks, 6), DEAD))
    clock.now += REST_S[0]
    dead, rings, _ = legs(trunks, 9)
    tasks = waiting(trunks, [dead], DEAD)
    await asyncio.sleep(0)
    rings.passes()
    assert await told(tasks) == {Disposition.DEAD_NUMBER}
    assert trunks.states[0].fault is None


async def test_suspected_numbers_accuse_no_trunk() -> None:
    trunks, clock = network(trunk("a"))
    tasks = waiting(trunks, legs(trunks, 20), DEAD, doubted=True)
    await asyncio.sleep(0)
    clock.now += HOLD_S
    assert await told(tasks) == {Disposition.DEAD_NUMBER}
    assert trunks.room() > 1


async def test_a_dead_number_is_no_proof_that_a_trunk_is_well() -> None:
    trunks, clock = network(trunk("a"))
    await at_fault(trunks)
    clock.now += REST_S[0]
    [trial] = legs(trunks, 5)
    await held(trunks, trial, DEAD, clock)
    assert trunks.states[0].fault


async def test_what_is_held_at_the_end_of_the_program_is_called_again() -> None:
    trunks, _ = network(trunk("a"))
    tasks = waiting(trunks, legs(trunks, 2), DEAD)
    await asyncio.sleep(0)
    trunks.close()
    assert await told(tasks) == {Disposition.INTERRUPTED}
    assert await told(waiting(trunks, legs(trunks, 1), DEAD)) == {Disposition.INTERRUPTED}


# -- a trunk with fewer lines than agreed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome",
    [
        FORBIDDEN,
        BUSY,
        Outcome(Disposition.NO_ANSWER, sip=480, cause=19),
        Outcome(Disposition.REFUSED, sip=603, cause=21),
    ],
)
async def test_refused_only_while_many_lines_are_open_is_no_residents_try(outcome: Outcome) -> None:
    trunks, clock = network(trunk("a", 20))
    for leg in (open_ := legs(trunks, 4)):
        leg.passes()
    clock.now += 1
    refused = legs(trunks, 5, number="+1418666{:04}")
    assert await told(waiting(trunks, refused, outcome)) == {Disposition.CONGESTION}
    state = trunks.states[0]
    assert (state.pace.lines(clock.now), state.fault) == (len(open_), None)
    clock.now += 300
    assert state.pace.lines(clock.now) == 20


@pytest.mark.parametrize("outcome", [CONGESTED, Outcome(Disposition.TRUNK_FAULT, sip=488, cause=58)])
async def test_a_trunk_that_carries_calls_does_not_rest_for_want_of_lines(outcome: Outcome) -> None:
    trunks, clock = network(trunk("a", 40))
    for leg in legs(trunks, 4):
        leg.passes()
    for place in range(12):
        clock.now += 0.1
        for leg in legs(trunks, 1, number=f"+1418{300 + place}0000"):
            await trunks.judge(leg, outcome)
    state = trunks.states[0]
    assert state.fault is None
    assert state.pace.lines(clock.now) == 4
    assert state.placed < 4 + 12


@pytest.mark.parametrize("sip", [480, 486, 600])
async def test_a_trunk_that_turns_every_call_away_at_once_is_at_fault(sip: int) -> None:
    trunks, clock = network(trunk("a"))
    disposition = Disposition.NO_ANSWER if sip == 480 else Disposition.BUSY
    seen = []
    for place in range(20):
        clock.now += 1.1
        [leg] = legs(trunks, 1, number=f"+1418666{place:04}")
        seen.append(await end(trunks, leg, Outcome(disposition, sip=sip, cause=17)))
        if trunks.room() == 0:
            break
    assert seen == [disposition] * 10 + [Disposition.TRUNK_FAULT] * 3
    for _ in range(3):
        clock.now += REST_S[0]
        [trial] = legs(trunks, 5)
        assert await end(trunks, trial, Outcome(disposition, sip=sip, cause=17)) is Disposition.TRUNK_FAULT
    clock.now += REST_S[0]
    legs(trunks, 1)[0].passes()
    clock.now += 1
    assert trunks.room() > 1


async def test_who_is_busy_while_others_may_still_ring_is_busy() -> None:
    """Six seconds before each ring, and many who are busy at once."""
    trunks, clock = network(trunk("a", 500))
    rings: list[TrunkLeg] = []
    tasks: list[asyncio.Task[Outcome]] = []
    for place in range(100):
        clock.now += 0.2
        rings += legs(trunks, 1, number=f"+1418777{place:04}")
        tasks += waiting(trunks, legs(trunks, 1, number=f"+1418666{place:04}"), BUSY)
        await asyncio.sleep(0)
        for leg in [each for each in rings if clock.now - 6.2 < each.placed_at < clock.now - 6]:
            leg.passes()
    clock.now += HOLD_S
    assert await told(tasks) <= {Disposition.BUSY, Disposition.CONGESTION}
    assert trunks.states[0].fault is None


async def test_busy_is_told_at_once_where_the_trunk_carried_as_many_calls_before() -> None:
    trunks, clock = network(trunk("a"))
    for leg in (before := legs(trunks, 5)):
        leg.passes()
    before[-1].over()
    clock.now += 1
    [busy] = legs(trunks, 1)
    assert await told(waiting(trunks, [busy], BUSY)) == {Disposition.BUSY}


# -- the memory of what failed ----------------------------------------------------------------------------------------


async def test_what_failed_is_not_remembered_for_ever() -> None:
    trunks, clock = network(trunk("a"), trunk("b", priority=2))
    state = trunks.states[0]
    for place in range(REMEMBERED + 5):
        trunks._remember(TrunkLeg(state, f"+1{place}", clock.now), UNAUTHORIZED)
    assert len(trunks._failed_on) == REMEMBERED


# -- exchanges --------------------------------------------------------------------------------------------------------


async def test_a_congested_exchange_gets_its_calls_slowly_and_the_others_theirs() -> None:
    trunks, clock = network(Trunk("a", "127.0.0.1:5071", 50, 20))
    for _ in range(8):
        clock.now += 3
        for leg in legs(trunks, 1):
            await trunks.judge(leg, CONGESTED)
    assert trunks.held() == {"+1418555"}
    begun = {"+1418555": 0, "+1514333": 0}
    for _ in range(100):
        clock.now += 0.1
        for exchange in begun:
            for leg in legs(trunks, 2, number=exchange + "{:04}"):
                leg.over()
                begun[exchange] += 1
    assert begun["+1418555"] < 40
    assert begun["+1514333"] > 160


async def test_an_exchange_that_is_congested_behind_one_trunk_is_reached_by_the_other() -> None:
    trunks, clock = network(Trunk("a", "127.0.0.1:5071", 50, 20), trunk("b", priority=2))
    for _ in range(8):
        clock.now += 3
        trunks.states[0].exchanges.congested("+14185550101", clock.now)
    assert taken(trunks, 3)[1:] == ["b", "b"]
    assert not trunks.held()


async def test_congestion_of_two_exchanges_slows_the_trunk_and_it_recovers_by_itself() -> None:
    trunks, clock = network(trunk("a"))
    state = trunks.states[0]
    for number in ("+14185550101", "+14184440101"):
        leg = state.take(number)
        await trunks.judge(leg, CONGESTED)
    assert state.pace.is_slowed(clock.now)
    clock.now += 60
    assert not state.pace.is_slowed(clock.now)
    assert not state.exchanges.slowed(clock.now)
