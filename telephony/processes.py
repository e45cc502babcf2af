"""Processes by their id."""

from __future__ import annotations

import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def pid_in(path: Path) -> int:
    """The process id in a file; 0 when there is none."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


def alive(pid: int) -> bool:
    """A process that has ended and that its parent did not ask after yet is not (proc(5), /proc/PID/stat)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


def is_run_with(pid: int, words: str) -> bool:
    """Whether its command line holds these words: a pid file may be older than the machine's last start."""
    try:
        return words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def resident(pid: int) -> int:
    """Octets that a process holds in memory; 0 when there is none."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE if pid else 0
    except (OSError, IndexError, ValueError):
        return 0
