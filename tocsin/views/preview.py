"""A preview as a table: one line a fact."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from records.alerts import Preview, Previewed
from rules import channels
from rules.model import Channel


def table(found: Previewed) -> Table:
    preview, zone = found.preview, ZoneInfo(found.timezone)
    view = Table(show_header=False, box=None, pad_edge=False)
    view.add_column(style="bold")
    view.add_column()
    view.add_row("People in the target", f"{preview.people}")
    households = "" if preview.households is None else f" in {preview.households} households"
    view.add_row("To be reached", f"{preview.reached}{households}")
    for channel, by_language in preview.channels.items():
        told = ", ".join(f"{many} {language}" for language, many in by_language.items())
        view.add_row(f"  {channels.TRAITS[Channel(channel)].by}", f"{sum(by_language.values())} ({told})")
    view.add_row("Left out", f"{sum(preview.left_out.values())}")
    for reason, many in preview.left_out.items():
        view.add_row(f"  {reason}", f"{many}")
    if preview.without_sector:
        view.add_row("No sector known", f"{preview.without_sector}, not in the target: --to sector:- adds them")
    _add_costs(view, preview, zone)
    if found.unknown:
        view.add_row("Numbers of nobody", found.unknown)
    if preview.starts_at and not preview.outside_hours_until:
        view.add_row("Begins", _clock(preview.starts_at, zone))
    if preview.expires_at:
        view.add_row("Ends at the latest", _clock(preview.expires_at, zone))
    return view


def _add_costs(view: Table, preview: Preview, zone: ZoneInfo) -> None:
    texts, calls, forecast = preview.texts, preview.calls, preview.forecast
    if texts.messages:
        each = ", ".join(f"{parts} {language}" for language, parts in texts.parts_each.items())
        view.add_row("Text messages", f"{texts.messages}, {texts.parts} parts (each: {each})")
    if calls.numbers:
        view.add_row("Trunk minutes", f"{preview.trunk_minutes:.0f} (about {calls.expected} calls)")
        basis = "from recent calls" if forecast.from_history else "from usual durations, no calls yet"
        view.add_row("All tried by", f"{_clock(forecast.all_tried_at, zone)} ({basis})")


def _clock(moment: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M %Z}"
