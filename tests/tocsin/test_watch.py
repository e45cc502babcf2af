"""What somebody who watches an alert sees."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console

from alerts import result
from rules.model import Alert, Channel, Purpose
from rules.status import AlertStatus
from tocsin.views.watch import Watch

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def counts(waiting: int, acknowledged: int, ringing: int = 0) -> dict[str, int]:
    return {"acknowledged": acknowledged, "unreached": 0, "left_out": 7, "waiting": waiting, "ringing": ringing}


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_calls_a_second_and_the_end_at_this_pace() -> None:
    watch = Watch(ZoneInfo("America/Toronto"))
    watch.pace(counts(100, 0), 0, NOW)
    pace = watch.pace(counts(80, 20), 50, after(10))
    assert pace.calls_per_second == 5.0
    assert pace.left == timedelta(seconds=40)


def test_nothing_is_said_of_the_pace_before_there_is_one() -> None:
    watch = Watch(ZoneInfo("America/Toronto"))
    assert watch.pace(counts(100, 0), 0, NOW).calls_per_second is None
    assert watch.pace(counts(100, 0), 0, after(10)).left is None


def test_old_looks_are_forgotten() -> None:
    watch = Watch(ZoneInfo("America/Toronto"))
    watch.pace(counts(100, 0), 1000, NOW)
    watch.pace(counts(90, 10), 1000, after(50))
    assert watch.pace(counts(90, 10), 1020, after(70)).calls_per_second == 1.0


def test_a_service_that_was_started_again_counts_from_zero() -> None:
    watch = Watch(ZoneInfo("America/Toronto"))
    watch.pace(counts(100, 0), 1000, NOW)
    assert watch.pace(counts(100, 0), 3, after(10)).calls_per_second is None


def test_the_view_says_who_is_reached_and_how_the_trunks_are() -> None:
    alert = Alert(
        *(4, "Eau", {}, Purpose.EMERGENCY, "all", (Channel.VOICE,), AlertStatus.RUNNING), redials=2, redial_delay_s=1.0,
        created_at=NOW,
    )  # fmt: skip
    trunks = [
        {"name": "a", "open": 3, "lines": 10, "placed": 0, "health": "well"},
        {"name": "b", "open": 0, "lines": 5, "placed": 0, "health": "at_fault"},
    ]
    watch = Watch(ZoneInfo("America/Toronto"))
    watch.view(result.of(alert, counts(6, 2, 2)), [], trunks, NOW)
    with (console := Console(width=120)).capture() as shown:
        console.print(
            watch.view(
                result.of(alert, counts(5, 3, 2)),
                [],
                [trunk | {"placed": 10} for trunk in trunks],
                after(10),
            )
        )
    said = shown.get()
    assert "3 of 10" in said
    assert "left out" not in said
    assert "3 of 15 lines in use, b: at fault, 2.0 calls/s" in said


def test_the_end_is_told_by_the_town_s_clocks() -> None:
    watch = Watch(ZoneInfo("America/Vancouver"))
    alert = Alert(
        *(4, "Eau", {}, Purpose.EMERGENCY, "all", (Channel.VOICE,), AlertStatus.RUNNING), redials=2, redial_delay_s=1.0,
        created_at=NOW,
    )  # fmt: skip
    watch.view(result.of(alert, counts(100, 0)), [], [], NOW)
    with (console := Console(width=200)).capture() as shown:
        console.print(watch.view(result.of(alert, counts(80, 20)), [], [], after(10)))
    assert "nobody waits any more about 07:00:50, at this pace" in shown.get()
