"""What can be asked for. Each act is a stored job: `work` carries it out, whoever goes away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from db.engine.store import Store
from db.residents import import_log
from db.residents.import_log import KEPT, Import
from db.staff import jobs
from db.staff.jobs import Job
from records.imports import ImportRequest, PastImport
from records.problem import WrongField
from records.rejected import Rejected
from residents.imports import kept
from rules.contact_fields import FIELDS

IMPORT, PREVIEW, UNDO, STREETS = "import", "import_preview", "import_undo", "streets_import"
KINDS = frozenset({IMPORT, PREVIEW, UNDO, STREETS})
TOLD = timedelta(days=1)
"""How long it is said of the last import that it was given up."""
WITHDRAWN = "The command that carried it out was interrupted: nothing was imported or undone. Give it again."


async def begin(store: Store, home: Path, asked: ImportRequest, *, by: str, now: datetime) -> int:
    """Import a file; the job. Raises Rejected, NotThere."""
    return await _begin(store, home, IMPORT, asked, by=by, now=now)


async def preview(store: Store, home: Path, asked: ImportRequest, *, by: str, now: datetime) -> int:
    """See what the same import would do; the job. Raises Rejected, NotThere."""
    return await _begin(store, home, PREVIEW, asked, by=by, now=now)


async def undo(store: Store, import_id: int, *, by: str, now: datetime) -> int:
    """The job. Whether it can be undone is found out by it."""
    async with store.writing() as c:
        return await jobs.create(c, UNDO, f"import {import_id}", {"import": import_id}, by=by, now=now)


async def past(store: Store, *, limit: int, now: datetime) -> tuple[list[PastImport], list[Job]]:
    """The imports, the newest first; and jobs that the list does not tell of: under way, or the last one, where it was
    given up."""
    under_way = [job for job in await jobs.unfinished(store) if job.kind in (IMPORT, UNDO)]
    last = await jobs.last(store, (IMPORT, UNDO))
    given_up = [last] if last and last.error and last.ended_at and last.ended_at > now - TOLD else []
    return [_told(each, now) for each in await import_log.listing(store, limit=limit)], [*under_way, *given_up]


async def withdraw(store: Store, home: Path, job_ids: Iterable[int], *, now: datetime) -> None:
    """Whoever was to carry them out goes away, and nobody is to do it later."""
    for job_id in job_ids:
        job = await jobs.get(store, job_id)
        if job and job.kind in KINDS:
            await give_up(store, job, WITHDRAWN, now)
            kept.forget(home, job)


async def give_up(store: Store, job: Job, why: str, now: datetime) -> None:
    """Unless it is at its end."""
    try:
        async with store.writing() as c:
            await jobs.end(c, job.id, now, error=why)
    except jobs.Over:
        pass


async def purge(store: Store, home: Path, now: datetime) -> None:
    """Delete files of imports that nobody waits for any more."""
    if old := kept.older(home, now):
        wanted = {job.request.get("upload") for job in await jobs.unfinished(store)}
        for path in old:
            if path.name not in wanted:
                path.unlink(missing_ok=True)


def mapping(asked: ImportRequest) -> dict[str, str]:
    """Header -> field. Raises Rejected."""
    found, wrong = {}, []
    for each in asked.map:
        header, _, field = (part.strip() for part in each.rpartition("="))
        if header and field.lower() in FIELDS:
            found[header] = field.lower()
        else:
            why = f"“{each}” is not HEADER=FIELD. The fields are {', '.join(FIELDS)}."
            wrong.append(WrongField(field="map", detail=why))
    if wrong:
        raise Rejected(wrong)
    return found


async def _begin(store: Store, home: Path, kind: str, asked: ImportRequest, *, by: str, now: datetime) -> int:
    mapping(asked)
    kept.upload(home, asked.upload)
    async with store.writing() as c:
        return await jobs.create(c, kind, f"file {asked.file}", msgspec.to_builtins(asked), by=by, now=now)


def _told(one: Import, now: datetime) -> PastImport:
    return PastImport(
        id=one.id,
        at=one.at.isoformat(),
        who=one.who,
        file=one.file,
        created=one.created,
        changed=one.changed,
        unchanged=one.unchanged,
        refused=one.refused,
        undone_at=one.undone_at.isoformat() if one.undone_at else None,
        undone_by=one.undone_by,
        can_be_undone=one.undone_at is None and one.at >= now - KEPT,
    )
