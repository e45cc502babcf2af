"""Rights of files that are there already."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import structlog

from service.owner_only import OTHERS

log = structlog.get_logger()


def tighten(*folders: Path) -> int:
    """Take the rights of others from what is there already: files of a version before. Returns how many had some. What
    belongs to somebody else stays as it is, and is said; links are not followed."""
    changed = 0
    for path in _all(folders):
        try:
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & OTHERS:
                path.chmod(mode & ~OTHERS)
                changed += 1
        except FileNotFoundError:
            continue  # it was only passing
        except OSError as error:
            log.warning("rights_not_changed", path=str(path), error=error.strerror, remedy=f"chmod go= {path}")
    return changed


def _all(folders: tuple[Path, ...]) -> Iterator[Path]:
    for top in folders:
        if top.is_dir() and not top.is_symlink():
            yield top
            for place, inside, files in os.walk(top):
                yield from (path for name in (*inside, *files) if not (path := Path(place, name)).is_symlink())
