"""`tocsin demo`."""

from __future__ import annotations

import asyncio

import typer

from lab import demo as show
from tocsin.commands import local

app = typer.Typer(add_completion=False)


@app.command()
def demo() -> None:
    """Show the main job on simulated telephones: enrolment, import, alert, results. Touches no real line."""
    raise typer.Exit(asyncio.run(show.run(local.loaded(log_level="warning"))))
