"""When alerts end whose authors named no end, as the settings say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts import ends
from rules.model import Purpose
from rules.policy import Policy
from service import settings, wiring

TOWN = ZoneInfo("America/Toronto")
WEDNESDAY = datetime(2026, 3, 4, 15, 0, tzinfo=TOWN)


def chosen(tmp_path: Path, text: str = "") -> Policy:
    path = tmp_path / ".env"
    path.write_text(f"TOCSIN_TIMEZONE=America/Toronto\n{text}")
    return wiring.policy(settings.load(path))


@pytest.mark.parametrize(("text", "hours"), [("", 12), ("TOCSIN_EMERGENCY_ENDS_AFTER_H=2.5\n", 2.5)])
def test_an_emergency_ends_so_many_hours_after_it_began(tmp_path: Path, text: str, hours: float) -> None:
    ends_at = ends.of(chosen(tmp_path, text), Purpose.EMERGENCY, WEDNESDAY)
    assert ends_at - WEDNESDAY == timedelta(hours=hours)


@pytest.mark.parametrize(("text", "days"), [("", 1), ("TOCSIN_OTHER_ALERTS_END_AFTER=0\n", 0)])
def test_others_end_with_permitted_hours(tmp_path: Path, text: str, days: int) -> None:
    ends_at = ends.of(chosen(tmp_path, text), Purpose.INFORMATION, WEDNESDAY)
    assert ends_at.date() == WEDNESDAY.date() + timedelta(days=days)
