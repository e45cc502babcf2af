"""Carries out imports, previews and undos. Nearly all of it is work of the processor: a service leaves it to a program
of its own (`service.import_program`)."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import contact_import, import_undo
from db.residents.contact_import import ImportReport
from db.residents.import_undo import CannotUndo, Undone
from db.staff import jobs
from db.staff.jobs import Job
from records.imports import FileSeen, ImportRequest, InFile, Objection, ReadColumn, Stayed, Staying, WrongPlace
from residents import files
from residents.files import Layout
from residents.files.table import Table
from residents.imports import acts, kept
from rules.contact_rows import BadFile, ContactRow, WrongCell
from rules.operator_error import OperatorError

TELL_S = 0.5
"""Between two words of how far it is."""
MOST_TRIES = 3
TOO_OFTEN = (
    f"It was begun {MOST_TRIES} times, and what carried it out ended each time in the middle of it: nothing was "
    "imported or undone. See the log; where memory is short, import the file in several parts."
)
FAULT = "Something in Tocsin failed: its log says what. Nothing was imported or undone."
GUESSED = (
    "Nothing was imported: the file has no header, and the columns above are guessed. If they are right, import it "
    'again with --yes; if not, say what a column is with --map "NUMBER=FIELD", or add a header.'
)

log = structlog.get_logger()


@dataclass(slots=True)
class _Work:
    """One job, and what it needs."""

    store: Store
    home: Path
    job: Job
    clock: Callable[[], datetime]
    told_at: float = 0.0

    async def tell(self, phase: str, read: int = 0, rows: int = 0) -> None:
        """How far it is: at once where a phase begins, else now and then."""
        progress = {**self.job.progress, "phase": phase, "read": read, "rows": max(read, rows)}
        if phase == self.job.progress.get("phase") and time.monotonic() < self.told_at + TELL_S:
            await asyncio.sleep(0)
            return
        await jobs.get_on(self.store, self.job.id, progress)
        self.job, self.told_at = replace(self.job, progress=progress), time.monotonic()

    async def end(self, c: Connection, result: dict[str, Any]) -> None:
        await jobs.end(c, self.job.id, self.clock(), result=result)

    async def give_up(self, why: str) -> None:
        await acts.give_up(self.store, self.job, why, self.clock())


async def carry_out(store: Store, home: Path, job_id: int, clock: Callable[[], datetime]) -> None:
    """To its end, whatever that is. Of several on a home, one at a time. Raises StoreError where not even the end can
    be stored."""
    async with kept.one_at_a_time(home):
        job = await jobs.get(store, job_id)
        if job is None or job.ended_at:
            return
        work = _Work(store, home, job, clock)
        try:
            with _without_collector():
                await _begun(work)
        except jobs.Over:
            pass
        except OperatorError as error:
            await work.give_up(str(error))
        except Exception as error:
            log.error("import_failed", job=job.id, exc_info=error)
            await work.give_up(FAULT)
        kept.forget_upload(home, job)


async def _begun(work: _Work) -> None:
    tries = work.job.progress.get("tries", 0) + 1
    if tries > MOST_TRIES:
        await work.give_up(TOO_OFTEN)
        return
    work.job = replace(work.job, progress={"tries": tries})
    await {acts.IMPORT: _import, acts.PREVIEW: _preview, acts.UNDO: _undo}[work.job.kind](work)


async def _import(work: _Work) -> None:
    asked = msgspec.convert(work.job.request, ImportRequest)
    seen, rows = await _read(work, asked)
    _keep(work, seen)
    if seen.objection:
        await work.give_up(_why(seen))
        return
    refused = len({each.line for each in seen.errors})

    async def end(c: Connection, done: ImportReport) -> None:
        counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged, "refused": refused}
        await work.end(c, {"id": done.id, **counts})

    await work.tell("storing", len(rows), len(rows))
    await contact_import.import_rows(
        work.store, rows, by=work.job.who, now=work.clock(), file=asked.file, refused=refused, also=end
    )


async def _preview(work: _Work) -> None:
    asked = msgspec.convert(work.job.request, ImportRequest)
    seen, rows = await _read(work, asked)
    if seen.objection is Objection.UNREADABLE:
        _keep(work, seen)
        await work.give_up(_why(seen))
        return
    await work.tell("comparing", len(rows), len(rows))
    found = await contact_import.outlook(work.store, rows, now=work.clock())
    _keep(work, replace(seen, new=_in_file(found.created), to_change=_in_file(found.changed)))
    counts = {"created": len(found.created), "changed": len(found.changed), "unchanged": found.unchanged}
    async with work.store.writing() as c:
        await work.end(c, {**counts, "refused": len({each.line for each in seen.errors})})


async def _undo(work: _Work) -> None:
    async def end(c: Connection, done: Undone) -> None:
        left = [Staying(contact_id=each.contact_id, name=each.name, why=each.why) for each in done.left]
        _keep(work, Stayed(left=tuple(left)))
        counts = {"removed": done.removed, "switched_off": done.switched_off, "restored": done.restored}
        await work.end(c, {**counts, "left": len(left)})

    await work.tell("undoing")
    try:
        await import_undo.undo(work.store, work.job.request["import"], by=work.job.who, now=work.clock(), also=end)
    except CannotUndo as error:
        await work.give_up(f"Nothing was undone: {error}.")


async def _read(work: _Work, asked: ImportRequest) -> tuple[FileSeen, list[ContactRow]]:
    """What was seen, and the rows that are right."""
    path = kept.upload(work.home, asked.upload)
    with ExitStack() as open_:
        try:
            table = await asyncio.to_thread(open_.enter_context, files.opened(path, asked.sheet, asked.encoding))
            layout = files.layout(table, acts.mapping(asked))
            reading = files.Pass(table, layout)
            for line in reading.steps():
                await work.tell("reading", line, table.length)
            found = reading.residents()
        except BadFile as error:
            return FileSeen(objection=Objection.UNREADABLE, errors=_places(error.wrong)), []
        if found.wrong and asked.skip_refused:
            rest = kept.refused(work.home, work.job.id)
            rest.unlink(missing_ok=True)  # of a try before
            with kept.explained(rest.parent):
                files.write_refused(rest, table, layout, found.wrong)
        return _seen(table, layout, found.wrong, asked), found.rows


def _seen(table: Table, layout: Layout, wrong: Sequence[WrongCell], asked: ImportRequest) -> FileSeen:
    return FileSeen(
        objection=_objection(layout, wrong, asked),
        sheet=table.sheet,
        notes=(*table.notes, *layout.notes),
        columns=tuple(
            ReadColumn(header=each.header, field=each.field, because=each.because) for each in layout.columns
        ),
        faxes=tuple(layout.faxes),
        ignored=tuple(layout.ignored),
        errors=_places(wrong),
    )


def _objection(layout: Layout, wrong: Sequence[WrongCell], asked: ImportRequest) -> Objection | None:
    if layout.guessed and not asked.yes:
        return Objection.GUESSED
    return Objection.WRONG if wrong and not asked.skip_refused else None


def _places(wrong: Iterable[WrongCell]) -> tuple[WrongPlace, ...]:
    return tuple(
        WrongPlace(line=each.line, column=each.column, value=each.value, why=each.why, nearest=each.nearest)
        for each in wrong
    )


def _in_file(rows: Iterable[ContactRow]) -> tuple[InFile, ...]:
    return tuple(InFile(line=row.line, first_name=row.first_name, last_name=row.last_name) for row in rows)


def _keep(work: _Work, what: FileSeen | Stayed) -> None:
    kept.write(kept.seen(work.home, work.job.id), msgspec.json.encode(what))


def _why(seen: FileSeen) -> str:
    """Without anything of the file: that is kept for an hour only."""
    if seen.objection is Objection.GUESSED:
        return GUESSED
    places = "1 place" if len(seen.errors) == 1 else f"{len(seen.errors)} places"
    return f"Nothing was imported: correct {places} in the file, and import it again."


@contextmanager
def _without_collector() -> Iterator[None]:
    """Many small records form no cycle: a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
