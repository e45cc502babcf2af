"""Bursts of the tones by which a network says busy, congested or ringing (ITU-T E.180, supplement 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from telephony.answering.runs import FRAME_S
from telephony.answering.tones import Tone

ONE_HZ = (385.0, 500.0)
"""400, 425, 440 or 450 Hz; the pair 440 and 480 Hz, too close to be told apart in a frame, lies between its two."""
BUSY_HZ, BUSY_OFF = (480.0, 620.0), 0.04
"""Two at once, in North America."""
PURITY, CLEAR_DB = 0.85, 8.0
HANG_OVER = 3
"""So many frames without the tone end a burst."""
SHORTEST = 10
STEADY_HZ, STEADY_DB = 12.0, 2.0
"""Mean distance from the median."""


@dataclass(slots=True)
class Burst:
    """One burst. `began`, `ended`: the frames of its beginning and of the first after it; `pair`: 480 and 620 Hz."""

    began: int
    ended: int = 0
    tones: list[Tone] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return (self.ended - self.began) * FRAME_S

    @property
    def pair(self) -> bool:
        return 2 * sum(map(_is_busy_pair, self.tones)) > len(self.tones)

    @property
    def hz(self) -> float:
        return BUSY_HZ[0] if self.pair else median(tone.hz for tone in self.tones)

    @property
    def dbfs(self) -> float:
        return median(tone.dbfs for tone in self.tones)

    def steady(self) -> bool:
        inner = self.tones[2:-2]
        hz = [min(tone.hz, tone.second_hz) if self.pair else tone.hz for tone in inner]
        return _spread(hz) <= STEADY_HZ and _spread([tone.dbfs for tone in inner]) <= STEADY_DB


class Bursts:
    """One call's bursts, frame by frame."""

    def __init__(self) -> None:
        self._now = 0
        self._burst: Burst | None = None

    def hear(self, tone: Tone) -> Burst | None:
        """The next frame; the steady burst that is over with it."""
        self._now += 1
        if _is_progress(tone):
            self._burst = self._burst or Burst(self._now)
            self._burst.tones.append(tone)
            self._burst.ended = self._now + 1
        elif self._burst and self._now - self._burst.ended >= HANG_OVER:
            burst, self._burst = self._burst, None
            return burst if len(burst.tones) >= SHORTEST and burst.steady() else None
        return None


def _is_progress(tone: Tone) -> bool:
    if tone.purity_3 < PURITY or tone.clear_db < CLEAR_DB:
        return False
    return ONE_HZ[0] <= tone.hz <= ONE_HZ[1] or _is_busy_pair(tone)


def _is_busy_pair(tone: Tone) -> bool:
    pair = sorted((tone.hz, tone.second_hz))
    return tone.second_db > -12 and all(
        abs(hz / known - 1) <= BUSY_OFF for hz, known in zip(pair, BUSY_HZ, strict=True)
    )


def _spread(values: Sequence[float]) -> float:
    middle = median(values)
    return fmean(abs(value - middle) for value in values)
