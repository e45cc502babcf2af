"""The residents of a kill test can be called, in however many runs."""

from __future__ import annotations

import random

from lab.kill_test_people import residents
from rules import phone


def test_every_run_has_numbers_of_its_own_that_may_be_called() -> None:
    chance = random.Random(1)
    numbers = [phone.parse(each.number) for run in range(120) for each in residents(20, run=run, chance=chance)]
    assert len(set(numbers)) == len(numbers)
    assert all(phone.allowed(each, phone.CANADIAN_AREA_CODES) for each in numbers)
