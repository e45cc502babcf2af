"""`/v1/alerts/…/report`: what became of an alert, for the officer and for the file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts import report, steer
from records.alerts import ReportView
from rules import phone
from rules.dead_numbers import Standing
from service.api.route import ApiRequest, Route


async def figures(asked: ApiRequest) -> ReportView:
    found = await _found(asked)
    doubted = {
        str(each): tuple(dict.fromkeys(phone.national(one.address) for one in found.doubts if one.standing is each))
        for each in (Standing.SUSPECTED, Standing.DEAD)
    }
    return ReportView(figures=report.as_data(found), doubted=doubted)


async def doors(asked: ApiRequest) -> bytes:
    return ("\ufeff" + report.doors(await _found(asked))).encode()


async def bundle(asked: ApiRequest) -> bytes:
    found = await _found(asked)
    return await asyncio.to_thread(_bundled, found, asked.town.home / "audio")


def _bundled(found: report.Report, audio: Path) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        report.bundle(found, path, audio)
        return path.read_bytes()


async def _found(asked: ApiRequest) -> report.Report:
    return await report.of(asked.town.store, await steer.known(asked.town.store, int(asked.at["id"])))


ROUTES = (
    Route("GET", "/alerts/{id:[0-9]+}/report", figures, ReportView, "The result of an alert in figures"),
    Route("GET", "/alerts/{id:[0-9]+}/doors.csv", doors, "text/csv", "Who was not reached, street by street"),
    Route("GET", "/alerts/{id:[0-9]+}/bundle.zip", bundle, "application/zip", "All of an alert, for the file"),
)
