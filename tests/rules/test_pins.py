"""PINs of staff: which are refused."""

from __future__ import annotations

import random

import pytest

from rules import pins

NUMBER = "+14185550123"


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("12345", "has 6 to 12 digits: this one has 5"),
        ("", "has digits only"),
        ("12a456", "has digits only"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", "has digits only"),
        ("1234567890123", "this one has 13"),
        ("123456", "is a row of digits"),
        ("987654321", "is a row of digits"),
        ("135790", "thieves try"),
        ("000000", "thieves try"),
        ("121212", "thieves try"),
        ("123123", "thieves try"),
        ("112233", "thieves try"),
        ("777778", "thieves try"),
        ("159753", "thieves try"),
        ("550123", "is part of the telephone number"),
        ("321055", "is part of the telephone number"),
        ("140789", "is a date"),
        ("19890714", "is a date"),
        ("071489", "is a date"),
        ("14071989", "is a date"),
    ],
)
def test_refused(pin: str, why: str) -> None:
    with pytest.raises(pins.BadPin) as error:
        pins.check(pin, NUMBER)
    assert why in str(error.value)


@pytest.mark.parametrize("pin", ["482915", "739164", "60482793", "918273645500"])
def test_taken(pin: str) -> None:
    pins.check(pin, NUMBER)
    assert len(pin) >= pins.FEWEST


def test_most_are_taken() -> None:
    """Of a million, nine in ten: the choice stays large."""
    chance, taken = random.Random(7), 0
    for _ in range(5000):
        try:
            pins.check(f"{chance.randrange(10**6):06d}", NUMBER)
            taken += 1
        except pins.BadPin:
            pass
    assert taken > 4400
