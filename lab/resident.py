"""Residents who enrol by keypad: they listen, press keys, and recognise the code in what they hear."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lab import ears
from lab.handset import Handset, Pcm

CODE_DIGITS = 6
A_MOMENT_S = 0.7  # of silence: the question is over
AFTER_CODE_S = 2.2  # longer than the pause between two groups of digits


class Misheard(Exception):
    """The code was not heard, or not the same twice."""


def digit_audio(audio: Path) -> Mapping[str, Pcm]:
    """The digits as Tocsin plays them, from the folder of one language."""
    return {digit: samples(audio / f"digit_{digit}.wav") for digit in "0123456789"}


def samples(path: Path) -> Pcm:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


async def enrol(phone: Handset, digits: Mapping[str, Pcm], *, english: bool, texts: bool) -> str:
    """The whole way, at the number called from; the code that was heard. Raises Misheard."""
    await choose_language(phone, english=english)
    await phone.press("1")
    for key in ("#", "1", "1", "1"):  # this number; it is right; I accept; read me the code
        await phone.listen(A_MOMENT_S)
        await phone.press(key)
    code = await hear_code(phone, digits)
    await phone.press("#")
    await phone.listen(A_MOMENT_S)
    await phone.press(code)
    await phone.listen(A_MOMENT_S)
    await phone.press("1" if texts else "2")
    await phone.listen(A_MOMENT_S)
    return code


async def choose_language(phone: Handset, *, english: bool) -> None:
    await phone.listen(A_MOMENT_S)
    if english:
        await phone.press("9")
        await phone.listen(A_MOMENT_S)


async def hear_code(phone: Handset, digits: Mapping[str, Pcm]) -> str:
    """The six digits, which must have been read twice alike. Raises Misheard."""
    heard = await phone.listen(AFTER_CODE_S)
    found = "".join(digit for _, digit in ears.heard_digits(heard, digits))
    first, second = found[:CODE_DIGITS], found[CODE_DIGITS:]
    if len(first) != CODE_DIGITS or first != second:
        raise Misheard(f"heard “{found}” in {phone.recording}")
    return first
