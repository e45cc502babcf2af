"""How much of each frame is a steady tone, or a few of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telephony.answering import spectra
from telephony.answering.spectra import Floats

LOWEST_BIN, HIGHEST_BIN = 8, 112
LOBE = 3
"""Bins on each side of a peak that a Hann window fills."""
OVER_NOISE = np.float32(3.0)
"""What a bin of noise seldom exceeds, in multiples of its mean."""
TINY = np.float32(1e-12)

_offsets = np.arange(-LOBE, LOBE + 1)


class Tone(NamedTuple):
    """The strongest tone of one frame. `purity`: its share of all power that is not noise; `purity_3`: the share of
    the three strongest. `clear_db`: above the noise in the same bins. `second_db`: the next peak against this one."""

    hz: float
    dbfs: float
    purity: float
    purity_3: float
    clear_db: float
    second_hz: float
    second_db: float


def strongest(power: Floats, floor: Floats) -> list[list[Tone]]:
    """For each call the strongest tone of each frame; `power` (calls, frames, bins), `floor` (calls, bins)."""
    band = power[..., LOWEST_BIN : HIGHEST_BIN + 1]
    noise = np.broadcast_to(floor[:, None, LOWEST_BIN : HIGHEST_BIN + 1], band.shape)
    signal = np.maximum(band - OVER_NOISE * noise, 0)
    hz, under = _first(band, noise)
    first = _take(signal, band)
    second_hz, _ = _first(signal, noise)
    second = _take(signal, signal)
    third = _take(signal, signal)
    left = signal.sum(-1)
    columns = np.stack(
        (
            hz,
            _db(first),
            first / (first + second + third + left + TINY),
            (first + second + third) / (first + second + third + left + TINY),
            _db(first) - _db(under),
            second_hz,
            _db(second) - _db(first),
        ),
        -1,
    )
    return [[Tone._make(values) for values in call] for call in columns.tolist()]


def _where(band: Floats) -> NDArray[np.intp]:
    return np.asarray(np.clip(band.argmax(-1), LOBE, band.shape[-1] - 1 - LOBE)[..., None], np.intp)


def _first(band: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Frequency of the highest peak (0: it lies at an end of the band), and the noise under it."""
    at = _where(band)
    peak = np.log(np.take_along_axis(band, at + _offsets[LOBE - 1 : LOBE + 2], -1) + TINY)
    left, middle, right = peak[..., 0], peak[..., 1], peak[..., 2]
    off = (left - right) / (2 * np.minimum(left - 2 * middle + right, -TINY))
    hz = np.where(np.abs(off) <= 1, at[..., 0] + LOWEST_BIN + off, 0) * spectra.BIN_HZ
    under = np.take_along_axis(noise, at + _offsets, -1).sum(-1) * np.float32(2 / 3)
    return np.asarray(hz, np.float32), np.asarray(under, np.float32)


def _take(signal: Floats, band: Floats) -> Floats:
    """Power of the highest peak, which is taken out of the signal."""
    around = _where(band) + _offsets
    lobe = np.take_along_axis(band, around, -1).sum(-1) * np.float32(2 / 3)
    np.put_along_axis(signal, around, 0, -1)
    return np.asarray(lobe, np.float32)


def _db(power: Floats) -> Floats:
    return np.asarray(10 * np.log10(power + TINY), np.float32)
