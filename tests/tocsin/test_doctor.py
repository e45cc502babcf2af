from __future__ import annotations

import sys

import pytest

from tocsin import settings
from tocsin.doctor import machine
from tocsin.doctor.finding import State


def test_a_library_for_maps_that_cannot_be_loaded_is_told_before_an_alert_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = settings.load(None)
    assert any(each.said.startswith("shapely 2") for each in machine.versions(ours))
    monkeypatch.setitem(sys.modules, "shapely", None)
    (broken,) = (each for each in machine.versions(ours) if "shapely" in each.said)
    assert (broken.state, "make setup" in broken.remedy) == (State.WRONG, True)
