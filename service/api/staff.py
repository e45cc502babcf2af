"""`/v1/staff`: those who run it."""

from __future__ import annotations

from urllib.parse import unquote

from db.staff import members
from records.residents import Done
from records.staff import MemberRequest, MemberView, PinRequest, Staff
from service.api.route import ApiRequest, Route
from staff import people


async def listed(asked: ApiRequest) -> Staff:
    found = await members.every(asked.town.store)
    return Staff(staff=tuple(map(people.told, found)), timezone=asked.town.policy.timezone)


async def add(asked: ApiRequest, request: MemberRequest) -> MemberView:
    return people.told(await people.add(asked.town.store, request, by=asked.by, now=asked.now))


async def change(asked: ApiRequest, request: MemberRequest) -> MemberView:
    return people.told(await people.change(asked.town.store, _name(asked), request, by=asked.by, now=asked.now))


async def remove(asked: ApiRequest) -> Done:
    await people.remove(asked.town.store, _name(asked), by=asked.by, now=asked.now)
    return Done()


async def set_pin(asked: ApiRequest, request: PinRequest) -> Done:
    await people.set_pin(asked.town.store, _name(asked), request.pin, by=asked.by, now=asked.now)
    return Done()


def _name(asked: ApiRequest) -> str:
    return unquote(asked.at["name"])


ROUTES = (
    Route("GET", "/staff", listed, Staff, "Those who run it"),
    Route("POST", "/staff", add, MemberView, "Add somebody to the staff", body=MemberRequest),
    Route(
        "PUT",
        "/staff/{name:[^/]+}",
        change,
        MemberView,
        "Change somebody's name, telephone or roles",
        body=MemberRequest,
    ),
    Route("DELETE", "/staff/{name:[^/]+}", remove, Done, "Remove somebody from the staff"),
    Route("PUT", "/staff/{name:[^/]+}/pin", set_pin, Done, "Set somebody's PIN", body=PinRequest),
)
