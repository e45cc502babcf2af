"""`/v1/residents`: what is kept of one person."""

from __future__ import annotations

from alerts import groups, report
from db.alerts import targets
from records.residents import (
    Done,
    Erased,
    FoundResidents,
    GroupRequest,
    Groups,
    GroupView,
    PersonalFile,
    Residents,
    Saved,
)
from records.streets import AddressRequest, Moved
from records.topics import TopicsChosen
from residents import address, personal, seeing, topics
from residents.imports import kept
from rules import phone
from service.api.route import ApiRequest, Route

PAGE = 100


async def _who(asked: ApiRequest) -> int:
    chosen = asked.query.get("id")
    return await personal.who(asked.town.store, phone.parse(asked.at["number"]), int(chosen) if chosen else None)


async def export(asked: ApiRequest) -> PersonalFile:
    return await personal.export(asked.town.store, await _who(asked), by=asked.by, now=asked.now)


async def erase(asked: ApiRequest) -> Erased:
    erased = await personal.erase(asked.town.store, await _who(asked), by=asked.by, now=asked.now)
    await report.rewrite(asked.town.store, asked.town.home, erased.alerts)
    kept.forget_people(asked.town.home)
    return erased


async def move(asked: ApiRequest, request: AddressRequest) -> Moved:
    return await address.change(asked.town.store, await _who(asked), request, by=asked.by, now=asked.now)


async def choose(asked: ApiRequest, request: TopicsChosen) -> TopicsChosen:
    found = await topics.choose(asked.town.store, await _who(asked), request.topics, by=asked.by, now=asked.now)
    return TopicsChosen(topics=tuple(found))


async def listed(asked: ApiRequest) -> Residents:
    limit, offset = asked.number("limit", PAGE), asked.number("cursor", 0)
    found, more = await seeing.page(asked.town.store, sector=asked.query.get("sector", ""), limit=limit, offset=offset)
    return Residents(residents=tuple(map(seeing.told, found)), next=str(offset + limit) if more else "")


async def found(asked: ApiRequest) -> FoundResidents:
    contact = await seeing.find(asked.town.store, phone.parse(asked.at["number"]))
    suspected = tuple(point.address for point in contact.points if point.suspected and not point.dead)
    return FoundResidents(resident=seeing.told(contact), suspected=suspected)


async def save_group(asked: ApiRequest, request: GroupRequest) -> Saved:
    name = asked.at["name"]
    people = await groups.save(asked.town.store, name, request, by=asked.by, now=asked.now)
    return Saved(name=name, people=people)


async def list_groups(asked: ApiRequest) -> Groups:
    kept = await targets.groups(asked.town.store)
    return Groups(groups=tuple(GroupView(name=name, target=target) for name, target in kept.items()))


async def delete_group(asked: ApiRequest) -> Done:
    await groups.delete(asked.town.store, asked.at["name"], by=asked.by, now=asked.now)
    return Done()


ROUTES = (
    Route("GET", "/residents", listed, Residents, "The residents (`sector`, - for none; `limit`, `cursor`)"),
    Route("GET", "/residents/{number:[^/]+}", found, FoundResidents, "One resident, by a telephone number"),
    Route("GET", "/groups", list_groups, Groups, "Targets that are saved by name"),
    Route(
        "PUT", "/groups/{name:[^/]+}", save_group, Saved, "Save a target under a name, or change it", body=GroupRequest
    ),
    Route("DELETE", "/groups/{name:[^/]+}", delete_group, Done, "Forget a group; its people stay"),
    Route("GET", "/residents/{number:[^/]+}/file", export, PersonalFile, "All that is kept of one person (`id`)"),
    Route(
        "PUT", "/residents/{number:[^/]+}/address", move, Moved, "Where one person lives (`id`)", body=AddressRequest
    ),
    Route(
        "PUT", "/residents/{number:[^/]+}/topics", choose, TopicsChosen, "What one person follows", body=TopicsChosen
    ),
    Route("POST", "/residents/{number:[^/]+}/erase", erase, Erased, "Erase one person (`id`)"),
)
