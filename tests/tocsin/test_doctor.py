from __future__ import annotations

import sys
from typing import Any

import pytest

from service import settings
from service.doctor import line, machine
from service.doctor.finding import State


def test_a_library_for_maps_that_cannot_be_loaded_is_told_before_an_alert_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = settings.load(None)
    assert any(each.said.startswith("shapely 2") for each in machine.versions(ours))
    monkeypatch.setitem(sys.modules, "shapely", None)
    (broken,) = (each for each in machine.versions(ours) if "shapely" in each.said)
    assert (broken.state, "make setup" in broken.remedy) == (State.WRONG, True)


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
    found = line.spoken(settings.load(None))[-1]
    assert found.said == f"texts sent to Google to be spoken: {said}; never alerts to single numbers"


TRUNK = '[{"name": "far", "host": "127.0.0.1:9", "channels": 2, "calls_per_second": 1}]'


@pytest.mark.parametrize(
    ("told", "state", "said", "remedy"),
    [
        ({"reachable": True}, State.WELL, "answers OPTIONS", ""),
        ({"reachable": False}, State.WRONG, "answers no OPTIONS", "firewall"),
        ({"reachable": None}, State.DOUBTFUL, "not asked it yet", "again in 10 s"),
        (None, State.DOUBTFUL, "the service that has Asterisk ask it does not run", "make up"),
    ],
)
async def test_whether_a_trunk_is_there_is_what_asterisk_heard(
    told: dict[str, Any] | None, state: State, said: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_TRUNKS", TRUNK)
    of_service = {"trunks": [{"name": "far", "health": "well"} | told]} if told else {}
    [found] = await line.trunks(settings.load(None), of_service)
    assert found.state is state
    assert "far (127.0.0.1:9)" in found.said
    assert said in found.said
    assert remedy in found.remedy
