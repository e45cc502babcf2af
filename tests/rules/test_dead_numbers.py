"""When a number is believed not to exist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules import dead_numbers
from rules.dead_numbers import Answer, Evidence, Standing
from rules.outcome import Announcement, Disposition, Outcome

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
A, B = "sip.carrier-a.example:5060", "sip.carrier-b.example:5060"


def said(hours: float, alert_id: int | None, where: str = A, evidence: Evidence = Evidence.NOT_EXIST) -> Answer:
    return Answer(NOW + timedelta(hours=hours), alert_id, where, evidence)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], Standing.IN_USE),
        ([said(0, 1)], Standing.SUSPECTED),
        ([said(0, 1), said(0.1, 1), said(48, 1)], Standing.SUSPECTED),  # one alert, however long
        ([said(0, 1), said(23.9, 2)], Standing.SUSPECTED),
        ([said(0, 1), said(24, 2)], Standing.DEAD),
        ([said(24, 2), said(0, 1)], Standing.DEAD),
        ([said(0, 1), said(5, 2), said(10, 3), said(20, 4)], Standing.SUSPECTED),  # all of one day
        ([said(0, 1), said(5, 2), said(26, 3)], Standing.DEAD),
        ([said(0, 1), said(0.1, 1, B)], Standing.DEAD),
        ([said(0, 1), said(0.1, 1, A.upper())], Standing.SUSPECTED),
        ([said(0, 1), said(0.1, 1, "")], Standing.SUSPECTED),  # not known where
        ([said(0, None), said(1, None)], Standing.SUSPECTED),
        ([said(0, None), said(25, None)], Standing.DEAD),  # two codes, read on different days
        ([said(0, 1, evidence=Evidence.INTERCEPT)], Standing.SUSPECTED),
        ([said(0, 1, evidence=Evidence.BOTH)], Standing.DEAD),
        ([said(0, 1, evidence=Evidence.INTERCEPT), said(30, 2)], Standing.DEAD),
        ([said(0, 1, evidence=Evidence.INTERCEPT), said(1, 2)], Standing.SUSPECTED),
    ],
)
def test_dead_on_independent_evidence_only(answers: list[Answer], expected: Standing) -> None:
    assert dead_numbers.verdict(answers) is expected


def test_on_probation_one_more_answer_decides() -> None:
    left = dead_numbers.on_probation([said(0, 1), said(30, 2, evidence=Evidence.BOTH)])
    assert dead_numbers.verdict([left]) is Standing.SUSPECTED
    assert dead_numbers.verdict([left, said(31 + 90 * 24, 3)]) is Standing.DEAD


@pytest.mark.parametrize(
    ("sip", "cause", "expected"),
    [
        (404, 1, Evidence.NOT_EXIST),
        (410, 22, Evidence.NOT_EXIST),
        (604, 1, Evidence.NOT_EXIST),
        (480, 1, Evidence.NOT_EXIST),
        (484, 28, None),
        (484, 1, None),
        (404, 28, None),
        (None, 28, None),
    ],
)
def test_how_a_number_is_written_says_nothing_against_it(sip: int, cause: int, expected: Evidence | None) -> None:
    assert dead_numbers.evidence_of(Outcome(Disposition.DEAD_NUMBER, sip=sip, cause=cause)) is expected


@pytest.mark.parametrize("announcement", list(Announcement))
def test_an_intercept_announcement_is_evidence_and_with_a_status_it_is_double(announcement: Announcement) -> None:
    intercept = announcement in (Announcement.INTERCEPT, Announcement.VACANT)
    for status, alone, both in ((404, Evidence.NOT_EXIST, Evidence.BOTH), (484, None, Evidence.INTERCEPT)):
        outcome = Outcome(Disposition.DEAD_NUMBER, sip=status, cause=1, announcement=announcement)
        assert dead_numbers.evidence_of(outcome) is (both if intercept else alone)
    heard = Outcome(Disposition.NETWORK, sip=200, cause=16, announcement=announcement)
    assert dead_numbers.evidence_of(heard) is (Evidence.INTERCEPT if intercept else None)
    assert not dead_numbers.shows_life(heard, rang=True)


@pytest.mark.parametrize("disposition", list(Disposition))
def test_only_the_answer_that_says_so_is_evidence(disposition: Disposition) -> None:
    evidence = dead_numbers.evidence_of(Outcome(disposition, sip=404, cause=1))
    assert (evidence is not None) == (disposition is Disposition.DEAD_NUMBER)


@pytest.mark.parametrize(
    ("disposition", "rang", "lives"),
    [
        (Disposition.HUMAN, True, True),
        (Disposition.MACHINE, False, True),
        (Disposition.BUSY, False, True),
        (Disposition.NO_ANSWER, True, True),
        (Disposition.NO_ANSWER, False, False),
        (Disposition.REFUSED, True, True),
        (Disposition.REFUSED, False, False),
        (Disposition.DEAD_NUMBER, True, False),
        (Disposition.CONGESTION, True, False),
        (Disposition.TRUNK_FAULT, True, False),
        (Disposition.INTERRUPTED, True, False),
    ],
)
def test_signs_of_life(disposition: Disposition, rang: bool, lives: bool) -> None:
    assert dead_numbers.shows_life(Outcome(disposition), rang=rang) is lives
