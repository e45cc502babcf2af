"""Keys that are sent as sound (DTMF: ITU-T Q.23, and Q.24 for how they are received), in all open calls at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from telephony.answering import spectra
from telephony.answering.spectra import Floats

LOW_HZ, HIGH_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = "123A456B789C*0#D"
OFF = 0.022
"""1.5 % must be taken, 3.5 % must not (Q.24)."""
LOW_BINS, HIGH_BINS, ALL_BINS = slice(20, 33), slice(36, 55), slice(5, 116)
LOBE, LOBE_POWER = 2, np.float32(2 / 3)
"""Bins on each side of a peak; a Hann window spreads the power of a tone over one and a half times as much."""
SHARE = 0.82
"""Of all sound that the two tones hold."""
TWIST_DB = (-10.0, 8.0)
"""The high tone over the low one."""
LEAST_DBFS = -48.0
FRAMES = 4
"""Windows that hold the key: a tone of 40 ms fills as many, at least in part."""
STEADY_HZ, STEADY_DB = 9.0, 2.5
FALLS_DB = 9.0
"""So much weaker, the key is over: two presses stay apart."""
TINY = np.float32(1e-12)
_offsets = np.arange(-LOBE, LOBE + 1)


class Pair(NamedTuple):
    """The two tones of one frame that may be a key."""

    low_hz: float
    high_hz: float
    dbfs: float


class Press(NamedTuple):
    digit: str
    seconds: float


@dataclass(slots=True)
class Keys:
    """One call's keys, frame by frame."""

    _pairs: list[Pair] = field(default_factory=list)
    _digit: str = ""

    @property
    def idle(self) -> bool:
        return not self._digit

    def hear(self, pair: Pair | None) -> Press | None:
        """The next frame: the key that is over with it."""
        digit = _digit(pair) if pair else ""
        loudest = max((each.dbfs for each in self._pairs), default=0.0)
        if pair and digit and digit == self._digit and pair.dbfs > loudest - FALLS_DB:
            self._pairs.append(pair)
            return None
        press = self._over()
        self._digit, self._pairs = digit, [pair] if pair and digit else []
        return press

    def _over(self) -> Press | None:
        if len(self._pairs) < FRAMES or not _steady(self._pairs):
            return None
        return Press(self._digit, len(self._pairs) * spectra.HOP / spectra.RATE)


def _digit(pair: Pair) -> str:
    low = [at for at, hz in enumerate(LOW_HZ) if abs(pair.low_hz / hz - 1) <= OFF]
    high = [at for at, hz in enumerate(HIGH_HZ) if abs(pair.high_hz / hz - 1) <= OFF]
    return KEYS[4 * low[0] + high[0]] if low and high else ""


def _steady(pairs: list[Pair]) -> bool:
    """No voice holds two tones so still. The frames at the ends hold only part of a key."""
    inner = pairs[1:-1]
    still = all(np.ptp([getattr(pair, name) for pair in inner]) <= STEADY_HZ for name in ("low_hz", "high_hz"))
    levels = [pair.dbfs for pair in pairs[2:-2]]
    return still and (not levels or float(np.ptp(levels)) <= STEADY_DB)


def pairs(power: Floats) -> list[list[Pair | None]]:
    """For each call what may be a key in each frame; `power`: (calls, frames, bins)."""
    low_hz, low = _peak(power, LOW_BINS)
    high_hz, high = _peak(power, HIGH_BINS)
    both = low + high
    twist_db = 10 * np.log10((high + TINY) / (low + TINY))
    dbfs = 10 * np.log10(both + TINY)
    likely = both > SHARE * LOBE_POWER * power[..., ALL_BINS].sum(-1)
    likely &= (twist_db > TWIST_DB[0]) & (twist_db < TWIST_DB[1]) & (dbfs > LEAST_DBFS)
    found: list[list[Pair | None]] = [[None] * power.shape[1] for _ in power]
    for call, frame in np.argwhere(likely).tolist():
        found[call][frame] = Pair(*(float(each[call, frame]) for each in (low_hz, high_hz, dbfs)))
    return found


def _peak(power: Floats, band: slice) -> tuple[Floats, Floats]:
    """Frequency and power of the strongest tone in a band."""
    at = (power[..., band].argmax(-1) + band.start)[..., None]
    lobe = np.take_along_axis(power, at + _offsets, -1)
    left, middle, right = (np.log(lobe[..., LOBE + each] + TINY) for each in (-1, 0, 1))
    off = np.clip((left - right) / (2 * np.minimum(left - 2 * middle + right, -TINY)), -1, 1)
    hz = (at[..., 0] + off) * spectra.BIN_HZ
    return np.asarray(hz, np.float32), np.asarray(lobe.sum(-1) * LOBE_POWER, np.float32)
