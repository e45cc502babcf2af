"""`/v1/topics`: what residents can follow."""

from __future__ import annotations

from urllib.parse import unquote

from records.residents import Done
from records.topics import Topics, TopicText
from residents import topics
from service.api.route import ApiRequest, Route


async def listed(asked: ApiRequest) -> Topics:
    return await topics.listed(asked.town.store)


async def save(asked: ApiRequest, request: TopicText) -> Topics:
    await topics.save(asked.town.store, unquote(asked.at["name"]), request, by=asked.by, now=asked.now)
    return await listed(asked)


async def remove(asked: ApiRequest) -> Done:
    await topics.remove(asked.town.store, unquote(asked.at["name"]), by=asked.by, now=asked.now)
    return Done()


ROUTES = (
    Route("GET", "/topics", listed, Topics, "What residents can follow, and how many do"),
    Route("PUT", "/topics/{name:[^/]+}", save, Topics, "Offer a topic, or change one", body=TopicText),
    Route("DELETE", "/topics/{name:[^/]+}", remove, Done, "Offer a topic no more; who follows it still does"),
)
