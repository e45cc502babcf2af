"""What the town's network, fax machines and keys sound like, as files that its dialplan plays."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
LEVEL = 6000
Samples = NDArray[np.float64]


def tone(seconds: float, *hz: float) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(sum(LEVEL / len(hz) * np.sin(2 * np.pi * each * times) for each in hz) + np.zeros(len(times)))


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE))


def key(low_hz: float, high_hz: float, seconds: float = 0.12) -> Samples:
    return np.concatenate((tone(seconds, low_hz, high_hz), silence(0.1)))


SOUNDS = {
    "busy": [tone(0.5, 480, 620), silence(0.5)] * 10,
    "reorder": [tone(0.25, 480, 620), silence(0.25)] * 20,
    "intercept": [tone(0.274, 913.8), tone(0.274, 1370.6), tone(0.38, 1776.7)],
    "ringing": [tone(2.0, 440, 480), silence(4.0)] * 2,
    "fax": [silence(0.5), tone(3.0, 2100), silence(1.0)] * 3,
    "calling-fax": [tone(0.5, 1100), silence(3.0)] * 6,
    "key-1": [key(697, 1209)],
}


def write(folder: Path) -> None:
    """One file a sound; the folder must be there."""
    for name, pieces in SOUNDS.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(np.concatenate(pieces).astype("<i2").tobytes())
