"""What an alert would do, before it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.compose import Composed, local
from db.alerts import durations, preview, targets
from db.engine.store import Store
from db.residents import streets
from records import alerts as records
from records.problem import WrongField
from records.rejected import Rejected
from rules import channels, forecast, phone, quiet_hours, wording
from rules.audience import BadTarget, Draft
from rules.forecast import Forecast, History
from rules.frozen import Record
from rules.model import Channel, Language, Numbers
from rules.policy import Policy
from rules.preview import Counts
from rules.target import NO_SECTOR, Target

OUTSIDE_HOURS = "outside hours"
MINUTE_S = 60
MOST_SHOWN = 10


class Outlook(Record, frozen=True):
    """`opening`: when it may begin at the earliest, where it may not as asked: nobody is reached then. `parts`: of one
    text. `unknown`: numbers of the target that nobody has. `without_sector`: people of
    whom no sector is known, where the target is one of sectors."""

    counts: Counts
    parts: dict[Language, int]
    forecast: Forecast
    from_history: bool
    reached_at: datetime
    opening: datetime | None = None
    unknown: Sequence[str] = ()
    without_sector: int = 0

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
        raise Rejected([WrongField(field="", detail=str(error))]) from error
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
        await _without_sector(store, draft.target),
    )


async def _without_sector(store: Store, target: Target) -> int:
    if not target.sectors or target.everyone or NO_SECTOR in target.sectors:
        return 0
    async with store.reading() as c:
        return await streets.without_sector(c)


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


def answer(found: Outlook, draft: Draft) -> records.Preview:
    """As the API tells it."""
    counts = found.counts
    return records.Preview(
        target=str(draft.target),
        people=counts.people,
        reached=counts.planned,
        channels={str(channel): _by_language(counts, channel) for channel in _shown(draft)},
        households=counts.households,
        unknown_numbers=tuple(found.unknown),
        left_out=dict(counts.left_out.most_common()),
        without_sector=found.without_sector,
        texts=records.Texts(messages=found.texts, parts=found.parts_in_all, parts_each=found.parts),
        calls=records.Calls(numbers=counts.calls, expected=round(found.forecast.calls)),
        trunk_minutes=round(found.forecast.trunk_s / MINUTE_S, 1),
        starts_at=_iso(draft.starts_at),
        expires_at=_iso(draft.expires_at),
        outside_hours_until=_iso(found.opening),
        forecast=records.ForecastView(
            seconds=round(found.forecast.seconds),
            all_tried_at=found.reached_at.isoformat(timespec="seconds"),
            from_history=found.from_history,
        ),
    )


def _shown(draft: Draft) -> Sequence[Channel]:
    """Those on which a town can send, and those that the alert goes out by."""
    return channels.in_order((*channels.OFFERED, *draft.channels))


def _by_language(counts: Counts, channel: Channel) -> dict[str, int]:
    return {str(language): many for language, many in counts.on(channel).items()}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def unknown_numbers(numbers: Sequence[str]) -> str:
    """The first of them, to be corrected; "" for none."""
    if not numbers:
        return ""
    shown = ", ".join(map(phone.national, numbers[:MOST_SHOWN]))
    more = f" and {len(numbers) - MOST_SHOWN} more" if len(numbers) > MOST_SHOWN else ""
    return f"{shown}{more}: nobody in the store has {'it' if len(numbers) == 1 else 'them'}"
