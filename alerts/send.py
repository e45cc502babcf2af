"""Sending an alert: from here on it goes out, whoever asked for it goes away or not."""

from __future__ import annotations

from datetime import datetime

from alerts.compose import Composed
from db.alerts import store_alert
from db.alerts.store_alert import Created
from db.engine.store import Store
from records.problem import Wrong
from records.rejected import Rejected
from rules import moments, schedule
from rules.audience import BadTarget, Draft
from rules.policy import Policy
from rules.trouble import NotNow


async def send(store: Store, policy: Policy, composed: Composed, *, by: str, now: datetime) -> Created:
    """Raises Rejected, NotNow: nothing was stored."""
    if composed.opening:
        raise NotNow(outside_hours(composed))
    draft = composed.draft
    try:
        return await store_alert.create(
            store, draft, policy.area_codes, by=by, now=now, organization=policy.organization
        )
    except BadTarget as error:
        raise Rejected([Wrong(field="", detail=str(error))]) from error
    except store_alert.NobodyThere:
        raise NotNow(nobody(draft)) from None


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
