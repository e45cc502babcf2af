"""How set-up tells what it does: one line a step, progress while it is long, and on failure what to do."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping

TELL_AFTER_S = 10.0  # without a terminal: how often a long step says where it is
WIDTH = 100
TAIL = 12


class SetupFailed(Exception):
    """A step failed. `remedy`: what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


class SetUpStep:
    """One line on the terminal: what is being done and how it ended."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._started = self._told = time.monotonic()
        self._live = sys.stdout.isatty()

    def note(self, text: str) -> None:
        """Where it is: shown in place on a terminal, else now and then on a line of its own."""
        now = time.monotonic()
        line = f"  {self.title}: {now - self._started:.0f} s, {text.strip()}"[:WIDTH]
        if self._live:
            print(f"\r\033[K{line}", end="", flush=True)
        elif now - self._told >= TELL_AFTER_S:
            self._told = now
            print(line, flush=True)

    def done(self, how: str) -> None:
        seconds = time.monotonic() - self._started
        took = f" ({seconds:.0f} s)" if seconds >= 1 else ""
        self._end(f"✓ {self.title}: {how}{took}")

    def failed(self) -> None:
        self._end(f"✗ {self.title}")

    def _end(self, line: str) -> None:
        print(f"\r\033[K{line}" if self._live else line, flush=True)


def run(
    command: list[str],
    note: Callable[[str], None] = lambda line: None,
    *,
    remedy: str,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run `command`, passing on each line that it says; its last lines. Raises SetupFailed with them."""
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        )
    except FileNotFoundError:
        raise SetupFailed(f"{command[0]} is not on this machine.", remedy) from None
    last: deque[str] = deque(maxlen=TAIL)
    with process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            note(line)
    said = "\n".join(last)
    if process.returncode:
        raise SetupFailed(f"`{' '.join(command)}` ended with status {process.returncode}:\n{said}", remedy)
    return said
