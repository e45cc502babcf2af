"""No voice can speak an alert: its texts arrive, its calls follow when an engine is back."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lab.stage import Stage
from tests.live.conftest import StageIn, calls, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEADER = "first_name,last_name,language,voice,sms,email,civic_number,street,unit,city,postal_code,sector,topics"
FRENCH, ENGLISH = "4185550101", "4185550201"
BROKEN = "#!/bin/sh\necho 'no voices are installed' >&2; exit 1\n"
HANGS = "#!/bin/sh\nexec sleep 600\n"
MUTE_IN_ENGLISH = '#!/bin/sh\ncase "$*" in *en-us*) exit 1;; esac\nexec {real} "$@"\n'
SAID_S = 2.0
Plays = Mapping[str, asyncio.Task[Any]]
CALLS_WAIT = "calls wait: no voice can speak this text"


class Engine:
    """The program espeak-ng that the service finds first."""

    def __init__(self, folder: Path) -> None:
        real = shutil.which("espeak-ng")
        assert real
        self.real, self.folder = real, folder
        folder.mkdir()

    def becomes(self, script: str) -> None:
        aside = self.folder / "aside"
        aside.write_text(script.format(real=self.real))
        aside.chmod(0o755)
        aside.replace(self.folder / "espeak-ng")

    def returns(self) -> None:
        (self.folder / "espeak-ng").unlink()

    @property
    def settings(self) -> dict[str, str]:
        return {"TOCSIN_ALERT_ENGINES": "espeak-ng", "PATH": f"{self.folder}:{os.environ['PATH']}"}


async def alert(play: Stage) -> int:
    """To two people, in a text that nobody has spoken before."""
    rows = [
        f"R,{number},{language},{number},{number},,,,,,,," for number, language in ((FRENCH, "fr"), (ENGLISH, "en"))
    ]
    people = play.home.parent / "people.csv"
    people.write_text("\n".join([HEADER, *rows, ""]))
    assert (await play.tocsin("contacts", "import", str(people))).status == 0
    word = str(secrets.randbelow(10**6))
    texts = "--text-fr", f"Faites bouillir l'eau, avis {word}.", "--text-en", f"Boil the water, notice {word}."
    sent = await play.tocsin("alert", "send", "--title", "Eau", *texts, "--json")
    assert sent.status == 0, sent.errors
    number: int = sent.data()["id"]
    return number


async def until(what: Callable[[], bool], within_s: float) -> float:
    """How long it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(within_s):
        while not what():
            await asyncio.sleep(0.05)
    return loop.time() - began


def texted(play: Stage) -> bool:
    return all(play.centre.phone(f"+1{number}").texts for number in (FRENCH, ENGLISH))


def rung(play: Stage, *numbers: str) -> bool:
    return all(play.town.heard_by(number) for number in numbers)


async def broken(stage_in: StageIn, folder: Path, program: str, why: str) -> float:
    """It speaks no text, then returns; so long after that the calls begin."""
    engine = Engine(folder)
    engine.becomes(program)
    async with stage_in(**engine.settings) as play:
        await play.start()
        alert_id = await alert(play)
        await asyncio.gather(until(lambda: texted(play), within_s=5), asyncio.sleep(SAID_S))
        told = " ".join((await play.tocsin("alert", "show", str(alert_id))).output.split())
        assert told.count(CALLS_WAIT) == 2
        assert why in told
        assert set((await shown(play, alert_id))["calls_wait"]) == {"fr", "en"}
        assert play.log.read_text().count(CALLS_WAIT) <= 2, "once for each language, not at each try"
        await play.kill()  # the store tells all
        await play.start()
        await asyncio.sleep(4)
        assert play.log.read_text().count(CALLS_WAIT) >= 2
        assert not rung(play, FRENCH)
        engine.returns()
        called_s = await until(lambda: "alert_running" in play.log.read_text(), within_s=10)
        ended = await shown(play, alert_id, "--watch")
        assert {each["outcome"] for each in ended["deliveries"]} == {"acknowledged"}
        assert ended["calls_wait"] == {}
        assert [len(calls(each)) for each in ended["deliveries"]] == [1, 1]
        return called_s


async def mute_in_english(stage_in: StageIn, folder: Path) -> set[str]:
    """It speaks French, then returns; what becomes of everybody."""
    engine = Engine(folder)
    engine.becomes(MUTE_IN_ENGLISH)
    async with stage_in(**engine.settings) as play:
        await play.start()
        alert_id = await alert(play)
        await until(lambda: rung(play, FRENCH), within_s=20)
        waits = await shown(play, alert_id)
        assert set(waits["calls_wait"]) == {"en"}
        assert waits["status"] == "running"
        assert not rung(play, ENGLISH)
        engine.returns()
        ended = await shown(play, alert_id, "--watch")
        return {each["outcome"] for each in ended["deliveries"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plays(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plays]:
    """All begin at once: most of each is waiting."""
    folder = tmp_path_factory.mktemp("engines")
    begun = {
        "fails": asyncio.create_task(broken(stage_in, folder / "fails", BROKEN, "no voices are installed")),
        "hangs": asyncio.create_task(broken(stage_in, folder / "hangs", HANGS, "")),
        "english": asyncio.create_task(mute_in_english(stage_in, folder / "english")),
    }
    yield begun
    await asyncio.gather(*begun.values(), return_exceptions=True)


@pytest.mark.parametrize("engine", ["fails", "hangs"])
async def test_texts_arrive_and_calls_follow_within_5_s_of_an_engines_return(plays: Plays, engine: str) -> None:
    assert await plays[engine] < 5


async def test_french_calls_go_though_english_cannot_be_spoken(plays: Plays) -> None:
    assert await plays["english"] == {"acknowledged"}
