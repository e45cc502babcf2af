"""Which numbers may be used, and why another is not: the rule and its twin in SQL say the same of every town."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import FromClause, select, true

from db import schema
from db.engine import rows
from db.engine.store import Store
from db.residents import opt_outs, reach, usable
from rules import phone
from rules import usable as rule
from rules.dead_numbers import Evidence
from rules.model import Channel, ContactPoint, Purpose
from rules.usable import Refusal
from tests.db.test_preview import DOUBTS, OPT_OUTS, PERSON, settle

AREA_CODES = phone.CANADIAN_AREA_CODES
Gone = set[tuple[str, Channel]]
Sayings = dict[int, tuple[str | None, bool]]
"""By point: why it is refused, and whether it stands."""


def everybody(who: FromClause) -> Any:
    return true()


async def in_sql(store: Store, *, with_dead: bool) -> tuple[Sayings, list[tuple[ContactPoint, bool]]]:
    """And the points with whether their contact is active, in the order of enrolment."""
    async with store.reading() as c:
        beginnings = await reach.forbidden(c, AREA_CODES)
        refusal = usable.refusal(with_dead=with_dead, beginnings=beginnings, among=everybody)
        query = select(refusal, usable.stands(with_dead=with_dead), schema.contact.c.active, *rows.POINT)
        of = query.join(schema.contact).order_by(schema.contact_point.c.contact_id)
        found = (await c.execute(of)).all()
    points = [(rows.point(row[3:]), row[2]) for row in found]
    return {point.id: (row[0], bool(row[1])) for row, (point, _) in zip(found, points, strict=True)}, points


def by_rule(points: list[tuple[ContactPoint, bool]], gone: Gone, *, with_dead: bool) -> Sayings:
    first: dict[tuple[Channel, str, str], int] = {}
    for point, active in points:
        if active and point.active:
            first.setdefault((point.channel, point.address, point.extension), point.contact_id)
    return {
        point.id: (
            rule.refusal(
                point,
                with_dead=with_dead,
                opted_out=(point.address, point.channel) in gone,
                allowed=rule.allowed(point.channel, point.address, AREA_CODES),
                shared=first.get((point.channel, point.address, point.extension), point.contact_id) < point.contact_id,
            ),
            rule.stands(point, with_dead=with_dead, opted_out=(point.address, point.channel) in gone),
        )
        for point, _ in points
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    town=st.lists(PERSON, max_size=6),
    gone=OPT_OUTS,
    doubts=DOUBTS,
    purpose=st.sampled_from([Purpose.EMERGENCY, Purpose.INFORMATION]),
)
def test_of_every_number(
    town: list[dict[str, Any]],
    gone: list[tuple[str, Channel]],
    doubts: Mapping[tuple[str, Channel], Evidence],
    purpose: Purpose,
    migrated: Path,
    tmp_path: Path,
) -> None:
    async def run() -> None:
        shutil.copy(migrated, path := tmp_path / "town.db")
        store = await Store.open(f"sqlite:///{path}")
        try:
            await settle(store, town, gone, doubts)
            with_dead = rule.calls_dead(purpose)
            found, points = await in_sql(store, with_dead=with_dead)
            assert found == by_rule(points, await opt_outs.opt_outs(store), with_dead=with_dead)
        finally:
            await store.close()

    asyncio.run(run())


def test_of_several_reasons_the_first_is_said() -> None:
    point = ContactPoint(1, 1, Channel.VOICE, "+15145550101", 0, dead=True)
    facts: dict[str, bool] = {"with_dead": False, "opted_out": True, "allowed": False, "shared": True}
    said = []
    for better in ({"with_dead": True}, {"opted_out": False}, {"allowed": True}, {"shared": False}):
        said.append(rule.refusal(point, **facts))
        facts |= better
    assert said == list(Refusal)
    assert rule.refusal(point, **facts) is None
