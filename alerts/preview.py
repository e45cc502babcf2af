"""What an alert would do, before it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.compose import Composed, local
from alerts.rejected import Rejected
from db.alerts import durations, preview, targets
from db.engine.store import Store
from records.problem import Wrong
from rules import forecast, quiet_hours, wording
from rules.audience import BadTarget, Draft
from rules.forecast import Forecast, History
from rules.model import Language, Numbers
from rules.policy import Policy
from rules.preview import Counts
from rules.record import Record

OUTSIDE_HOURS = "outside hours"


class Outlook(Record, frozen=True):
    """`opening`: when it may begin at the earliest, where it may not as asked: nobody is reached then. `parts`: of one
    text. `unknown`: numbers of the target that nobody has."""

    counts: Counts
    parts: dict[Language, int]
    forecast: Forecast
    from_history: bool
    reached_at: datetime
    opening: datetime | None = None
    unknown: Sequence[str] = ()

    @property
    def texts(self) -> int:
        return self.counts.texts.total()

    @property
    def parts_in_all(self) -> int:
        return sum(self.counts.texts[language] * parts for language, parts in self.parts.items())


async def of(store: Store, policy: Policy, composed: Composed, now: datetime) -> Outlook:
    """Raises Rejected."""
    draft, opening = composed.draft, composed.opening
    try:
        counts = await preview.preview(store, draft, policy.area_codes)
    except BadTarget as error:
        raise Rejected([Wrong(field="", detail=str(error))]) from error
    history = await durations.of_late(store)
    found = _forecast(policy, draft, counts, history)
    begins = local(policy, opening or draft.starts_at or now)
    texts = {language: wording.sms_text(draft, language, policy.organization) for language in draft.texts}
    return Outlook(
        counts if opening is None else _nobody(counts),
        {language: wording.parts(text).count for language, text in texts.items()},
        found,
        history.enough,
        quiet_hours.after(draft.purpose, begins, found.seconds),
        opening,
        await targets.unknown_numbers(store, draft.target),
    )


def _nobody(counts: Counts) -> Counts:
    left_out = counts.left_out.copy()
    if counts.planned:
        left_out[OUTSIDE_HOURS] += counts.planned
    return Counts(people=counts.people, left_out=left_out, households=counts.households)


def _forecast(policy: Policy, draft: Draft, counts: Counts, history: History) -> Forecast:
    characters = max(map(len, draft.texts.values()))
    return forecast.forecast(
        counts.numbers if draft.numbers is Numbers.EVERY else counts.calls,
        forecast.expected(history, characters=characters, ring_s=policy.ring_s),
        lines=policy.lines,
        per_second=policy.calls_per_second,
        redials=draft.redials,
        delay_s=draft.redial_delay_s,
    )
