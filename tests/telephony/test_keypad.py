from __future__ import annotations

import pytest

from telephony.keypad import Keypad


def pressed(keypad: Keypad, *presses: tuple[str, float, float]) -> None:
    """Each: the key, when it went down, when it came up."""
    for digit, down, up in presses:
        keypad.press(digit, ended_at=up, held_s=up - down)


def taken(keypad: Keypad) -> str:
    keys = ""
    while keypad.waits:
        keys += keypad.take()
    return keys


def test_a_number_may_hold_a_digit_twice() -> None:
    keypad = Keypad()
    pressed(keypad, ("5", 0.0, 0.1), ("5", 0.2, 0.3), ("5", 0.4, 0.5))
    assert taken(keypad) == "555"


@pytest.mark.parametrize(
    "again",
    [
        [("1", 0.15, 0.25)],
        [("1", 0.45, 0.5)],
        [("1", 0.05, 0.12)],
        [("1", 0.2, 0.3), ("1", 0.6, 0.7), ("1", 1.0, 1.1), ("1", 1.4, 1.5)],
    ],
)
def test_an_answer_that_arrives_again_is_no_second_answer(again: list[tuple[str, float, float]]) -> None:
    keypad = Keypad()
    pressed(keypad, ("1", 0.0, 0.1))
    assert keypad.take() == "1"
    keypad.answered()
    pressed(keypad, *again)
    assert not keypad.waits
    pressed(keypad, ("1", 2.5, 2.6))
    assert keypad.take() == "1"


@pytest.mark.parametrize("late", [("#", 0.3, 0.4), ("#", 3.9, 4.1)])
def test_the_terminator_of_a_whole_answer_is_no_answer(late: tuple[str, float, float]) -> None:
    keypad = Keypad()
    pressed(keypad, ("4", 0.0, 0.1))
    assert keypad.take() == "4"
    keypad.answered(terminator="#")
    pressed(keypad, late, (late[0], late[1] + 0.2, late[2] + 0.2))
    assert not keypad.waits
    pressed(keypad, ("1", 5.0, 5.1), ("#", 5.3, 5.4))
    assert keypad.take() == "1"
    assert keypad.take() == "#"


def test_much_later_it_is_one() -> None:
    keypad = Keypad()
    pressed(keypad, ("4", 0.0, 0.1))
    assert keypad.take() == "4"
    keypad.answered(terminator="#")
    pressed(keypad, ("#", 4.2, 4.3))
    assert keypad.take() == "#"


def test_another_key_soon_after_an_answer_is_an_answer() -> None:
    keypad = Keypad()
    pressed(keypad, ("1", 0.0, 0.1), ("2", 0.2, 0.3))
    assert keypad.take() == "1"
    keypad.answered()
    assert keypad.take() == "2"


@pytest.mark.parametrize(
    "early",
    [
        [("5", 0.0, 0.5)],  # before the question
        [("5", 0.0, 9.0)],  # held since before
        [("5", 0.0, 0.9), ("5", 1.2, 1.3), ("5", 1.6, 1.7)],  # held since before, and repeated
    ],
)
def test_a_key_from_before_the_question_is_no_answer(early: list[tuple[str, float, float]]) -> None:
    keypad = Keypad()
    pressed(keypad, *[each for each in early if each[2] < 1.0])
    keypad.will_ask()
    keypad.asks(1.0)
    pressed(keypad, *[each for each in early if each[2] > 1.0])
    assert not keypad.waits
    pressed(keypad, ("5", 10.0, 12.0))
    assert keypad.take() == "5"


def test_a_key_before_the_question_is_heard_is_no_answer() -> None:
    keypad = Keypad()
    keypad.will_ask()
    pressed(keypad, ("5", 0.1, 0.2))
    keypad.asks(0.5)
    assert not keypad.waits
