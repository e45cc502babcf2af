"""The database plans an alert as `audience.plan` does person by person: whatever the town, they agree."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import schema
from db.alerts import alerts, store_alert
from db.engine.store import Store
from db.residents import contacts, opt_outs, reach
from rules import audience, phone
from rules.audience import Draft, Target
from rules.dead_numbers import Evidence
from rules.model import Channel, Household, Purpose
from rules.status import AlertStatus
from tests.db.test_preview import DOUBTS, DRAFTS, LINES, NEIGHBOURS, OPT_OUTS, PERSON, settle
from tests.db.town import NOW, draft

ABOUT: dict[str, Any] = {"by": "test", "now": NOW, "organization": "Ville"}
AREA_CODES = phone.CANADIAN_AREA_CODES
OWN = ("id", "alert_id", "delivery_id")


async def by_database(store: Store, wanted: Draft) -> list[set[tuple[str, ...]]]:
    try:
        created = await store_alert.create(store, wanted, AREA_CODES, **ABOUT)
    except store_alert.NoRecipients:
        assert not await contacts.matching(store, wanted.target)
        return [set(), set(), set()]
    counts = await alerts.counts(store, created.id)
    assert created.people + created.left_out == sum(counts.values())
    return await stored(store, created.id)


async def person_by_person(store: Store, wanted: Draft) -> list[set[tuple[str, ...]]]:
    people = await contacts.matching(store, wanted.target, wanted.channels)
    planned, left_out = audience.plan(people, wanted, await opt_outs.opt_outs(store), AREA_CODES)
    return await stored(store, await alerts.create(store, wanted, planned, left_out, **ABOUT))


async def stored(store: Store, alert_id: int) -> list[set[tuple[str, ...]]]:
    """Deliveries, calls and texts, without their ids."""
    whose, head = schema.delivery.c, schema.delivery.alias("head")
    people = select(
        *(whose[name] for name in ("contact_id", "name", "language", "outcome", "reason", "points")),
        head.c.contact_id.label("told_with"),
    ).outerjoin(head, head.c.id == whose.told_with)
    queries = [people.where(whose.alert_id == alert_id)]
    for table in (schema.attempt, schema.message):
        said = (column for column in table.c if column.name not in OWN)
        queries.append(select(whose.contact_id, *said).join(table).where(table.c.alert_id == alert_id))
    async with store.reading() as c:
        found = [[tuple(map(str, row)) for row in (await c.execute(query)).all()] for query in queries]
    assert [len(each) for each in found] == [len(set(each)) for each in found], "nobody twice"
    return list(map(set, found))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    town=st.lists(PERSON, max_size=8),
    gone=OPT_OUTS,
    doubts=DOUBTS,
    drafts=DRAFTS,
    purpose=st.sampled_from([Purpose.EMERGENCY, Purpose.INFORMATION]),
    household=st.sampled_from(list(Household)),
    computed=st.booleans(),
)
def test_agrees_with_the_plan_person_by_person(
    town: list[dict[str, Any]],
    gone: list[tuple[str, Channel]],
    doubts: dict[tuple[str, Channel], Evidence],
    drafts: list[tuple[str, tuple[Channel, ...]]],
    purpose: Purpose,
    household: Household,
    computed: bool,
    migrated: Path,
    tmp_path: Path,
) -> None:
    async def run() -> None:
        shutil.copy(migrated, path := tmp_path / "town.db")
        store = await Store.open(f"sqlite:///{path}")
        try:
            await settle(store, [*town, *NEIGHBOURS], gone, doubts)
            if computed:
                await reach.compute(store)
            for to, channels in drafts:
                wanted = draft(target=Target.parse(to), channels=channels, household=household, purpose=purpose)
                found, expected = await by_database(store, wanted), await person_by_person(store, wanted)
                assert found == expected, (to, channels)
        finally:
            await store.close()

    asyncio.run(run())


async def test_nearly_everybody_is_copied(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only who shares a number with another is looked at, beside that other."""
    town = [
        {**NEIGHBOURS[0], "points": [point(Channel.VOICE, LINES[0]), point(Channel.SMS, LINES[0])]},
        {**NEIGHBOURS[0], "points": [point(Channel.VOICE, LINES[1]), point(Channel.VOICE, LINES[2])]},
        {**NEIGHBOURS[0], "points": [point(Channel.VOICE, LINES[2])]},
    ]
    await settle(store, town, [])
    await reach.compute(store)
    looked_at: list[int] = []
    real = audience.plan

    def seen(people: Any, *about: Any) -> Any:
        looked_at.extend(one.id for one in people)
        return real(people, *about)

    monkeypatch.setattr(audience, "plan", seen)
    created = await store_alert.create(store, draft(), AREA_CODES, **ABOUT)
    assert looked_at == [3]
    assert (created.people, created.left_out) == (2, 1)
    (left_out,) = [each for each in await alerts.deliveries(store, created.id) if each.reason]
    assert left_out.reason == "same number as A B"


def point(channel: Channel, address: str) -> dict[str, Any]:
    return {"channel": channel, "address": address}


async def test_nobody_there_leaves_no_alert(store: Store) -> None:
    with pytest.raises(store_alert.NoRecipients):
        await store_alert.create(store, draft(target=Target.parse(f"number:{LINES[0]}")), AREA_CODES, **ABOUT)
    assert await alerts.listing(store) == []


async def test_a_text_to_nobody_is_over(store: Store) -> None:
    await settle(store, [{**NEIGHBOURS[0], "points": [point(Channel.SMS, LINES[0])]}], [(LINES[0], Channel.SMS)])
    created = await store_alert.create(store, draft(channels=(Channel.SMS,)), AREA_CODES, **ABOUT)
    assert (created.people, created.left_out) == (0, 1)
    alert = await alerts.get(store, created.id)
    assert alert
    assert alert.status is AlertStatus.DONE
