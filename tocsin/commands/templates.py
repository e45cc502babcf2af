"""`tocsin templates`: alerts that are ready to be sent."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from records.client import Client
from records.templates import Template, TemplateRemoved, TemplateRequest, Templates
from rules.model import Language, Purpose
from tocsin.commands import common, drafts
from tocsin.commands.common import console

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Alerts that are ready to be sent: `tocsin alert send --template NAME`.",
)

Name = Annotated[str, typer.Argument(help="Its name.")]
Title = Annotated[str, typer.Option(help="Short name of the alert.")]


@app.command("list")
def listing(json: common.Json = False) -> None:
    """List the templates, and what each leaves open."""
    with common.service() as service:
        found = _every(service)
    if json:
        common.print_json(msgspec.to_builtins(found))
        return
    table = Table("Name", "Title", "Purpose", "Left open", "", header_style="bold")
    for each in found:
        whose = "own" if each.own else ""
        table.add_row(each.name, escape(each.title[Language.FR]), each.purpose, ", ".join(each.blanks), whose)
    console.print(table)


@app.command()
def show(name: Name, json: common.Json = False) -> None:
    """Show one, in both languages, and how it is sent."""
    with common.service() as service:
        found = _named(service, name)
    if json:
        common.print_json(msgspec.to_builtins(found))
        return
    for language in Language:
        common.say(f"{found.title[language]}\n  {found.text[language]}\n", json=False)
    blanks = "".join(f' --set {blank}="…"' for blank in found.blanks)
    common.say(f"tocsin alert send --template {found.name}{blanks} --to …", json=False)
    if found.blanks:
        common.say(f'In English other words: --set {found.blanks[0]}.en="…"', json=False)


@app.command()
def save(
    name: Name,
    title_fr: Title = "",
    title_en: Title = "",
    text_fr: drafts.TextFr = "",
    text_en: drafts.TextEn = "",
    purpose: Annotated[Purpose | None, typer.Option(help="Only an emergency rings at any hour.")] = None,
    json: common.Json = False,
) -> None:
    """Save a template of the town's own, or change one; what is not given stays. {area} leaves something open."""
    with common.service() as service:
        asked = TemplateRequest(
            purpose=purpose,
            title={Language.FR: title_fr, Language.EN: title_en},
            text={Language.FR: text_fr, Language.EN: text_en},
        )
        saved = service.put(f"/templates/{quote(name, safe='')}", asked, Template)
    if json:
        common.print_json(msgspec.to_builtins(saved))
    else:
        common.say(f"Saved: {saved.name}.", json=False)


@app.command()
def remove(name: Name) -> None:
    """Remove a template of the town's own; where the program has one of that name, it counts again."""
    with common.service() as service:
        done = service.delete(f"/templates/{quote(name, safe='')}", TemplateRemoved)
    common.say("Removed." if not done.shipped else "Removed: the program's own counts again.", json=False)


def _every(service: Client) -> tuple[Template, ...]:
    return service.get("/templates", Templates).templates


def _named(service: Client, name: str) -> Template:
    found = {each.name: each for each in _every(service)}
    if name not in found:
        common.fail(f"There is no template “{name}”: there are {', '.join(found)}.")
    return found[name]
