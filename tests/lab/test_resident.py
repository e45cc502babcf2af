"""What a resident takes for the code."""

from __future__ import annotations

import pytest

from lab.resident import agreed


@pytest.mark.parametrize(
    ("heard", "code"),
    [
        ("910550910550", "910550"),
        ("91055091055", "910550"),
        ("91055910550", "910550"),
        ("90550910550", "910550"),
        ("910550910551", None),
        ("910550", None),
        ("9105509105", None),
        ("91055", None),
        ("", None),
    ],
)
def test_two_readings_of_one_code(heard: str, code: str | None) -> None:
    assert agreed(heard) == code
