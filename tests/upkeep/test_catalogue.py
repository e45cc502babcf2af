from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from records.progress import Progress
from records.upkeep import SheetForm
from tests.prompts.conftest import MakeStudio
from tests.upkeep.installation import SOON_S, Waiting, equipment
from upkeep import catalogue
from upkeep.equipment import Equipment, Upkeep

TEXTS = 26
"""Of the tests' catalogue, digits included."""


async def test_how_far_a_build_is(studio: MakeStudio, tmp_path: Path) -> None:
    told: list[Progress] = []
    done = await catalogue.build(Upkeep(lambda: equipment(tmp_path, studio)), told.append)
    assert (done.built, done.kept, done.audio) == (len(told), 0, str(tmp_path / "home/audio"))
    assert [each.done for each in told] == [*range(1, len(told) + 1)]
    assert {each.of for each in told} == {len(told)}
    assert "fr/greeting" in {each.what for each in told}


async def test_the_texts_are_read_for_each_build(studio: MakeStudio, tmp_path: Path) -> None:
    made: list[Equipment] = []

    def load() -> Equipment:
        made.append(equipment(tmp_path, studio))
        return made[-1]

    upkeep = Upkeep(load)
    built = [(await catalogue.build(upkeep, lambda _: None)).built for _ in "12"]
    assert (built[0] > 0, built[1], len(made)) == (True, 0, 2)


async def test_who_asks_during_a_build_waits_and_finds_all_made(studio: MakeStudio, tmp_path: Path) -> None:
    engine = Waiting()
    upkeep = Upkeep(lambda: equipment(tmp_path, lambda: studio(engine)))
    asked = [asyncio.create_task(catalogue.build(upkeep, lambda _: None)) for _ in range(3)]
    assert await asyncio.to_thread(engine.asked.wait, SOON_S)
    engine.go.set()
    first, *others = await asyncio.gather(*asked)
    assert [(each.built, each.kept) for each in others] == [(0, first.built)] * 2


async def test_a_program_that_ends_does_not_wait_for_the_rest(studio: MakeStudio, tmp_path: Path) -> None:
    engine = Waiting()
    upkeep = Upkeep(lambda: equipment(tmp_path, lambda: studio(engine)))
    building = asyncio.create_task(catalogue.build(upkeep, lambda _: None))
    assert await asyncio.to_thread(engine.asked.wait, SOON_S)
    building.cancel()
    with pytest.raises(asyncio.CancelledError):
        await building
    engine.go.set()
    await asyncio.get_running_loop().shutdown_default_executor()  # its thread has ended
    assert len(engine.said) < TEXTS / 2


async def test_what_is_missing(studio: MakeStudio, tmp_path: Path) -> None:
    found = await catalogue.problems(lambda: equipment(tmp_path, studio))
    assert any(each.endswith("greeting has no audio in fr. Run `tocsin prompts build`.") for each in found)


@pytest.mark.parametrize(("form", "begins"), [(SheetForm.CSV, "\ufeffkey,French"), (SheetForm.MARKDOWN, "| key |")])
async def test_the_sheet(form: SheetForm, begins: str, studio: MakeStudio, tmp_path: Path) -> None:
    found = await catalogue.sheet(lambda: equipment(tmp_path, studio), form)
    assert found.text.startswith(begins)
    assert found.recordings == str(tmp_path / "home/recordings")
