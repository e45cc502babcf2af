"""Spectra of all open calls at once, and the noise floor under each."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE = 8000
HOP = 80
WINDOW = 256
FRAMES = 4
"""Frames are measured in steps of four (40 ms): the outcome does not depend on how the audio arrives."""
STEP = FRAMES * HOP
SPAN = WINDOW + (FRAMES - 1) * HOP
BIN_HZ = RATE / WINDOW
FULL_SCALE = np.float32((32768.0 * WINDOW / 4) ** 2)
"""Power in the peak bin of the loudest sine under a Hann window."""
SHARE, SINK_SHARE = np.float32(0.06), np.float32(0.25)
"""Of the newest step in the noise floor."""
BESIDE, OVER_MEDIAN = 15, 4.0
"""Bins on each side, more than two tones fill; bins of noise are seldom so far above their median."""
MUCH_QUIETER, HIGHEST_RATIO = np.float32(0.4), np.float32(4)
RISE = np.float32(1.008)
BAND_EDGES_HZ = (125, 300, 500, 750, 1050, 1450, 2000, 2700, 3600)

_hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_band_of = np.zeros((WINDOW // 2 + 1, len(BAND_EDGES_HZ) - 1), np.float32)
for _band, (_low, _high) in enumerate(itertools.pairwise(BAND_EDGES_HZ)):
    _inside = slice(round(_low / BIN_HZ), round(_high / BIN_HZ))
    _band_of[_inside, _band] = 1 / (_inside.stop - _inside.start)


def powers(spans: NDArray[np.int16]) -> Floats:
    """Power spectra of the four frames in each span: (calls, FRAMES, bins), 1.0 at full scale."""
    frames = np.lib.stride_tricks.sliding_window_view(spans, WINDOW, axis=1)[:, ::HOP]
    spectra = np.fft.rfft(frames.astype(np.float32) * _hann, axis=-1)
    return np.asarray((spectra.real**2 + spectra.imag**2) / FULL_SCALE, np.float32)


def in_bands(power: Floats) -> Floats:
    """Mean power of a bin in each band."""
    return power @ _band_of


def without_tones(bins: Floats) -> Floats:
    """The first noise floor of calls, from their first step: one may begin in the middle of a tone, which is no noise.
    No bin is far above those beside it."""
    padded = np.pad(bins, ((0, 0), (BESIDE, BESIDE)), mode="reflect")
    beside = np.lib.stride_tricks.sliding_window_view(padded, 2 * BESIDE + 1, axis=1)
    return np.asarray(np.minimum(bins, OVER_MEDIAN * np.median(beside, axis=-1)), np.float32)


def follow(floor: Floats, power: Floats, noise: NDArray[np.bool_], steps: Floats) -> Floats:
    """The noise floor after one more step, of which `steps` went before: the mean of the noise, soon lower where the
    step is much quieter; under voice it rises only 0.9 dB a second. Digital silence says nothing about the noise."""
    ratio = power / floor
    share = np.where(ratio < MUCH_QUIETER, SINK_SHARE, np.maximum(1 / (steps + 1), SHARE))
    mean = floor * (1 + share * (np.minimum(ratio, HIGHEST_RATIO) - 1))
    moved = np.where(noise | (ratio < 1), mean, floor * RISE)
    return np.where(power > 0, moved, floor)
