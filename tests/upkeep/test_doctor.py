from __future__ import annotations

import sys

import pytest

from records.upkeep import Condition
from service import settings, wiring
from upkeep.doctor import line, machine


def test_a_library_for_maps_that_cannot_be_loaded_is_told_before_an_alert_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = wiring.equipment(settings.load(None))
    assert any(each.said.startswith("shapely 2") for each in machine.versions(ours))
    monkeypatch.setitem(sys.modules, "shapely", None)
    (broken,) = (each for each in machine.versions(ours) if "shapely" in each.said)
    assert (broken.state, "make setup" in broken.remedy) == (Condition.WRONG, True)


PUBLIC = "confirmed public alerts"


@pytest.mark.parametrize(
    ("prompts", "of_alerts", "said"),
    [
        (
            "gtts,pico",
            "pico,espeak-ng,gtts",
            f"prompts first of all; {PUBLIC} when pico and espeak-ng fail",
        ),
        ("pico", "pico", "none"),
        ("pico", "gtts", f"{PUBLIC} first of all"),
    ],
)
def test_which_texts_leave_the_house(prompts: str, of_alerts: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PROMPT_ENGINES", prompts)
    monkeypatch.setenv("TOCSIN_ALERT_ENGINES", of_alerts)
    found = line.spoken(wiring.equipment(settings.load(None)))[-1]
    assert found.said == f"texts sent to Google to be spoken: {said}; never alerts to single numbers"
