"""Where the command line begins. Loading all of it takes a second, which the standby of a running service spares."""

from __future__ import annotations

import sys
from importlib import import_module

from service import hand_over


def main() -> None:
    """Entry point."""
    status = hand_over.handed(sys.argv[1:])
    if status is None:
        import_module("tocsin.commands.program").main()
    raise SystemExit(status)
