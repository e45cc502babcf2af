"""Keys, one by one."""

from typing import Any

import pytest

from telephony import digits


def pressed(keys: str, **rules: Any) -> tuple[str, bool]:
    so_far = digits.Collected("", done=False)
    for key in keys:
        so_far = digits.press(so_far.keys, key, **rules)
    return so_far.keys, so_far.done


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("1", ("1", False)),
        ("123", ("123", True)),
        ("12#", ("12", True)),
        ("#", ("#", True)),
        ("12*3", ("3", False)),
        ("12*345", ("345", True)),
        ("*", ("", False)),
    ],
)
def test_three_digits_with_terminator_and_eraser(keys: str, expected: tuple[str, bool]) -> None:
    assert pressed(keys, max_digits=3, eraser="*") == expected


def test_star_is_a_key_where_nothing_is_erased() -> None:
    assert pressed("*", max_digits=1) == ("*", True)
