"""`tocsin contacts imports`, and undoing one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from rich.markup import escape
from rich.table import Table

from records.imports import Imports, PastImport, Stayed, Staying
from records.jobs import JobBegun, JobView
from tocsin.commands import common, import_jobs
from tocsin.commands.common import console

SHOWN = 20
"""People who stay; --json has all."""


def list_imports(limit: common.Limit = 20, json: common.Json = False) -> None:
    """List the imports: who, when, which file, how many; the newest first."""
    with common.service() as service:
        found = service.get("/imports", Imports, limit=limit)
    if json:
        common.print_json([_data(each) for each in found.imports])
        return
    columns = "Import", "When", "Who", "File", "Created", "Changed", "Unchanged", "Refused", ""
    table = Table(*columns, header_style="bold")
    for each in found.imports:
        counts = map(str, (each.created, each.changed, each.unchanged, each.refused))
        when = common.clock(found.timezone, each.at)
        table.add_row(str(each.id), when, escape(each.who), escape(each.file), *counts, _state(each))
    console.print(table)
    for job in found.jobs:
        _tell(job)


def _data(one: PastImport) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    del told["can_be_undone"]
    moments = {name: datetime.fromisoformat(told[name]) for name in ("at", "undone_at") if told[name]}
    return {**told, **moments}


def _state(found: PastImport) -> str:
    if found.undone_at:
        return "undone"
    return "can be undone" if found.can_be_undone else ""


def _tell(job: JobView) -> None:
    """Of one that the list does not have."""
    what = f"The import of {job.subject}" if job.kind == "import" else f"Undoing {job.subject}"
    if job.error:
        common.warn(f"{what}, asked for by {job.by}, was given up: {job.error}")
    else:
        common.warn(f"{what}, asked for by {job.by}, is under way. {import_jobs.in_words(job)}")


def undo(import_id: int, *, json: bool) -> None:
    """Fails with the reason when it cannot be undone."""
    with common.service() as service:
        begun = service.post(f"/imports/{import_id}/undo", None, JobBegun, key=str(uuid4()))
        job = import_jobs.ended(service, begun)
        if job.result is None:
            common.fail(job.error or "It was given up.")
        left = service.get(f"/jobs/{job.id}/left", Stayed).left
    counts = {name: job.result[name] for name in ("removed", "switched_off", "restored")}
    if json:
        common.print_json({**counts, "left": msgspec.to_builtins(left)})
    else:
        _print(counts, left)


def _print(counts: dict[str, int], left: Sequence[Staying]) -> None:
    for each in left[:SHOWN]:
        _line(f"  {each.name or f'contact {each.contact_id}'} stays: {each.why}")
    reasons = Counter(each.why for each in left) if len(left) > SHOWN else {}
    for why, number in reasons.items():
        _line(f"  {number} stay: {why}")
    if counts["switched_off"]:
        _line(f"{counts['switched_off']} switched off, not removed: reports of alerts name them.")
    console.print(
        f"{counts['removed']} removed, {counts['restored']} changed back, {len(left)} left as they are.", soft_wrap=True
    )


def _line(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
