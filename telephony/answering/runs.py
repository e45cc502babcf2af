"""Runs of frames that hold one tone, or two at once: beeps and what the network says in tones are judged by them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from telephony.answering import spectra
from telephony.answering.tones import Tone
from telephony.answering.tuning import Tuning

FRAME_S = spectra.HOP / spectra.RATE
SKIRT = 3
"""Frames whose window holds only part of a tone, at each of its ends."""
BEFORE = 6
"""Frames before a tone to which its level is compared."""
TONAL = 0.7
"""Share of the three strongest tones in a frame that may belong to a run."""
STEADY_STEP_HZ, SWEEP_STEP_HZ = 20.0, 70.0
SECOND_DB = -9.0
"""Weaker than that, a second tone is not one of a pair."""


@dataclass(slots=True)
class Run:
    """A tone. `began`, `ended`: the frames of its beginning and of the first after it; `before_dbfs`: the loudest tone
    just before it."""

    began: int
    before_dbfs: float
    ended: int = 0
    hz: list[float] = field(default_factory=list)
    other_hz: list[float] = field(default_factory=list)
    tones: list[Tone] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return (self.ended - self.began) * FRAME_S

    def add(self, hz: float, tone: Tone) -> None:
        self.hz.append(hz)
        self.other_hz.append(tone.second_hz if hz == tone.hz else tone.hz)
        self.tones.append(tone)

    def pair_hz(self) -> tuple[float, float] | None:
        """The lower and the higher tone, where there are two of much the same strength."""
        if median(tone.second_db for tone in self.tones) < SECOND_DB:
            return None
        first, second = median(self.hz), median(self.other_hz)
        return min(first, second), max(first, second)

    def expected_hz(self) -> float:
        return 2 * self.hz[-1] - self.hz[-2] if len(self.hz) > 1 else self.hz[-1]


class Runs:
    """One call's tones, frame by frame."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._levels: deque[float] = deque(maxlen=BEFORE + SKIRT)
        self._run: Run | None = None
        self.now = 0

    def hear(self, tone: Tone) -> Run | None:
        """The next frame; the run that is over with it."""
        self.now += 1
        ended = None
        tonal = tone.purity_3 >= TONAL and tone.clear_db >= self._tuning.beep_over_noise_db
        hz = self._goes_on(self._run, tone) if self._run and tonal else None
        if self._run and hz is not None:
            self._run.add(hz, tone)
        elif self._run or tonal:
            ended = self._end()
            self._run = self._start(tone) if tonal else None
        self._levels.append(tone.dbfs)
        return ended

    def _start(self, tone: Tone) -> Run | None:
        if not self._tuning.lowest_beep_hz <= tone.hz <= self._tuning.highest_beep_hz:
            return None
        before = list(self._levels)[:-SKIRT]
        run = Run(self.now, max(before, default=-120.0))
        run.add(tone.hz, tone)
        return run

    def _goes_on(self, run: Run, tone: Tone) -> float | None:
        """The frequency with which the running tone goes on; of two equally strong ones either may be on top."""
        expected = run.expected_hz()
        step = SWEEP_STEP_HZ if len(run.hz) == 1 and tone.purity > self._tuning.pure else STEADY_STEP_HZ
        if abs(tone.hz - expected) <= step or abs(tone.hz - run.hz[-1]) <= STEADY_STEP_HZ:
            return tone.hz
        return tone.second_hz if tone.second_db > -6 and abs(tone.second_hz - expected) <= STEADY_STEP_HZ else None

    def _end(self) -> Run | None:
        run, self._run = self._run, None
        if run is not None:
            run.ended = self.now
        return run
