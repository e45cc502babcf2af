"""`/v1/templates`: alerts that are ready to be sent."""

from __future__ import annotations

from alerts import templates
from records.templates import Template, TemplateRemoved, TemplateRequest, Templates
from service.api.route import ApiRequest, Route


async def listed(asked: ApiRequest) -> Templates:
    return Templates(templates=tuple(templates.every(asked.town.home).values()))


async def save(asked: ApiRequest, request: TemplateRequest) -> Template:
    town = asked.town
    return await templates.save(town.store, town.home, asked.at["name"], request, by=asked.by, now=asked.now)


async def remove(asked: ApiRequest) -> TemplateRemoved:
    town = asked.town
    shipped = await templates.remove(town.store, town.home, asked.at["name"], by=asked.by, now=asked.now)
    return TemplateRemoved(shipped=shipped)


ROUTES = (
    Route("GET", "/templates", listed, Templates, "Alerts that are ready to be sent"),
    Route("PUT", "/templates/{name:[^/]+}", save, Template, "Save a template of the town's own", body=TemplateRequest),
    Route("DELETE", "/templates/{name:[^/]+}", remove, TemplateRemoved, "Remove a template of the town's own"),
)
