"""News of an alert to those whom it reached, and its all clear."""

from __future__ import annotations

from collections.abc import Sequence

from records.alerts import AlertRequest, FollowRequest
from rules.model import Alert


def update(first: Alert, asked: FollowRequest) -> AlertRequest:
    """The alert that tells what is new."""
    return _following(first, asked, asked.title or f"Mise à jour : {first.title}", [first.id])


def all_clear(first: Alert, asked: FollowRequest, family: Sequence[int]) -> AlertRequest:
    """The alert that says that it is over. `family`: the alert with its updates."""
    return _following(first, asked, asked.title or f"Fin : {first.title}", family)


def _following(first: Alert, asked: FollowRequest, title: str, of: Sequence[int]) -> AlertRequest:
    """To the people of these alerts, by the same channels, for the same purpose."""
    return AlertRequest(
        title=title,
        texts=asked.texts,
        to=tuple(f"{'alert' if asked.everybody else 'reached'}:{each}" for each in of),
        channels=tuple(first.channels),
        purpose=first.purpose,
        when_allowed=asked.when_allowed,
        until=asked.until,
        numbers=first.numbers,
        household=first.household,
    )
