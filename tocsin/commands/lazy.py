"""Commands whose module is loaded when they are called for, and not to be listed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Later(NamedTuple):
    """`function` of `module`. `says`: the first line of its help, for the list."""

    module: str
    function: str
    says: str


def group(later: dict[str, Later]) -> type[TyperGroup]:
    """For `typer.Typer(cls=…)`: with these commands beside those that are there."""

    class Group(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands.update({name: TyperCommand(name, help=each.says) for name, each in later.items()})

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            name, command, rest = super().resolve_command(ctx, args)
            if command is not None and command.name in later:
                command = loaded(command.name, later[command.name])
            return name, command, rest

    return Group


def loaded(name: str, later: Later) -> Any:
    """The command itself, ready to parse its arguments."""
    app = typer.Typer(add_completion=False)
    app.command(name)(getattr(import_module(later.module), later.function))
    return typer.main.get_command(app)
