"""What became of the people of an alert: one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from records.alerts import SAID, DeliveryView
from rules import channels, phone
from rules.model import Channel
from service.progress import COLOURS


def table(deliveries: Sequence[DeliveryView]) -> Table:
    view = Table("Name", "Language", "Outcome", "Calls and texts", header_style="bold")
    for delivery in deliveries:
        outcome = delivery.outcome
        shown = f"[{COLOURS.get(outcome, 'white')}]{outcome}[/]" if outcome else "[dim]under way[/]"
        tries = ", ".join(map(_in_words, delivery.attempts))
        view.add_row(escape(delivery.name), delivery.language, shown, escape(tries or delivery.reason))
    return view


def _in_words(one: Mapping[str, Any]) -> str:
    number, why = phone.national(one["address"]), f" ({one[SAID]})" if one[SAID] else ""
    of = channels.TRAITS[Channel(one["channel"])]
    if not of.spoken:
        return f"{of.noun} {number} {one['status']}{why}"
    if one["called_back"]:
        return f"{one['reply']} by calling back from {number}"
    heard = f", heard {one['heard']:.0%}" if one["answered_at"] else ""
    reply = f", {one['reply']}" if one["reply"] != "none" else ""
    return f"{number} {one['disposition'] or one['status']}{why}{heard}{reply}"
