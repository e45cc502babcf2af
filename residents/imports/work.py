"""Carries out imports, previews and undos. Nearly all of it is work of the processor: a service leaves it to a program
of its own (`service.import_program`)."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import structlog
from msgspec.structs import replace

from db.engine.connection import Connection
from db.engine.store import Store
from db.residents import contact_import, import_undo
from db.residents.contact_import import ImportReport
from db.residents.import_undo import CannotUndo, Undone
from db.staff import jobs
from records.imports import FileSeen, ImportRequest, InFile, Objection, ReadColumn, Stayed, Staying
from residents import files
from residents.files import Layout
from residents.files.table import Table
from residents.imports import acts, kept, objections
from residents.imports.task import Task
from residents.streets import work as streets
from rules.contact_rows import BadFile, ContactRow, WrongCell
from rules.operator_error import OperatorError

MOST_TRIES = 3
TOO_OFTEN = (
    f"It was begun {MOST_TRIES} times, and what carried it out ended each time in the middle of it: nothing was "
    "imported or undone. See the log; where memory is short, import the file in several parts."
)
FAULT = "Something in Tocsin failed: its log says what. Nothing was imported or undone."
log = structlog.get_logger()


async def carry_out(store: Store, home: Path, job_id: int, clock: Callable[[], datetime]) -> None:
    """To its end, whatever that is. Of several on a home, one at a time. Raises StoreError where not even the end can
    be stored."""
    async with kept.one_at_a_time(home):
        job = await jobs.get(store, job_id)
        if job is None or job.ended_at:
            return
        task = Task(store, home, job, clock)
        try:
            with _without_collector():
                await _begun(task)
        except jobs.Over:
            pass
        except OperatorError as error:
            await task.give_up(str(error))
        except Exception as error:
            log.error("import_failed", job=job.id, exc_info=error)
            await task.give_up(FAULT)
        kept.forget_upload(home, job)


async def _begun(task: Task) -> None:
    tries = task.job.progress.get("tries", 0) + 1
    if tries > MOST_TRIES:
        await task.give_up(TOO_OFTEN)
        return
    task.job = replace(task.job, progress={"tries": tries})
    await CARRIES_OUT[task.job.kind](task)


async def _import(task: Task) -> None:
    asked = msgspec.convert(task.job.request, ImportRequest)
    seen, rows = await _read(task, asked)
    _keep(task, seen)
    if seen.objection:
        await task.give_up(objections.why(seen))
        return
    refused = len({each.line for each in seen.errors})

    async def end(c: Connection, done: ImportReport) -> None:
        counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged, "refused": refused}
        await task.end(c, {"id": done.id, **counts})

    await task.tell("storing", len(rows), len(rows))
    await contact_import.import_rows(
        task.store, rows, by=task.job.who, now=task.clock(), file=asked.file, refused=refused, also=end
    )


async def _preview(task: Task) -> None:
    asked = msgspec.convert(task.job.request, ImportRequest)
    seen, rows = await _read(task, asked)
    if seen.objection is Objection.UNREADABLE:
        _keep(task, seen)
        await task.give_up(objections.why(seen))
        return
    await task.tell("comparing", len(rows), len(rows))
    found = await contact_import.outlook(task.store, rows, now=task.clock())
    _keep(task, replace(seen, new=_in_file(found.created), to_change=_in_file(found.changed)))
    counts = {"created": len(found.created), "changed": len(found.changed), "unchanged": found.unchanged}
    async with task.store.writing() as c:
        await task.end(c, {**counts, "refused": len({each.line for each in seen.errors})})


async def _undo(task: Task) -> None:
    async def end(c: Connection, done: Undone) -> None:
        left = [Staying(contact_id=each.contact_id, name=each.name, why=each.why) for each in done.left]
        _keep(task, Stayed(left=tuple(left)))
        counts = {"removed": done.removed, "switched_off": done.switched_off, "restored": done.restored}
        await task.end(c, {**counts, "left": len(left)})

    await task.tell("undoing")
    try:
        await import_undo.undo(task.store, task.job.request["import"], by=task.job.who, now=task.clock(), also=end)
    except CannotUndo as error:
        await task.give_up(f"Nothing was undone: {error}.")


async def _read(task: Task, asked: ImportRequest) -> tuple[FileSeen, list[ContactRow]]:
    """What was seen, and the rows that are right."""
    path = kept.upload(task.home, asked.upload)
    with ExitStack() as open_:
        try:
            table = await asyncio.to_thread(open_.enter_context, files.opened(path, asked.sheet, asked.encoding))
            layout = files.layout(table, acts.mapping(asked))
            reading = files.Pass(table, layout)
            for line in reading.steps():
                await task.tell("reading", line, table.length)
            found = reading.residents()
        except BadFile as error:
            return FileSeen(objection=Objection.UNREADABLE, errors=objections.places(error.wrong)), []
        if found.wrong and asked.skip_refused:
            rest = kept.refused(task.home, task.job.id)
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
        errors=objections.places(wrong),
    )


def _objection(layout: Layout, wrong: Sequence[WrongCell], asked: ImportRequest) -> Objection | None:
    if layout.guessed and not asked.yes:
        return Objection.GUESSED
    return Objection.WRONG if wrong and not asked.skip_refused else None


def _in_file(rows: Iterable[ContactRow]) -> tuple[InFile, ...]:
    return tuple(InFile(line=row.line, first_name=row.first_name, last_name=row.last_name) for row in rows)


def _keep(task: Task, what: FileSeen | Stayed) -> None:
    kept.write(kept.seen(task.home, task.job.id), msgspec.json.encode(what))


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


CARRIES_OUT = {acts.IMPORT: _import, acts.PREVIEW: _preview, acts.UNDO: _undo, acts.STREETS: streets.carry_out}
"""By kind of job."""
