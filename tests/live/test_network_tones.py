"""What comes as sound, also before the answer: tones of the network or of a fax, which tell nobody, and keys."""

from __future__ import annotations

import asyncio
import csv
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from db.engine.store import Store
from db.residents import doubts
from lab.stage import Stage
from tests.live.conftest import StageIn, calls, residents, send, shown

BUSY, INTERCEPT, FAX, CALLING_FAX, KEY = (f"41855502{last}" for last in (35, 36, 37, 38, 39))
BEFORE_404, BUSY_BEFORE, RINGING_BEFORE = (f"41855502{last}" for last in (45, 46, 47))
NUMBERS = [BUSY, INTERCEPT, FAX, CALLING_FAX, KEY, BEFORE_404, BUSY_BEFORE, RINGING_BEFORE]
HEARD_S = 2.0
SOON_S = 25.0  # sooner than a call rings out
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answered(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    async with stage_in(TOCSIN_REDIALS="0", TOCSIN_REDIAL_DELAY_S="1", TOCSIN_RING_S="30") as play:
        await play.start()
        file = residents(tmp_path_factory.mktemp("csv") / "town.csv", NUMBERS)
        assert (await play.tocsin("contacts", "import", str(file))).status == 0
        await caller_presses_1(play)
        sent = await send(play, "--channels", "voice")
        result = await shown(play, sent["id"], "--watch")
        people = {calls(each)[0]["address"].removeprefix("+1"): each for each in result["deliveries"]}
        yield people | {"log": play.log.read_text(), "doors": await doors(play, sent["id"]), "tally": await tally(play)}


async def doors(play: Stage, alert_id: int) -> dict[str, str]:
    """How the last call to each number that was not reached ended, in words."""
    path = play.home / "doors.csv"
    assert (await play.tocsin("alert", "report", str(alert_id), "--csv", str(path))).status == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["numbers"]: row["last"] for row in csv.DictReader(file)}


async def tally(play: Stage) -> doubts.Tally:
    store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
    try:
        return await doubts.tally(store)
    finally:
        await store.close()


async def caller_presses_1(play: Stage) -> None:
    """As sound alone."""
    async with play.town.handset(KEY) as phone:
        await phone.until_speaking(1.5)
        sound = play.town.home / "voices/key-1"
        await play.town.link.play(phone._id, "pressed", [f"sound:{sound}"])
        await asyncio.sleep(HEARD_S)


@pytest.mark.parametrize(("number", "times"), [(BUSY, 1), (INTERCEPT, 1), (FAX, 2), (CALLING_FAX, 2)])
async def test_told_to_nobody(answered: dict[str, Any], number: str, times: int) -> None:
    delivery = answered[number]
    assert delivery["outcome"] == "unreached"
    assert [call["disposition"] for call in calls(delivery)] == ["network"] * times


@pytest.mark.parametrize(("number", "last"), [(BEFORE_404, "dead_number (intercept)"), (BUSY_BEFORE, "network (busy)")])
async def test_tones_before_the_answer_are_heard(answered: dict[str, Any], number: str, last: str) -> None:
    (call,) = calls(answered[number])
    assert (answered[number]["outcome"], answered["doors"][number]) == ("unreached", last)
    placed_at, ended_at = (datetime.fromisoformat(call[moment]) for moment in ("placed_at", "ended_at"))
    assert (ended_at - placed_at).total_seconds() < SOON_S


async def test_a_status_with_an_announcement_before_it_is_double_evidence(answered: dict[str, Any]) -> None:
    assert (answered["tally"].suspected, answered["tally"].dead) == (1, 1)  # INTERCEPT answered, and has no status


async def test_whoever_answers_after_a_ringing_tone_as_sound_is_told(answered: dict[str, Any]) -> None:
    (call,) = calls(answered[RINGING_BEFORE])
    assert answered[RINGING_BEFORE]["outcome"] == "acknowledged"
    assert call["disposition"] == "human"


async def test_a_key_that_comes_as_sound_alone_acknowledges(answered: dict[str, Any]) -> None:
    assert answered[KEY]["outcome"] == "acknowledged"
    assert [call["disposition"] for call in calls(answered[KEY])] == ["human"]


async def test_a_caller_chooses_by_a_key_that_comes_as_sound_alone(answered: dict[str, Any]) -> None:
    (over,) = [line for line in answered["log"].splitlines() if "call_in_over" in line]
    assert re.search(r"path.{0,4}enrol", over), over
