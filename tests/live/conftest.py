"""The real service in front of the town: real Asterisk, SIP, RTP, SMPP, on free ports of loopback."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from lab.stage import Installation, Stage, stage
from rules.outcome import REACHED
from service import settings, wiring
from tests.live import clear_log

StageIn = Callable[..., contextlib.AbstractAsyncContextManager[Stage]]

ALERT = (
    *("--title", "Avis d'ébullition"),
    *("--text-fr", "L'eau du réseau n'est pas potable. Faites-la bouillir une minute avant de la boire."),
    *("--text-en", "The tap water is not safe. Boil it for one minute before you drink it."),
)


@pytest.fixture(scope="module")
def stage_in(tmp_path_factory: pytest.TempPathFactory) -> StageIn:
    """`async with stage_in(NAME=VALUE) as play`: a town of its own; the service is not started yet."""

    @contextlib.asynccontextmanager
    async def build(**values: str) -> AsyncIterator[Stage]:
        ours = settings.load(None)
        home = tmp_path_factory.mktemp("stage")
        async with stage(home, ours.cache, wiring.binary(ours), start=False, **values) as play:
            yield play
        clear_log.check(play.home)

    return build


async def send(play: Installation, *arguments: str) -> dict[str, Any]:
    """Send the alert and return what was stored."""
    printed = await play.tocsin("alert", "send", *ALERT, *arguments, "--json")
    assert printed.status in (0, 1), printed.errors
    result: dict[str, Any] = printed.data()
    under_way = result["counts"]["waiting"] + result["counts"]["ringing"]
    reached = sum(result["counts"][each] for each in REACHED)
    assert printed.status == (0 if under_way or reached else 1), printed.errors
    return result


async def shown(play: Installation, alert_id: int, *arguments: str) -> dict[str, Any]:
    printed = await play.tocsin("alert", "show", str(alert_id), "--json", *arguments)
    assert printed.status == 0, printed.errors
    result: dict[str, Any] = printed.data()
    return result


def residents(path: Path, numbers: list[str], *, column: str = "voice") -> Path:
    """A CSV with one resident a number."""
    header = "first_name,last_name,language,voice,sms,email,civic_number,street,unit,city,postal_code,sector,topics"
    place = header.split(",").index(column)
    rows = []
    for number in numbers:
        cells = ["R", number, "fr", *[""] * 10]
        cells[place] = number
        rows.append(",".join(cells))
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def calls(delivery: dict[str, Any]) -> list[dict[str, Any]]:
    return [attempt for attempt in delivery["attempts"] if attempt["channel"] == "voice"]


def dispositions(delivery: dict[str, Any]) -> list[str]:
    return [attempt["disposition"] for attempt in calls(delivery)]
