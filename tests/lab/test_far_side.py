"""The ways of the far side, without a call."""

from collections import Counter
from pathlib import Path

from lab.far_side import __main__ as far_side
from lab.far_side import document
from lab.far_side.scenario import joined
from rules import phone

WAYS = {name: list(ways()) for name, ways in far_side.GROUPS.items()}
MOST_OF_A_SCENARIO = 65_536  # octets that SIPp reads


def test_the_document_tells_what_is_expected() -> None:
    assert Path("docs/far-side.md").read_text(encoding="utf-8") == document.written(far_side.GROUPS)


def test_each_way_has_a_number_of_its_own_that_may_be_called() -> None:
    numbers = [way.number for ways in WAYS.values() for way in ways]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert [number for number in numbers if not phone.allowed(f"+1{number}")] == []


def test_sipp_can_read_each_group() -> None:
    for ways in WAYS.values():
        assert len(joined({way.number: way.script for way in ways}, 60_000)) < MOST_OF_A_SCENARIO - 4000
