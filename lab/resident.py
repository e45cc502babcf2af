"""Residents who enrol by keypad: they listen, press keys, and recognise the code in what they hear."""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lab import ears
from lab.handset import Handset, Pcm
from prompts import keys

CODE_DIGITS = 6
A_MOMENT_S = 1.5  # into a question before its key is pressed
QUIET_S = 1.5
CODE_S = 45.0
LOOK_S = 1.5
OVER_S = 3.0  # longer than any pause between two digits


class Misheard(Exception):
    """The code was not heard, or the two readings are not of one code."""


def digit_audio(audio: Path) -> Mapping[str, Pcm]:
    """The digits as Tocsin plays them, from the folder of one language."""
    return {digit: samples(audio / f"{keys.digit(digit)}.wav") for digit in "0123456789"}


def samples(path: Path) -> Pcm:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


async def enrol(phone: Handset, digits: Mapping[str, Pcm], *, english: bool, texts: bool) -> str:
    """The whole way, at the number called from; the code that was heard. Raises Misheard.

    The keys come before the questions are over, as from somebody who knows the menu.
    """
    await open_menu(phone, english=english)
    for key in ("1", "#", "1", "1", "1"):  # enrol; this number; it is right; I accept; read me the code
        await phone.press(key)
        await phone.until_speaking(A_MOMENT_S)
    code = await hear_code(phone, digits)
    await phone.press("#")
    await phone.until_speaking(A_MOMENT_S)
    await phone.press(code)
    await phone.until_speaking(A_MOMENT_S)
    await phone.press("1" if texts else "2")
    await phone.listen(QUIET_S)
    return code


async def open_menu(phone: Handset, *, english: bool) -> None:
    await phone.until_speaking(A_MOMENT_S)
    if english:
        await phone.press("9")
        await phone.until_speaking(A_MOMENT_S)


async def hear_code(phone: Handset, digits: Mapping[str, Pcm]) -> str:
    """The six digits, which are read twice. Raises Misheard."""
    ends_at = time.monotonic() + CODE_S
    found, since = "", time.monotonic()
    while len(found) < 2 * CODE_DIGITS and time.monotonic() < ends_at and not phone.hung_up():
        await asyncio.sleep(LOOK_S)
        # Beside the loop: other residents press their keys meanwhile.
        read = await asyncio.to_thread(ears.heard_digits, phone.pcm(phone.position), digits)
        heard = "".join(digit for _, digit in read)
        found, since = heard, since if heard == found else time.monotonic()
        if len(found) == 2 * CODE_DIGITS - 1 and time.monotonic() - since > OVER_S:
            break
    if (code := agreed(found)) is None:
        raise Misheard(f"heard “{found}” in {phone.recording}")
    return code


def agreed(found: str) -> str | None:
    """The code of two readings that are alike, but for one digit that one of them lost on the way."""
    for code, other in ((found[:CODE_DIGITS], found[CODE_DIGITS:]), (found[-CODE_DIGITS:], found[:-CODE_DIGITS])):
        if other in {code, *(code[:lost] + code[lost + 1 :] for lost in range(CODE_DIGITS))}:
            return code if len(code) == CODE_DIGITS else None
    return None
