"""How long an alert will take, and how many minutes on the trunks: from how calls went before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.outcome import Disposition

WORDS_A_CHARACTER_S = 1 / 14
"""Seconds of speech for each character of a text: about 150 words a minute."""

FRAME_S = 20.0  # who is calling, the keys, thanks
RING_S = {Disposition.HUMAN: 12.0, Disposition.MACHINE: 24.0}
GREETING_S = 10.0
FIRST_YEARS_SHARES = {Disposition.HUMAN: 0.61, Disposition.MACHINE: 0.30, Disposition.NO_ANSWER: 0.09}
"""Of one Canadian town's test in 2021: what is expected before there is a history of one's own."""

MISSED = frozenset({Disposition.NO_ANSWER, Disposition.BUSY, Disposition.UNREACHABLE, Disposition.NETWORK})
ENOUGH = 50
"""Calls of a history before it is believed."""


@dataclass(frozen=True, slots=True)
class History:
    """Recently finished calls: how many of each disposition, and how long each held a line, in seconds."""

    calls: Mapping[Disposition, int] = field(default_factory=dict)
    line_s: Mapping[Disposition, float] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        return sum(self.calls.values()) >= ENOUGH


@dataclass(frozen=True, slots=True)
class ExpectedCalls:
    """One call: how long it holds a line on average, in seconds, and how often it is missed (0 to 1)."""

    line_s: float
    missed: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """`seconds`: from the first call until everybody was tried for the last time, the last redials included."""

    calls: float
    trunk_s: float
    seconds: float


def expected(history: History, *, characters: int, ring_s: float) -> ExpectedCalls:
    """Of a call that tells a text of so many characters."""
    shares = _shares(history)
    spoken_s = FRAME_S + characters * WORDS_A_CHARACTER_S
    guess = {
        Disposition.HUMAN: RING_S[Disposition.HUMAN] + spoken_s,
        Disposition.MACHINE: RING_S[Disposition.MACHINE] + GREETING_S + spoken_s,
    }
    seen = history.line_s if history.enough else {}
    line_s = {each: seen.get(each, guess.get(each, ring_s)) for each in shares}
    missed = sum(share for each, share in shares.items() if each in MISSED)
    return ExpectedCalls(sum(share * line_s[each] for each, share in shares.items()), missed)


def _shares(history: History) -> dict[Disposition, float]:
    if not history.enough:
        return dict(FIRST_YEARS_SHARES)
    calls = sum(history.calls.values())
    return {each: number / calls for each, number in history.calls.items()}


def forecast(
    people: int, each: ExpectedCalls, *, lines: int, per_second: float, redials: int, delay_s: float
) -> Forecast:
    """Round after round: the first calls as fast as lines and calls a second allow; who was missed is called again
    once the delay is over."""
    if not people or not lines or not per_second:
        return Forecast(0.0, 0.0, 0.0)
    seconds, calls, of_round = 0.0, 0.0, float(people)
    for again in range(redials + 1):
        if of_round < 0.5:
            break
        work_s = max(of_round / per_second, of_round * each.line_s / lines)
        waited_s = delay_s + each.line_s if again else each.line_s
        seconds = max(seconds + work_s, seconds + waited_s) if again else max(work_s, waited_s)
        calls += of_round
        of_round *= each.missed
    return Forecast(calls, calls * each.line_s, seconds)
