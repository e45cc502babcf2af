"""`tocsin topics`, and what one resident follows."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from records.residents import Done
from records.topics import Topics, TopicsChosen, TopicText
from rules.model import Language
from rules.target import ALL_TOPICS
from tocsin.commands import common
from tocsin.commands.common import console

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What residents can follow.",
)

Name = Annotated[str, typer.Argument(help="Its name.")]


@app.command("list")
def listing(json: common.Json = False) -> None:
    """List the topics, and how many follow each."""
    with common.service() as service:
        found = service.get("/topics", Topics)
    if json:
        common.print_json(msgspec.to_builtins(found))
        return
    table = Table("Topic", "Category", "In French", "In English", "People", header_style="bold")
    for each in found.topics:
        spoken = [each.spoken.get(language, "") for language in Language]
        category = each.category if each.offered else "in files only"
        table.add_row(*map(escape, (each.name, category, *spoken)), str(each.people))
    console.print(table)
    common.say(f"{found.everything} follow every topic, later ones too.", json=False)


@app.command()
def save(
    name: Name,
    spoken_fr: Annotated[str, typer.Option(help="What is said of it in French: “les travaux de voirie”.")] = "",
    spoken_en: Annotated[str, typer.Option(help="What is said of it in English.")] = "",
    category: Annotated[str | None, typer.Option(help="Under which it is offered.")] = None,
    json: common.Json = False,
) -> None:
    """Offer a topic, or change one; what is not given stays."""
    with common.service() as service:
        asked = TopicText(spoken={Language.FR: spoken_fr, Language.EN: spoken_en}, category=category)
        found = service.put(f"/topics/{quote(name, safe='')}", asked, Topics)
    if json:
        common.print_json(msgspec.to_builtins(found))
    else:
        common.say(f"Offered: {', '.join(each.name for each in found.topics if each.offered)}.", json=False)


@app.command()
def remove(name: Name) -> None:
    """Offer a topic no more. Who follows it still gets alerts to it."""
    with common.service() as service:
        service.delete(f"/topics/{quote(name, safe='')}", Done)


def choose(
    number: Annotated[str, typer.Argument(help="A telephone number of the resident, in any usual form.")],
    topics: Annotated[list[str] | None, typer.Argument(help="All that they follow.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every topic, later ones too.")] = False,
    none: Annotated[bool, typer.Option("--none", help="No topic.")] = False,
    who: Annotated[int | None, typer.Option("--id", help="Where several have the number: which of them.")] = None,
    json: common.Json = False,
) -> None:
    """Say what a resident follows from now on: all of it. No file changes it any more."""
    if sum(map(bool, (topics, everything, none))) != 1:
        common.fail("Give topics, or --all, or --none.", status=common.WRONG_USAGE)
    asked = TopicsChosen(topics=(ALL_TOPICS,) if everything else tuple(topics or ()))
    with common.service() as service:
        which = "" if who is None else f"?id={who}"
        found = service.put(f"/residents/{quote(number, safe='')}/topics{which}", asked, TopicsChosen)
    if json:
        common.print_json(msgspec.to_builtins(found))
    else:
        common.say(f"Follows: {', '.join(found.topics) or 'nothing'}.", json=False)
