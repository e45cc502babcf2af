"""Following an import, its preview or its undo, which the service carries out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from rich.console import Console

from records.client import Client
from records.jobs import JobBegun, JobView
from tocsin.commands import common

FIRST_S, LONGEST_S = 0.02, 0.5
"""Between two looks at how far it is."""
GOES_ON = "It goes on without this command: `tocsin contacts imports` says how far it is."


def ended(service: Client, begun: JobBegun, goes_on: str = GOES_ON) -> JobView:
    """At its end; how far it is, on standard error. Ctrl-C leaves it to the service, as `goes_on` says."""
    job, pause_s = begun.job, FIRST_S
    with _interruptible(begun, goes_on), Console(stderr=True).status(in_words(job)) as shown:
        while not job.ended_at:
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_S)
            job = common.patiently(partial(service.get, f"/jobs/{job.id}", JobView), "the import")
            shown.update(in_words(job))
    return job


@contextmanager
def _interruptible(begun: JobBegun, goes_on: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if begun.running:
            common.warn(goes_on)
        raise


def in_words(job: JobView) -> str:
    """How far it is."""
    progress: dict[str, Any] = {"phase": "", "read": 0, "rows": 0} | job.progress
    rows = f"{progress['rows']:,}"
    if progress["phase"] == "reading":
        return f"Reading: {progress['read']:,} of {rows} rows …"
    said = {
        "storing": f"Storing {rows} {'streets' if job.kind == 'streets_import' else 'residents'} …",
        "comparing": f"Comparing {rows} residents …",
        "undoing": "Undoing …",
    }
    return said.get(progress["phase"], "Waiting …")
