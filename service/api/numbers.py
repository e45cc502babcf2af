"""`/v1/numbers`: those that are suspected or dead."""

from __future__ import annotations

from collections.abc import Sequence

from db.residents.doubts import DoubtedNumber
from records.numbers import Revived, ReviveRequest
from residents import reviving
from service.api.route import ApiRequest, Route


async def preview(asked: ApiRequest, request: ReviveRequest) -> Revived:
    town = asked.town
    return _told(asked, await reviving.preview(town.store, request, timezone=town.policy.timezone, now=asked.now))


async def revive(asked: ApiRequest, request: ReviveRequest) -> Revived:
    town = asked.town
    found = await reviving.revive(town.store, request, timezone=town.policy.timezone, by=asked.by, now=asked.now)
    return _told(asked, found)


def _told(asked: ApiRequest, found: Sequence[DoubtedNumber]) -> Revived:
    return Revived(numbers=tuple(map(reviving.told, found)), timezone=asked.town.policy.timezone)


ROUTES = (
    Route(
        "POST", "/numbers/revive/preview", preview, Revived, "Which numbers would be called again", body=ReviveRequest
    ),
    Route("POST", "/numbers/revive", revive, Revived, "Call suspected and dead numbers again", body=ReviveRequest),
)
