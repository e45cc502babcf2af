"""What Tocsin keeps holds people's names and numbers, and is for its owner alone."""

from __future__ import annotations

import os

OTHERS = 0o077
"""Rights of the group and of everybody: as a umask, and as what is taken away."""


def for_owner_only() -> None:
    """Of all files and folders that this process, and those that it starts, will make."""
    os.umask(OTHERS)
