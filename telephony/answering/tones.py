"""How much of each frame is one steady tone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from telephony.answering import spectra
from telephony.answering.spectra import Floats

LOWEST_BIN, HIGHEST_BIN = 9, 112
LOBE = 3
"""Bins on each side of a peak that a Hann window fills."""
OVER_NOISE = np.float32(3.0)
"""What a bin of noise seldom exceeds, in multiples of its mean."""
TINY = np.float32(1e-12)

_offsets = np.arange(-LOBE, LOBE + 1)


@dataclass(frozen=True, slots=True)
class Tone:
    """The strongest tone of one frame. `purity`: its share of all power that is not noise. `clear_db`: above the
    noise in the same bins. `second_db`: the next peak against this one, and its frequency."""

    hz: float
    dbfs: float
    purity: float
    clear_db: float
    second_hz: float
    second_db: float


def strongest(power: Floats, floor: Floats) -> list[list[Tone]]:
    """For each call the strongest tone of each frame; `power` (calls, frames, bins), `floor` (calls, bins)."""
    band = power[..., LOWEST_BIN : HIGHEST_BIN + 1]
    noise = np.broadcast_to(floor[:, None, LOWEST_BIN : HIGHEST_BIN + 1], band.shape)
    signal = np.maximum(band - OVER_NOISE * noise, 0)
    hz, lobe, under, rest = _peak(band, noise, signal)
    second_hz, second, _, _ = _peak(rest, noise, rest)
    purity = lobe / (lobe + rest.sum(-1) + TINY)
    columns = np.stack((hz, _db(lobe), purity, _db(lobe) - _db(under), second_hz, _db(second) - _db(lobe)), -1)
    return [[Tone(*values) for values in call] for call in columns.tolist()]


def _peak(band: Floats, noise: Floats, signal: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Frequency and power of the highest peak, the noise under it, and the signal without it."""
    at = np.clip(band.argmax(-1), LOBE, band.shape[-1] - 1 - LOBE)[..., None]
    around = at + _offsets
    peak = np.log(np.take_along_axis(band, at + _offsets[LOBE - 1 : LOBE + 2], -1) + TINY)
    left, middle, right = peak[..., 0], peak[..., 1], peak[..., 2]
    bend = np.minimum(left - 2 * middle + right, -TINY)
    hz = (at[..., 0] + LOWEST_BIN + np.clip((left - right) / (2 * bend), -1, 1)) * spectra.BIN_HZ
    rest = signal.copy()
    np.put_along_axis(rest, around, 0, -1)
    lobe = np.take_along_axis(band, around, -1).sum(-1) * np.float32(2 / 3)
    under = np.take_along_axis(noise, around, -1).sum(-1) * np.float32(2 / 3)
    return hz, lobe, under, rest


def _db(power: Floats) -> Floats:
    return np.asarray(10 * np.log10(power + TINY), np.float32)
