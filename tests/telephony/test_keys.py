"""Keys sent as sound, through the ears: as telephones make them, and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.answering.ears import Ears
from telephony.answering.keys import HIGH_HZ, KEYS, LOW_HZ
from telephony.answering.signs import Heard, Sign
from tests.telephony.test_answering import RATE, Samples, in_noise, noise, silence, tone, words

ALL = "1234567890*#ABCD"


def key(digit: str, seconds: float = 0.1, level: float = 4000, twist_db: float = 0.0, off: float = 0.0) -> Samples:
    at = KEYS.index(digit)
    low, high = LOW_HZ[at // 4] * (1 + off), HIGH_HZ[at % 4] * (1 + off)
    return tone(low, seconds, level) + tone(high, seconds, level * 10 ** (twist_db / 20))


def dialled(digits: str, gap_s: float = 0.1, **how: float) -> Samples:
    pieces = [piece for digit in digits for piece in (key(digit, **how), silence(gap_s))]
    return np.concatenate((silence(0.5), *pieces, silence(0.5)))


def heard(audio: Samples) -> list[Heard]:
    ears = Ears()
    ears.open("call")
    ears.only_keys("call")
    data = np.clip(audio, -32767, 32767).astype("<i2").tobytes()
    return [one for at in range(0, len(data), 960) for _, one in ears.feed({"call": data[at : at + 960]})]


def digits(audio: Samples) -> str:
    return "".join(one.digit for one in heard(audio))


@pytest.mark.parametrize("level", [8000, 1500, 300])
@pytest.mark.parametrize(("seconds", "gap_s"), [(0.1, 0.1), (0.05, 0.05), (0.042, 0.042)])
@pytest.mark.parametrize("twist_db", [0, 4, -7])
@pytest.mark.parametrize("off", [0, 0.012, -0.012])
def test_every_key(level: float, seconds: float, gap_s: float, twist_db: float, off: float) -> None:
    assert digits(dialled(ALL, gap_s, seconds=seconds, level=level, twist_db=twist_db, off=off)) == ALL


def test_in_noise() -> None:
    sent = dialled(ALL, seconds=0.08)
    assert digits(sent + noise(len(sent) / RATE, 4000 * 10 ** (-15 / 20))) == ALL


def test_the_same_key_twice_and_held() -> None:
    sent = np.concatenate((dialled("11", 0.06), key("1", 2.0), silence(0.3)))
    told = heard(sent)
    assert [one.digit for one in told] == ["1", "1", "1"]
    assert told[-1].held_s == pytest.approx(2.0, abs=0.05)


NONE = {
    "too short": dialled(ALL, seconds=0.022),
    "beside the frequencies": dialled(ALL, off=0.036),
    "too weak": dialled(ALL, level=40),
    "one tone": np.concatenate([tone(770, 0.2), silence(0.1), tone(1336, 0.2)]),
    "much twist": dialled(ALL, twist_db=14),
    "busy": np.concatenate([tone(480, 0.5) + tone(620, 0.5), silence(0.5)] * 3),
    "words": np.concatenate((words(20), words(20, pitch=220))),
    "words in noise": in_noise(words(20, pitch=180)),
    "noise": noise(20, 5000),
}


@pytest.mark.parametrize("sound", NONE.values(), ids=NONE.keys())
def test_what_is_no_key(sound: Samples) -> None:
    assert digits(np.concatenate((sound, silence(0.5)))) == ""


def test_a_key_on_a_call_that_is_judged() -> None:
    ears = Ears()
    ears.open("call")
    audio = np.concatenate((silence(1), key("1"), silence(3)))
    told = [one for _, one in ears.feed({"call": audio.astype("<i2").tobytes()})]
    assert told[0].sign is Sign.KEY
    assert Sign.BEEP not in [one.sign for one in told]
