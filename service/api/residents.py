"""`/v1/residents`: what is kept of one person."""

from __future__ import annotations

from alerts import report
from records.residents import Erased, PersonalFile
from residents import personal
from rules import phone
from service.api.route import Asked, Route


async def _who(asked: Asked) -> int:
    chosen = asked.query.get("id")
    return await personal.who(asked.town.store, phone.parse(asked.at["number"]), int(chosen) if chosen else None)


async def export(asked: Asked) -> PersonalFile:
    return await personal.export(asked.town.store, await _who(asked), by=asked.by, now=asked.now)


async def erase(asked: Asked) -> Erased:
    erased = await personal.erase(asked.town.store, await _who(asked), by=asked.by, now=asked.now)
    await report.rewrite(asked.town.store, asked.town.home, erased.alerts)
    return erased


ROUTES = (
    Route("GET", "/residents/{number:[^/]+}/file", export, PersonalFile, "All that is kept of one person (`id`)"),
    Route("POST", "/residents/{number:[^/]+}/erase", erase, Erased, "Erase one person (`id`)"),
)
