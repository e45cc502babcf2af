from __future__ import annotations

import sys
from typing import Any

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


TRUNK = '[{"name": "far", "host": "127.0.0.1:9", "channels": 2, "calls_per_second": 1}]'


@pytest.mark.parametrize(
    ("told", "state", "said", "remedy"),
    [
        ({"reachable": True}, Condition.WELL, "answers OPTIONS", ""),
        ({"reachable": False}, Condition.WRONG, "answers no OPTIONS", "firewall"),
        ({"reachable": None}, Condition.DOUBTFUL, "not asked it yet", "again in 10 s"),
        (None, Condition.DOUBTFUL, "the service that has Asterisk ask it does not run", "make up"),
    ],
)
async def test_whether_a_trunk_is_there_is_what_asterisk_heard(
    told: dict[str, Any] | None, state: Condition, said: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_TRUNKS", TRUNK)
    of_service = {"trunks": [{"name": "far", "health": "well"} | told]} if told else {}
    [found] = await line.trunks(wiring.equipment(settings.load(None)), of_service)
    assert found.state is state
    assert "far (127.0.0.1:9)" in found.said
    assert said in found.said
    assert remedy in found.remedy
