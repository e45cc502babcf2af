"""What the settings make of the parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from service import settings, wiring


@pytest.mark.parametrize(("order", "at_home"), [("pico,gtts", True), ("espeak-ng", True), ("gtts,pico", False)])
def test_alerts_are_spoken_by_the_engines_of_the_setting_in_its_order(
    tmp_path: Path, order: str, at_home: bool
) -> None:
    path = tmp_path / ".env"
    path.write_text(f"TOCSIN_HOME={tmp_path}\nTOCSIN_ALERT_ENGINES={order}\n")
    assert wiring.studio(settings.load(path)).speaks_at_home is at_home
