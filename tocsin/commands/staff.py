"""`tocsin staff`: those who run it, their telephones, roles and PINs."""

from __future__ import annotations

import sys
from typing import Annotated
from urllib.parse import quote

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from records.residents import Done
from records.staff import MemberRequest, MemberView, PinRequest, Staff
from rules import phone
from rules.roles import StaffRole
from tocsin.commands import common
from tocsin.commands.common import console

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Those who run it: their telephones, roles and PINs.",
)

Name = Annotated[str, typer.Argument(help="The name.")]
Number = Annotated[str, typer.Option(help="The registered telephone, in any usual form: it is called back.")]
Roles = Annotated[
    list[StaffRole],
    typer.Option(
        "--role",
        help="officer: alerts. clerk: residents. telephony: prompts, menus, dialplan. administrator: all, and the "
        "staff. reader: looks only. Repeatable.",
    ),
]
NO_PIN = 'Without a PIN nothing can be done by telephone: `tocsin staff pin "{}"` sets it.'


@app.command("list")
def listing(json: common.Json = False) -> None:
    """List the staff."""
    with common.service() as service:
        found = service.get("/staff", Staff)
    if json:
        common.print_json(msgspec.to_builtins(found.staff))
        return
    table = Table("Name", "Telephone", "Roles", "PIN", header_style="bold")
    for each in found.staff:
        since = f"since {common.clock(found.timezone, each.pin_set_at)}" if each.pin_set_at else "none"
        table.add_row(escape(each.name), phone.national(each.number), ", ".join(each.roles), since)
    console.print(table)


@app.command()
def add(name: Name, number: Number, role: Roles, json: common.Json = False) -> None:
    """Add somebody. They set their PIN by `tocsin staff pin`."""
    with common.service() as service:
        found = service.post("/staff", MemberRequest(name=name, number=number, roles=tuple(role)), MemberView)
    _say(found, json=json)


@app.command()
def change(
    name: Name,
    new_name: Annotated[str, typer.Option("--name", help="Another name.")] = "",
    number: Number = "",
    role: Roles = [],  # noqa: B006
    json: common.Json = False,
) -> None:
    """Change somebody's name, telephone or roles; what is not given stays."""
    asked = MemberRequest(name=new_name, number=number, roles=tuple(role))
    with common.service() as service:
        found = service.put(f"/staff/{quote(name, safe='')}", asked, MemberView)
    _say(found, json=json)


@app.command()
def remove(name: Name) -> None:
    """Remove somebody: they may do nothing any more. What they did stays in the journal."""
    with common.service() as service:
        service.delete(f"/staff/{quote(name, safe='')}", Done)


@app.command()
def pin(name: Name) -> None:
    """Set somebody's PIN of 6 to 12 digits: it is typed twice and not shown; from a pipe, it is one line."""
    chosen = _typed() if sys.stdin.isatty() else sys.stdin.readline().strip()
    with common.service() as service:
        service.put(f"/staff/{quote(name, safe='')}/pin", PinRequest(pin=chosen), Done)
    common.say("The PIN is set.", json=False)


def _typed() -> str:
    chosen: str = typer.prompt("PIN", hide_input=True, confirmation_prompt="Once more")
    return chosen


def _say(found: MemberView, *, json: bool) -> None:
    if json:
        common.print_json(msgspec.to_builtins(found))
        return
    common.say(f"{found.name}, {phone.national(found.number)}: {', '.join(found.roles)}.", json=False)
    if not found.pin_set_at:
        common.say(NO_PIN.format(found.name), json=False)
