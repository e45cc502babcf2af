"""Removes old audio that can be made again."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Set
from pathlib import Path

ALERT_DAYS = 30  # audio of an alert that is over and that callers no longer hear
SPOKEN_DAYS = 180  # speech since it was last made or used
SPOKEN_MB = 500
DAY_S = 24 * 3600
MB = 1_000_000


def old(folder: Path, days: float, needed: Collection[Path] = ()) -> Set[Path]:
    """Files not used for `days`; half-written ones after a day."""
    now = time.time()
    return {
        path
        for path, used_at, _ in _files(folder)
        if path not in needed and used_at < now - DAY_S * (1 if path.name.startswith(".") else days)
    }


def beyond(folder: Path, most_mb: float) -> Set[Path]:
    """The files used longest ago, until the rest of the folder holds at most `most_mb`."""
    found, held = set(), 0
    for path, _, size in sorted(_files(folder), key=lambda file: -file[1]):
        held += size
        if held > most_mb * MB:
            found.add(path)
    return found


def remove(paths: Iterable[Path]) -> int:
    gone = list(paths)
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _files(folder: Path) -> Iterator[tuple[Path, float, int]]:
    for path in folder.rglob("*.wav"):
        try:
            state = path.stat()
        except OSError:
            continue  # removed by another program meanwhile
        yield path, state.st_mtime, state.st_size
