"""`/v1/prompts`, `/v1/dialplan` and `/v1/doctor`: what the administrator asks for."""

from __future__ import annotations

from records.upkeep import (
    Built,
    ChangedTexts,
    Checked,
    DialplanRequest,
    DoctorRequest,
    Examination,
    Sheet,
    SheetForm,
)
from service.api.route import ApiRequest, Route
from upkeep import catalogue, dialplans
from upkeep.doctor import examine


async def build(asked: ApiRequest) -> Built:
    return await catalogue.build(asked.town.upkeep, asked.tell)


async def check(asked: ApiRequest) -> Checked:
    return Checked(problems=await catalogue.problems(asked.town.upkeep.load))


async def changed(asked: ApiRequest) -> ChangedTexts:
    return await catalogue.changed(asked.town.upkeep.load)


async def sheet(asked: ApiRequest) -> Sheet:
    return await catalogue.sheet(asked.town.upkeep.load, SheetForm(asked.query.get("form", SheetForm.CSV)))


async def check_dialplan(asked: ApiRequest, request: DialplanRequest) -> Checked:
    return Checked(problems=tuple(await dialplans.problems(asked.town.upkeep.load, request.plans)))


async def doctor(asked: ApiRequest, request: DoctorRequest) -> Examination:
    return Examination(findings=await examine.examine(asked.town.upkeep.load, request, asked.tell))


ROUTES = (
    Route("POST", "/prompts/build", build, Built, "Make the audio that is missing or out of date", tells=True),
    Route("GET", "/prompts/check", check, Checked, "What keeps a prompt from being heard"),
    Route("GET", "/prompts/diff", changed, ChangedTexts, "What the town says in other words than the program"),
    Route("GET", "/prompts/sheet", sheet, Sheet, "What a speaker reads aloud (`form`: `csv` or `md`)"),
    Route(
        "POST",
        "/dialplan/check",
        check_dialplan,
        Checked,
        "Try the files of where calls go in a throw-away Asterisk",
        body=DialplanRequest,
        tells=True,
    ),
    Route("POST", "/doctor", doctor, Examination, "Try everything that an alert needs", body=DoctorRequest, tells=True),
)
