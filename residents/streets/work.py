"""Carries out imports of streets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from db.engine.connection import Connection
from db.residents import streets
from db.staff import journal
from records.imports import FileSeen, Objection
from records.streets import StreetsRequest
from residents import files
from residents.imports import kept, objections
from residents.imports.task import Task
from residents.streets import reading
from rules import seeding
from rules.contact_rows import BadFile
from rules.stretches import StreetIndex, Stretch

NOBODY = (
    "Nothing was imported: no resident has a street and a sector. Give a file of the streets, with a column for the "
    "sector; or import the residents with their sectors first."
)


async def carry_out(task: Task) -> None:
    """The whole file, or nothing."""
    asked = msgspec.convert(task.job.request, StreetsRequest)
    await task.tell("reading")
    try:
        found, doubtful = await (_of_file(task, asked) if asked.upload else _of_residents(task))
    except BadFile as error:
        seen = FileSeen(objection=Objection.WRONG, errors=objections.places(error.wrong))
        kept.write(kept.seen(task.home, task.job.id), msgspec.json.encode(seen))
        await task.give_up(objections.why(seen))
        return
    if not found:
        await task.give_up(NOBODY)
        return
    await task.tell("storing", len(found), len(found))
    async with task.store.reading() as c:
        foreseen = await _foreseen(c, found)
    async with task.store.writing() as c:
        stored = {} if asked.dry_run else await _stored(c, task, found)
        await task.end(c, {"stretches": len(found), **foreseen, **stored, "doubtful": doubtful})


async def _of_file(task: Task, asked: StreetsRequest) -> tuple[list[Stretch], list[str]]:
    path = kept.upload(task.home, asked.upload)

    def read() -> list[Stretch]:
        with files.opened(path, asked.sheet, asked.encoding) as table:
            return reading.read(table)

    return await asyncio.to_thread(read), []


async def _of_residents(task: Task) -> tuple[list[Stretch], list[str]]:
    async with task.store.reading() as c:
        return seeding.seeded(await streets.lived(c))


async def _stored(c: Connection, task: Task, found: Sequence[Stretch]) -> dict[str, Any]:
    new, gone = await streets.replace(c, found)
    given = await streets.give_sectors(c, StreetIndex(found), task.clock())
    counts = {"new": new, "gone": gone, "given": given}
    await journal.record(c, task.job.who, "imported", "streets", {"stretches": len(found), **counts}, task.clock())
    return {**counts, "without": await streets.without_sector(c)}


async def _foreseen(c: Connection, found: Sequence[Stretch]) -> dict[str, Any]:
    new, gone = await streets.compared(c, found)
    index = StreetIndex(found)
    given, without = len(await streets.sectors_to_give(c, index)), await streets.without_sector(c)
    others = await streets.others(c, index)
    return {"new": new, "gone": gone, "given": given, "without": without - given, "others": others}
