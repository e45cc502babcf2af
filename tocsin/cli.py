"""Where the command line begins."""

from __future__ import annotations

from tocsin.commands.program import main

__all__ = ["main"]
