"""What can be asked of the streets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from db.engine.store import Store
from db.residents import streets
from db.staff import jobs
from records.streets import StreetPart, Streets, StreetsRequest
from residents.imports import acts, kept
from rules.stretches import Stretch

OF_RESIDENTS = "where residents live"


async def begin(store: Store, home: Path, asked: StreetsRequest, *, by: str, now: datetime) -> int:
    """Take the streets from a file, or from the residents; the job. Raises NotThere."""
    if asked.upload:
        kept.upload(home, asked.upload)
    subject = f"file {asked.file}" if asked.upload else OF_RESIDENTS
    async with store.writing() as c:
        return await jobs.create(c, acts.STREETS, subject, msgspec.to_builtins(asked), by=by, now=now)


async def listed(store: Store) -> Streets:
    """All of them."""
    async with store.reading() as c:
        found, without = await streets.every(c), await streets.without_sector(c)
    return Streets(streets=tuple(map(_told, found)), without_sector=without)


def _told(one: Stretch) -> StreetPart:
    its = one.street
    return StreetPart(
        name=its.name,
        first=its.first,
        last=its.last,
        side=its.side,
        postal_code=one.postal_code,
        sector=one.sector,
    )
