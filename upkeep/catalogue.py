"""What is said on the telephone: made, checked, and written down for whoever records it."""

from __future__ import annotations

import asyncio
import threading

from prompts import check as checks
from prompts.studio import Studio
from prompts.texts import Text
from records.progress import Progress
from records.upkeep import Built, ChangedText, ChangedTexts, Sheet, SheetForm
from upkeep.equipment import Load, Tell, Upkeep


class _Stopped(Exception):
    """The program ends: the rest is made by the next one."""


async def build(upkeep: Upkeep, tell: Tell) -> Built:
    """Make the audio of every prompt that has none yet, or whose text or recording has changed. Whoever asks in the
    meantime waits, and finds all made. Raises UnusableSettings."""
    loop, stopped = asyncio.get_running_loop(), threading.Event()

    def progress(done: int, of: int, place: str) -> None:
        if stopped.is_set():
            raise _Stopped
        loop.call_soon_threadsafe(tell, Progress(done=done, of=of, what=place))

    def work() -> Built:
        studio = upkeep.load().studio()
        done = studio.build(progress=progress)
        return Built(built=done.built, kept=done.kept, warnings=tuple(done.warnings), audio=str(studio.audio_dir))

    async with upkeep.building:
        try:
            return await asyncio.to_thread(work)
        finally:
            stopped.set()


async def problems(load: Load) -> tuple[str, ...]:
    """Everything that keeps a prompt from being heard. Raises UnusableSettings."""

    def work() -> tuple[str, ...]:
        equipment = load()
        return tuple(map(str, checks.problems(equipment.studio(), equipment.languages)))

    return await asyncio.to_thread(work)


async def changed(load: Load) -> ChangedTexts:
    """What the town says in other words than the program. Raises UnusableSettings."""

    def work() -> ChangedTexts:
        studio = load().studio()
        folder = studio.own_texts_dir
        found = [_changed(studio, text) for text in studio.catalogue.own]
        return ChangedTexts(texts=tuple(found), folder=str(folder) if folder else "")

    return await asyncio.to_thread(work)


def _changed(studio: Studio, text: Text) -> ChangedText:
    shipped = studio.catalogue.replaced.get((text.language, text.key))
    return ChangedText(
        key=text.key,
        language=text.language,
        own=text.words,
        shipped=shipped.words if shipped else "",
        place=text.place,
    )


async def sheet(load: Load, form: SheetForm) -> Sheet:
    """What a speaker reads aloud, and into which file. Raises UnusableSettings."""

    def work() -> Sheet:
        studio = load().studio()
        text = checks.sheet(studio, markdown=form is SheetForm.MARKDOWN)
        return Sheet(text=text, recordings=str(studio.recordings_dir))

    return await asyncio.to_thread(work)
