"""One table: what was tried, and when the next call is due (in seconds from now, on which number)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rules import retry
from rules.model import Channel, ContactPoint, Numbers
from rules.outcome import Announcement, Disposition, Outcome, Reply
from rules.retry import Try

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
TABLE = retry.RedialTable(redials=2, delay_s=300.0)
REDIALS = TABLE.redials

HOME, MOBILE, WORK = (ContactPoint(n, 1, Channel.VOICE, f"+1514555010{n}", n) for n in (1, 2, 3))

D = Disposition
NO_ANSWER, BUSY, UNREACHABLE = Outcome(D.NO_ANSWER), Outcome(D.BUSY), Outcome(D.UNREACHABLE)
DEAD, REFUSED = Outcome(D.DEAD_NUMBER), Outcome(D.REFUSED)
CONGESTION, TRUNK_FAULT, INTERRUPTED = Outcome(D.CONGESTION), Outcome(D.TRUNK_FAULT), Outcome(D.INTERRUPTED)
MUTE = Outcome(D.TRUNK_FAULT, sip=200)  # answered, and no sound could be sent
HUNG_UP, HEARD = Outcome(D.HUMAN, heard=0.3), Outcome(D.HUMAN, heard=0.9)
ACKNOWLEDGED = Outcome(D.HUMAN, Reply.ACKNOWLEDGED, heard=0.2)
OPTED_OUT = Outcome(D.HUMAN, Reply.OPTED_OUT, heard=1.0)
BUSY_TONE, REORDER, NO_CIRCUIT, INTERCEPT, VACANT, FAX = (
    Outcome(D.NETWORK, announcement=each) for each in Announcement
)
CUT_SHORT, LEFT_WHOLE = Outcome(D.MACHINE, heard=0.5), Outcome(D.MACHINE, heard=1.0)


def history(*tries: tuple[ContactPoint, Outcome, float]) -> list[Try]:
    """Each ended so many seconds ago."""
    return [Try(point.id, outcome, NOW - timedelta(seconds=ago_s)) for point, outcome, ago_s in tries]


def next_try(points: list[ContactPoint], tries: list[Try]) -> retry.Next | None:
    return retry.next_try(points, tries, table=TABLE, now=NOW)


def times(outcome: Outcome, count: int, *, point: ContactPoint = HOME) -> list[Try]:
    return history(*[(point, outcome, 0)] * count)


@pytest.mark.parametrize(
    ("outcome", "calls_before", "wait_s"),
    [
        (NO_ANSWER, 1, 300),
        (NO_ANSWER, 2, 300),
        (NO_ANSWER, 3, None),
        (BUSY, 1, 300),
        (BUSY, 3, None),
        (UNREACHABLE, 2, 300),
        (UNREACHABLE, 3, None),
        (CUT_SHORT, 1, 300),
        (CUT_SHORT, 3, None),
        (LEFT_WHOLE, 1, None),
        (HUNG_UP, 1, 300),
        (HUNG_UP, 2, None),
        (HEARD, 1, None),
        (ACKNOWLEDGED, 1, None),
        (OPTED_OUT, 1, None),
        (REFUSED, 1, 300),
        (REFUSED, 2, None),
        (DEAD, 1, None),
        (MUTE, 1, 5),
        (MUTE, 2, 10),
        (MUTE, 3, None),
        (CONGESTION, 1, 5),
        (CONGESTION, 2, 10),
        (CONGESTION, 3, 20),
        (CONGESTION, 6, 160),
        (CONGESTION, 7, 300),
        (CONGESTION, 9, 300),
        (CONGESTION, 10, 300),
        (CONGESTION, 2000, 300),
        (TRUNK_FAULT, 1, 5),
        (TRUNK_FAULT, 500, 300),
        (INTERRUPTED, 2, 10),
        (INTERRUPTED, 10, None),
        (BUSY_TONE, 1, 300),
        (BUSY_TONE, 3, None),
        (REORDER, 1, 5),
        (REORDER, 10, None),
        (NO_CIRCUIT, 2, 10),
        (INTERCEPT, 1, None),
        (VACANT, 1, None),
        (FAX, 1, 300),
        (FAX, 2, None),
        (Outcome(D.NETWORK), 1, 300),
        (replace(FAX, heard=1.0), 1, 300),
    ],
)
def test_one_number(outcome: Outcome, calls_before: int, wait_s: float | None) -> None:
    found = next_try([HOME], times(outcome, calls_before))
    assert (found and (found.moment - NOW).total_seconds()) == wait_s


def test_the_first_call_is_to_the_first_number_at_once() -> None:
    assert next_try([HOME, MOBILE], []) == retry.Next(HOME, NOW)


def test_nobody_to_call() -> None:
    assert next_try([], []) is None
    assert next_try([], times(NO_ANSWER, 1)) is None


def test_a_second_trunk_does_not_shorten_the_time_for_which_somebody_is_tried() -> None:
    each = Try(HOME.id, INTERRUPTED, NOW)
    nine = [replace(each, trunk=trunk) for trunk in ("a", "b") for _ in range(9)]
    found = next_try([HOME], nine)
    assert found is not None
    assert found.moment == NOW + timedelta(seconds=300)
    assert next_try([HOME], [*nine, replace(each, trunk="a")]) is None
    missed = [replace(each, outcome=NO_ANSWER, trunk=trunk) for trunk in ("a", "b", "c")]
    assert next_try([HOME], missed) is None


@pytest.mark.parametrize(
    ("tries", "point", "wait_s"),
    [
        ([(HOME, NO_ANSWER, 0)], MOBILE, 0),
        ([(HOME, NO_ANSWER, 40), (MOBILE, BUSY, 0)], HOME, 260),
        ([(HOME, DEAD, 40), (MOBILE, BUSY, 0)], MOBILE, 300),
        ([(HOME, HUNG_UP, 0)], MOBILE, 0),
        ([(HOME, CONGESTION, 0)], MOBILE, 0),
        ([(HOME, NO_ANSWER, 4), (MOBILE, CONGESTION, 0)], MOBILE, 5),
        ([(HOME, ACKNOWLEDGED, 0)], None, None),
        ([(HOME, HEARD, 0)], None, None),
        ([(HOME, OPTED_OUT, 0)], None, None),
        # Left on a machine: the numbers not called yet get one call each, and that is all.
        ([(HOME, LEFT_WHOLE, 0)], MOBILE, 0),
        ([(HOME, NO_ANSWER, 50), (MOBILE, LEFT_WHOLE, 0)], None, None),
        ([(HOME, LEFT_WHOLE, 50), (MOBILE, NO_ANSWER, 0)], None, None),
        ([(HOME, LEFT_WHOLE, 50), (MOBILE, HUNG_UP, 0)], None, None),
        # Congestion was no call: the first one is still to be made.
        ([(HOME, LEFT_WHOLE, 50), (MOBILE, CONGESTION, 0)], MOBILE, 5),
        # Long overdue: at once, not in the past.
        ([(HOME, NO_ANSWER, 1000), (MOBILE, NO_ANSWER, 900)], HOME, 0),
    ],
)
def test_two_numbers(
    tries: list[tuple[ContactPoint, Outcome, float]], point: ContactPoint | None, wait_s: float | None
) -> None:
    found = next_try([HOME, MOBILE], history(*tries))
    assert (found and found.point) == point
    assert (found and (found.moment - NOW).total_seconds()) == wait_s


def test_each_kind_of_failure_has_its_own_budget() -> None:
    mixed = [*times(CONGESTION, 3), *times(NO_ANSWER, 2), *times(REFUSED, 1), *times(HUNG_UP, 1)]
    assert next_try([HOME], mixed) == retry.Next(HOME, NOW + timedelta(seconds=300))
    assert next_try([HOME], [*mixed, *times(NO_ANSWER, 1)]) is None


def test_no_answer_busy_and_unreachable_share_the_redials() -> None:
    assert next_try([HOME], [*times(NO_ANSWER, 1), *times(BUSY, 1), *times(UNREACHABLE, 1)]) is None


def test_without_redials() -> None:
    none = retry.RedialTable(redials=0)
    assert retry.next_try([HOME], times(NO_ANSWER, 1), table=none, now=NOW) is None
    assert retry.next_try([HOME, MOBILE], times(NO_ANSWER, 1), table=none, now=NOW) == retry.Next(MOBILE, NOW)


def test_back_off_is_never_longer_than_the_redial_delay_nor_shorter_than_a_second() -> None:
    quick = retry.next_try([HOME], times(CONGESTION, 5), table=retry.RedialTable(2, 2), now=NOW)
    assert quick == retry.Next(HOME, NOW + timedelta(seconds=2))
    at_once = retry.next_try([HOME], times(CONGESTION, 5), table=retry.RedialTable(2, 0), now=NOW)
    assert at_once == retry.Next(HOME, NOW + timedelta(seconds=1))


def test_a_back_off_is_five_minutes_at_most_however_long_the_redial_delay() -> None:
    slow = retry.next_try([HOME], times(TRUNK_FAULT, 50), table=retry.RedialTable(2, 86400), now=NOW)
    assert slow == retry.Next(HOME, NOW + timedelta(seconds=300))


def test_a_number_that_died_since_is_passed_over() -> None:
    assert next_try([MOBILE], history((HOME, NO_ANSWER, 10))) == retry.Next(MOBILE, NOW)


def test_every_disposition_has_a_rule() -> None:
    assert set(retry.RULES) == set(Disposition)
    assert set(retry.BY_ANNOUNCEMENT) == set(Announcement)


@settings(deadline=None)
@given(st.lists(st.sampled_from([NO_ANSWER, BUSY, UNREACHABLE, CUT_SHORT, HUNG_UP, REFUSED, INTERRUPTED])))
def test_calling_always_comes_to_an_end(fates: list[Outcome]) -> None:
    """Whatever happens to calls that may have rung, no number is called for ever."""
    tries: list[Try] = []
    for fate in fates * 10:
        following = next_try([HOME, MOBILE, WORK], tries)
        if following is None:
            break
        tries.append(Try(following.point.id, fate, following.moment))
    assert len(tries) <= 3 * (1 + REDIALS + 2 + 2 + retry.MOST_BACK_OFFS)


def test_the_delay_is_not_longer_for_a_clock_that_was_put_back() -> None:
    (tried,) = history((HOME, NO_ANSWER, -3600))  # ended an hour from now, by the clock as it was
    again = next_try([HOME], [tried])
    assert again is not None
    assert again.moment == NOW + timedelta(seconds=TABLE.delay_s)


@pytest.mark.parametrize(
    ("busy_after_s", "wait_s"),
    [(5, 10), (119, 10), (300, TABLE.delay_s)],
)
def test_busy_soon_after_our_own_interruption_uses_up_no_try(busy_after_s: int, wait_s: int) -> None:
    tries = history((HOME, INTERRUPTED, busy_after_s), (HOME, BUSY, 0))
    again = next_try([HOME], tries)
    assert again is not None
    assert again.moment == NOW + timedelta(seconds=wait_s)


def test_busy_with_our_own_old_call_may_be_so_for_several_calls() -> None:
    tries = history((HOME, INTERRUPTED, 35), (HOME, BUSY, 30), (HOME, BUSY, 20), (HOME, BUSY, 0))
    again = next_try([HOME], tries)
    assert again is not None
    assert again.moment == NOW + timedelta(seconds=40)


@pytest.mark.parametrize("between", [CONGESTION, TRUNK_FAULT])
def test_a_trunk_without_room_between_leaves_the_line_held(between: Outcome) -> None:
    """Its telephone did not ring: busy after it is still busy with the call that we broke off."""
    tries = history((HOME, BUSY, 400), (HOME, BUSY, 90), (HOME, INTERRUPTED, 7), (HOME, between, 5), (HOME, BUSY, 0))
    assert next_try([HOME], tries) is not None
    assert next_try([HOME], tries[:2] + tries[3:]) is None


def test_a_call_that_got_through_between_shows_that_the_line_is_free() -> None:
    tries = history((HOME, BUSY, 400), (HOME, INTERRUPTED, 50), (HOME, MUTE, 30), (HOME, BUSY, 20), (HOME, BUSY, 0))
    assert next_try([HOME], tries) is None


OWN = retry.RedialTable(
    2,
    300.0,
    {
        "busy": {"redials": 4, "delay_s": 60},
        "hung_up": {"redials": 3},
        "refused": {"redials": 0},
        "machine": {"delay_s": 5},
        "left_on_machine": {"redials": 1, "delay_s": 900},
    },
)


@pytest.mark.parametrize(
    ("outcome", "calls_before", "wait_s"),
    [
        (BUSY, 4, 60),
        (BUSY, 5, None),
        (NO_ANSWER, 2, 300),
        (NO_ANSWER, 3, None),
        (HUNG_UP, 3, 300),
        (HUNG_UP, 4, None),
        (REFUSED, 1, None),
        (CUT_SHORT, 2, 5),
        (LEFT_WHOLE, 1, 900),
        (LEFT_WHOLE, 2, None),
        (DEAD, 1, None),
        (CONGESTION, 9, 300),
        (CONGESTION, 10, 300),
    ],
)
def test_each_cause_has_its_own_line_in_the_table(outcome: Outcome, calls_before: int, wait_s: float | None) -> None:
    found = retry.next_try([HOME], times(outcome, calls_before), table=OWN, now=NOW)
    assert (found and (found.moment - NOW).total_seconds()) == wait_s


def test_calls_that_share_a_budget_are_counted_together() -> None:
    """Three missed calls are all that no answer allows; were the last one busy, there is one more."""
    mixed = [*times(BUSY, 2), *times(NO_ANSWER, 1)]
    assert retry.next_try([HOME], mixed, table=OWN, now=NOW) is None
    assert retry.next_try([HOME], [*mixed, *times(BUSY, 1)], table=OWN, now=NOW) is not None


@pytest.mark.parametrize(
    ("tries", "point", "wait_s"),
    [
        ([(HOME, ACKNOWLEDGED, 0)], MOBILE, 0),
        ([(HOME, ACKNOWLEDGED, 50), (MOBILE, NO_ANSWER, 0)], MOBILE, 300),
        ([(HOME, NO_ANSWER, 50), (MOBILE, HEARD, 0)], HOME, 250),
        ([(HOME, LEFT_WHOLE, 50), (MOBILE, BUSY, 0)], MOBILE, 300),
        ([(HOME, LEFT_WHOLE, 50), (MOBILE, OPTED_OUT, 0)], None, None),
    ],
)
def test_every_number_is_called(
    tries: list[tuple[ContactPoint, Outcome, float]], point: ContactPoint | None, wait_s: float | None
) -> None:
    found = retry.next_try([HOME, MOBILE], history(*tries), table=TABLE, now=NOW, numbers=Numbers.EVERY)
    assert (found and found.point) == point
    assert (found and (found.moment - NOW).total_seconds()) == wait_s
