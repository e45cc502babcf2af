"""A preview as data for machines, and as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from alerts.preview import Outlook
from rules import phone
from rules.audience import Draft
from rules.model import Channel
from rules.preview import Counts

MINUTE_S = 60
MOST_SHOWN = 10


def as_data(found: Outlook, draft: Draft) -> dict[str, Any]:
    """`alert preview --json`."""
    counts = found.counts
    return {
        "target": str(draft.target),
        "people": counts.people,
        "reached": counts.planned,
        "channels": {channel: dict(counts.on(channel)) for channel in (Channel.VOICE, Channel.SMS)},
        "households": counts.households,
        "unknown_numbers": list(found.unknown),
        "left_out": dict(counts.left_out.most_common()),
        "texts": {"messages": found.texts, "parts": found.parts_in_all, "parts_each": found.parts},
        "calls": {"numbers": counts.calls, "expected": round(found.forecast.calls)},
        "trunk_minutes": round(found.forecast.trunk_s / MINUTE_S, 1),
        "starts_at": draft.starts_at.isoformat() if draft.starts_at else None,
        "expires_at": draft.expires_at.isoformat() if draft.expires_at else None,
        "outside_hours_until": found.opening.isoformat() if found.opening else None,
        "forecast": {
            "seconds": round(found.forecast.seconds),
            "all_tried_at": found.reached_at.isoformat(timespec="seconds"),
            "from_history": found.from_history,
        },
    }


def table(found: Outlook, draft: Draft) -> Table:
    """One line per fact."""
    counts = found.counts
    view = Table(show_header=False, box=None, pad_edge=False)
    view.add_column(style="bold")
    view.add_column()
    view.add_row("People in the target", f"{counts.people}")
    view.add_row("To be reached", f"{counts.planned}" + _households(counts))
    for channel, what in ((Channel.VOICE, "by call"), (Channel.SMS, "by text")):
        by_language = ", ".join(f"{many} {language}" for language, many in counts.on(channel).items())
        view.add_row(f"  {what}", f"{sum(counts.on(channel).values())} ({by_language})")
    view.add_row("Left out", f"{counts.left_out.total()}")
    for reason, many in counts.left_out.most_common():
        view.add_row(f"  {reason}", f"{many}")
    if found.texts:
        each = ", ".join(f"{parts} {language}" for language, parts in found.parts.items())
        view.add_row("Text messages", f"{found.texts}, {found.parts_in_all} parts (each: {each})")
    if counts.calls:
        view.add_row(
            "Trunk minutes", f"{found.forecast.trunk_s / MINUTE_S:.0f} (about {found.forecast.calls:.0f} calls)"
        )
        basis = "from the calls of late" if found.from_history else "from usual durations, no calls yet"
        view.add_row("All tried by", f"{found.reached_at:%Y-%m-%d %H:%M %Z} ({basis})")
    if found.unknown:
        view.add_row("Numbers of nobody", unknown_numbers(found.unknown))
    if draft.starts_at and not found.opening:
        view.add_row("Begins", f"{draft.starts_at:%Y-%m-%d %H:%M %Z}")
    if draft.expires_at:
        view.add_row("Ends at the latest", f"{draft.expires_at:%Y-%m-%d %H:%M %Z}")
    return view


def unknown_numbers(numbers: Sequence[str]) -> str:
    """The first of them, to be corrected."""
    shown = ", ".join(map(phone.national, numbers[:MOST_SHOWN]))
    more = f" and {len(numbers) - MOST_SHOWN} more" if len(numbers) > MOST_SHOWN else ""
    return f"{shown}{more}: nobody in the store has {'it' if len(numbers) == 1 else 'them'}"


def _households(counts: Counts) -> str:
    return "" if counts.households is None else f" in {counts.households} households"
