"""Sending an alert: from here on it goes out, whoever asked for it goes away or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from alerts import preview
from alerts.compose import Composed
from db.alerts import alerts, store_alert, targets
from db.alerts.store_alert import Created
from db.engine import heartbeat
from db.engine.store import Store
from records.alerts import Sent
from records.problem import WrongField
from records.rejected import Rejected
from rules import moments, schedule
from rules.audience import BadTarget, Draft
from rules.operator_error import NotNow
from rules.outcome import REACHED, DeliveryOutcome
from rules.policy import Policy

NO_TITLE = "is needed: give the alert a short name."


async def send(
    store: Store, policy: Policy, composed: Composed, *, by: str, now: datetime, news: Callable[[], object]
) -> Sent:
    """`news` tells the dialer and the gateway. Raises Rejected, NotNow: nothing was stored."""
    if not composed.draft.title:
        raise Rejected([WrongField(field="title", detail=NO_TITLE)])
    if composed.opening:
        raise NotNow(outside_hours(composed))
    draft = composed.draft
    try:
        created = await store_alert.create(
            store, draft, policy.area_codes, by=by, now=now, organization=policy.organization
        )
    except BadTarget as error:
        raise Rejected([WrongField(field="", detail=str(error))]) from error
    except store_alert.NoRecipients:
        raise NotNow(nobody(draft)) from None
    news()
    return await _answer(store, policy, composed, created, now)


async def _answer(store: Store, policy: Policy, composed: Composed, created: Created, now: datetime) -> Sent:
    counts, starts_at = await alerts.counts(store, created.id), composed.draft.starts_at
    unknown = preview.unknown_numbers(await targets.unknown_numbers(store, composed.draft.target))
    return Sent(
        id=created.id,
        people=created.people,
        left_out=created.left_out,
        starts_at=starts_at.isoformat() if starts_at else None,
        warnings=(*composed.warnings, *([f"{unknown}."] if unknown else [])),
        nobody=counts[DeliveryOutcome.LEFT_OUT] == sum(counts.values()) and not any(counts[each] for each in REACHED),
        running=await heartbeat.alive(store, now),
        timezone=policy.timezone,
    )


def refusal(composed: Composed) -> str:
    """Why it can't be sent as it is, and what to do; "" where it can."""
    if not composed.draft.title:
        return f"--title {NO_TITLE}"
    return outside_hours(composed) if composed.opening else ""


def outside_hours(composed: Composed) -> str:
    """Why it may not begin as asked, and what to do; the opening at the town's clocks."""
    opening = moments.in_words(composed.opening, str(composed.opening.tzinfo)) if composed.opening else ""
    return (
        f"An alert for {composed.draft.purpose} may not ring at this hour ({schedule.HOURS}). Send it with "
        f"--when-allowed, which begins at {opening}, or use --purpose emergency when lives or health are at stake."
    )


def nobody(draft: Draft) -> str:
    """Why there was nobody to tell, and what to do."""
    if draft.follows is not None:
        return f"Alert {draft.follows} reached nobody, so nothing was sent; --everybody tells all whom it was for."
    return f"Nobody in the store matches “{draft.target}”. `tocsin contacts list` shows who is there."
